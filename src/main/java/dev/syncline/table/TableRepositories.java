package dev.syncline.table;

/** Makes repositories of synced tables. Safe for any thread. */
public interface TableRepositories {
    /**
     * Makes typed access to a table. Costs nothing but the check of the names, and is not to be closed.
     *
     * @param table a synced table, by its name in the file
     * @param mapping how its rows and values of the host's belong together
     * @param <T> the host's type
     * @return the repository
     * @throws IllegalArgumentException if the table is not synced, or the mapping writes a column that the table does not have or computes
     *     itself, one twice, or not the whole key
     */
    <T> TableRepository<T> of(String table, RowMapping<T> mapping);
}
