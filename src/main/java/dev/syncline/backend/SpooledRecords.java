package dev.syncline.backend;

import java.util.Collection;
import java.util.Iterator;

/**
 * The records of a page that is too large for the heap: they lie in a file, checked to the end of the page, and are read from
 * there one by one, as often as asked. Unmodifiable. Read by one thread at a time; {@link #close} is safe from any.
 */
public interface SpooledRecords extends Collection<RemoteRecord>, AutoCloseable {

    /**
     * Begins to read the records from the first one.
     *
     * @return the records in the page's order; it throws {@link dev.syncline.exception.StorageException} where the file can no
     *     longer be read, and so does this method
     */
    @Override
    Iterator<RemoteRecord> iterator();

    /** Gives the file up; what was not read by then cannot be read any more. Idempotent; never throws. */
    @Override
    void close();
}
