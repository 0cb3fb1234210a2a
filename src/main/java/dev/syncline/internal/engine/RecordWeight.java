package dev.syncline.internal.engine;

import dev.syncline.backend.PullPage;
import dev.syncline.backend.RemoteRecord;
import dev.syncline.backend.SpooledRecords;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Roughly how many bytes of the heap a record takes, so that few large ones count as much as many small ones. Pure. */
final class RecordWeight {
    /** What is read ahead, and what is gathered for one transaction, may each weigh so much, and one page more. */
    static final long MOST = 12L << 20;

    private static final int RECORD = 150;
    private static final int MEMBER = 50;
    private static final int ELEMENT = 10;
    private static final int SCALAR = 40;

    private RecordWeight() {}

    /** What a page's records take; one that lies in a file counts as all there is room for, so that few files are made. */
    static long of(PullPage page) {
        if (page.records() instanceof SpooledRecords) {
            return MOST;
        }
        long weight = 0;
        for (RemoteRecord record : page.records()) {
            weight += of(record);
        }
        return weight;
    }

    static long of(RemoteRecord record) {
        return (long) RECORD + record.id().length() + value(record.fields());
    }

    private static long value(@Nullable Object value) {
        if (value instanceof String text) {
            return (long) SCALAR + text.length();
        }
        if (value instanceof Map<?, ?> members) {
            long weight = SCALAR + (long) members.size() * MEMBER;
            for (Object member : members.values()) {
                weight += value(member);
            }
            return weight;
        }
        if (value instanceof List<?> elements) {
            long weight = SCALAR + (long) elements.size() * ELEMENT;
            for (Object element : elements) {
                weight += value(element);
            }
            return weight;
        }
        return value == null ? 0 : SCALAR;
    }
}
