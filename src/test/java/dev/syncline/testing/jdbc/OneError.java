package dev.syncline.testing.jdbc;

import java.util.concurrent.atomic.AtomicBoolean;

/** One failure of the first call from a boundary on. Thread-safe. */
final class OneError implements Plan {
    private final int from;
    private final Strike failure;
    private final AtomicBoolean struck = new AtomicBoolean();

    OneError(int from, Strike failure) {
        this.from = from;
        this.failure = failure;
    }

    @Override
    public Strike at(Boundary boundary) {
        return boundary.canFail() && boundary.number() >= from && struck.compareAndSet(false, true)
                ? failure
                : Strike.PASS;
    }
}
