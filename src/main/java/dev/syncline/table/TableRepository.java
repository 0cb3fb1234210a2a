package dev.syncline.table;

import io.reactivex.rxjava3.core.Flowable;
import java.util.List;
import java.util.Optional;

/**
 * The rows of a synced table as values of the host's. A thin layer: it writes and reads the host's own table with plain SQL, online or
 * not, and what it writes is recorded and sent as anything else is.
 *
 * <pre>{@code
 * TableRepository<Payment> payments = sync.repositories().of("payment", mapping);
 * Payment made = payments.create(new Payment("p-1", "Baker", new BigDecimal("12.50")));
 * payments.update(made, made.withPayee("Miller"));
 * }</pre>
 *
 * <p>Each write is a transaction of its own, on the disk when it returns; within the work of {@link
 * dev.syncline.progress.TransactionManager#write} it is a part of that, which reads see too. Values in error messages never appear.
 *
 * <p>Safe for any thread. What reads or writes throws {@link dev.syncline.exception.StorageException} if that fails, and has changed
 * nothing then; {@link IllegalArgumentException} if a value is not of a kind that the column keeps, {@link IllegalStateException} after
 * the manager's close, and whatever the mapping throws.
 *
 * @param <T> the host's type
 */
public interface TableRepository<T> {
    /**
     * Adds a row. A null leaves its column to the default; a key of one column may be null as well, and is then given: a number by SQLite,
     * text by {@link dev.syncline.config.SyncConfigBuilder#ids}, a random UUID unless set.
     *
     * @param row the row
     * @return the row as it is stored
     * @throws dev.syncline.exception.StorageException if a constraint refuses it, for example since the key is there already
     */
    T create(T row);

    /**
     * Reads a row.
     *
     * @param key a value for each column of the key, in the order of the key
     * @return the row, or empty if there is none
     */
    Optional<T> find(Object... key);

    /**
     * Writes what differs between two versions of a row, and nothing else: what arrived from the backend in other columns since the first was
     * read stays.
     *
     * @param before the row as it was read
     * @param after the row as it is to be, with the same key
     * @return whether the row is there; false if it has been deleted
     * @throws IllegalArgumentException if the keys differ
     * @throws dev.syncline.exception.StorageException if a constraint refuses it
     */
    boolean update(T before, T after);

    /**
     * Deletes a row.
     *
     * @param key as for {@link #find}
     * @return whether it was there
     * @throws dev.syncline.exception.StorageException if other rows refer to it
     */
    boolean delete(Object... key);

    /**
     * Lists rows, all of which are held in memory.
     *
     * @param query which, in which order
     * @return the rows
     */
    List<T> list(RowQuery query);

    /** {@return all rows, in the order of the key} */
    default List<T> list() {
        return list(RowQuery.all());
    }

    /**
     * Counts rows.
     *
     * @param query which; its page does not matter
     * @return how many there are
     */
    long count(RowQuery query);

    /** {@return the rows of this table that are not sent, with reason and cure: what is on its way first, then in order of recording} */
    List<UnsentRow<T>> unsynced();

    /**
     * Follows rows, as {@link dev.syncline.progress.LiveQueries#watchQuery} follows a query, whoever writes them.
     *
     * @param query which, in which order
     * @return the rows at once, and again after each commit that made them others
     */
    Flowable<List<T>> observe(RowQuery query);
}
