package dev.syncline.testing;

import dev.syncline.backend.PullPage;
import dev.syncline.backend.PullRequest;
import dev.syncline.backend.RemoteBackend;
import dev.syncline.backend.RemoteRecord;
import dev.syncline.backend.SpooledRecords;
import dev.syncline.exception.StorageException;
import java.time.Instant;
import java.util.AbstractCollection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A backend whose pages pretend to lie in files, and which knows how many of them nobody has closed. */
public final class SpoolingBackend extends ForwardingBackend {
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger fetched = new AtomicInteger();
    private volatile int readable = Integer.MAX_VALUE;
    private volatile List<RemoteRecord> first = List.of();

    public SpoolingBackend(RemoteBackend backend) {
        super(backend);
    }

    /** Begins each page with these records. */
    public void tellFirst(List<RemoteRecord> records) {
        first = records;
    }

    /** Has the file of each page fail behind so many records. */
    public void failBehind(int records) {
        readable = records;
    }

    /** How many pages are open. */
    public int open() {
        return open.get();
    }

    /** How many pages were fetched. */
    public int fetched() {
        return fetched.get();
    }

    @Override
    public PullPage fetchPage(PullRequest request) {
        PullPage page = backend.fetchPage(request);
        List<RemoteRecord> records = new ArrayList<>(first);
        records.addAll(page.records());
        open.incrementAndGet();
        fetched.incrementAndGet();
        return new PullPage(new Spooled(records), page.next(), page.more(), page.total(), page.serverTime());
    }

    private final class Spooled extends AbstractCollection<RemoteRecord> implements SpooledRecords {
        private final Collection<RemoteRecord> records;
        private boolean closed;

        Spooled(Collection<RemoteRecord> records) {
            this.records = records;
        }

        @Override
        public int size() {
            return records.size();
        }

        @Override
        public Iterator<RemoteRecord> iterator() {
            Iterator<RemoteRecord> all = records.iterator();
            AtomicInteger given = new AtomicInteger();
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return all.hasNext();
                }

                @Override
                public RemoteRecord next() {
                    if (isClosed() || given.getAndIncrement() >= readable) {
                        throw new StorageException("the file failed, as the test wished", false, Instant.EPOCH, null);
                    }
                    return all.next();
                }
            };
        }

        private synchronized boolean isClosed() {
            return closed;
        }

        @Override
        public synchronized void close() {
            if (!closed) {
                closed = true;
                open.decrementAndGet();
            }
        }
    }
}
