package dev.syncline.backend.firefly;

import dev.syncline.backend.RemoteRecord;
import dev.syncline.backend.SpooledRecords;
import java.util.AbstractCollection;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;

/** Records that lie in a file, each given in another form as it is read. Read by one thread at a time. */
final class SpooledForms extends AbstractCollection<RemoteRecord> implements SpooledRecords {
    private final SpooledRecords inner;
    private final Function<RemoteRecord, List<RemoteRecord>> form;

    SpooledForms(SpooledRecords inner, Function<RemoteRecord, List<RemoteRecord>> form) {
        this.inner = inner;
        this.form = form;
    }

    @Override
    public Iterator<RemoteRecord> iterator() {
        Iterator<RemoteRecord> outer = inner.iterator();
        return new Iterator<>() {
            private Iterator<RemoteRecord> some = Collections.emptyIterator();

            @Override
            public boolean hasNext() {
                while (!some.hasNext() && outer.hasNext()) {
                    some = form.apply(outer.next()).iterator();
                }
                return some.hasNext();
            }

            @Override
            public RemoteRecord next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                return some.next();
            }
        };
    }

    /** Counted by reading: one transaction may be several records. */
    @Override
    public int size() {
        int size = 0;
        for (Iterator<RemoteRecord> each = iterator(); each.hasNext(); each.next()) {
            size++;
        }
        return size;
    }

    @Override
    public void close() {
        inner.close();
    }
}
