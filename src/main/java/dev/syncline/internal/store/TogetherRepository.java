package dev.syncline.internal.store;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Rows that travel as one, since one transaction of the host's has written them: table {@code syncline_together}. */
public final class TogetherRepository {
    private TogetherRepository() {}

    /**
     * A row of a unit.
     *
     * @param table its table's number
     * @param rowId its local id as text
     * @param operation what is on its way of it; null if nothing is
     */
    public record Member(int table, String rowId, @Nullable Long operation) {
        /** {@return the row, as no other row of the file is called} */
        public String name() {
            return table + "/" + rowId;
        }
    }

    /**
     * Tells whether there is any unit.
     *
     * @param handle the unit's handle
     * @return false if all rows travel by themselves
     */
    public static boolean isEmpty(Handle handle) {
        return !handle.createQuery("SELECT EXISTS(SELECT 1 FROM syncline_together)")
                .mapTo(Boolean.class)
                .one();
    }

    /**
     * Lists the units.
     *
     * @param handle the unit's handle
     * @return their rows by number, the oldest unit first
     */
    public static Map<Long, List<Member>> units(Handle handle) {
        return handle
                .createQuery("SELECT unit, t, row_id, operation FROM syncline_together ORDER BY unit, t, row_id")
                .map((rs, ctx) -> {
                    long number = rs.getLong("operation");
                    Long operation = rs.wasNull() ? null : number;
                    Member member = new Member(rs.getInt("t"), rs.getString("row_id"), operation);
                    return Map.entry(rs.getLong("unit"), member);
                })
                .stream()
                .collect(Collectors.groupingBy(
                        Map.Entry::getKey,
                        LinkedHashMap::new,
                        Collectors.mapping(Map.Entry::getValue, Collectors.toList())));
    }

    /**
     * Lists the rows of a table that wait for their unit.
     *
     * @param handle the unit's handle
     * @param table the table's number
     * @return their local ids as text
     */
    public static Set<String> waiting(Handle handle, int table) {
        return handle.createQuery("SELECT row_id FROM syncline_together WHERE t = :t AND operation IS NULL")
                .bind("t", table)
                .mapTo(String.class)
                .set();
    }

    /**
     * Makes a unit, or takes rows into one.
     *
     * @param handle the unit's handle
     * @param unit its number
     * @param rows the rows
     */
    public static void put(Handle handle, long unit, Iterable<Member> rows) {
        for (Member row : rows) {
            handle.createUpdate("INSERT OR REPLACE INTO syncline_together(unit, t, row_id, operation)"
                            + " VALUES(:unit, :t, :row, :operation)")
                    .bind("unit", unit)
                    .bind("t", row.table())
                    .bind("row", row.rowId())
                    .bind("operation", row.operation())
                    .execute();
        }
    }

    /**
     * Lets the rows of a unit travel by themselves.
     *
     * @param handle the unit's handle
     * @param unit its number
     */
    public static void remove(Handle handle, long unit) {
        handle.createUpdate("DELETE FROM syncline_together WHERE unit = :unit")
                .bind("unit", unit)
                .execute();
    }
}
