package dev.syncline.internal.engine;

import dev.syncline.progress.SyncEvent;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Scheduler;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The number of unsent changes as a stream. Hosts write through connections that tell nobody, so it is looked at now and then while
 * somebody listens, and whenever a run tells that something happened.
 */
final class QueueCount {
    private static final Logger log = LoggerFactory.getLogger(QueueCount.class);
    private static final long LOOK_EVERY_MILLIS = 1000;

    private final LongSupplier pending;
    private final Supplier<Flowable<SyncEvent>> events;
    private final Scheduler ticking;
    private final Scheduler delivery;

    QueueCount(LongSupplier pending, Supplier<Flowable<SyncEvent>> events, Scheduler ticking, Scheduler delivery) {
        this.pending = pending;
        this.events = events;
        this.ticking = ticking;
        this.delivery = delivery;
    }

    /** Looks never pile up: those that come while one is made are one. */
    Flowable<Long> watch() {
        return Flowable.defer(() -> {
            Flowable<SyncEvent> told = events.get();
            Flowable<Long> looks = Flowable.interval(0, LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS, ticking)
                    .onBackpressureLatest();
            Flowable<Long> hints = told.map(event -> 0L).onBackpressureLatest();
            return Flowable.merge(looks, hints)
                    .takeUntil(told.ignoreElements().toFlowable())
                    .onBackpressureLatest()
                    .observeOn(delivery, false, 1)
                    .concatMapStream(look -> count())
                    .distinctUntilChanged();
        });
    }

    /** A database that is busy now is looked at again later; one that was closed meanwhile is the end, which comes by itself. */
    private Stream<Long> count() {
        try {
            return Stream.of(pending.getAsLong());
        } catch (RuntimeException e) {
            log.debug("The unsent changes could not be counted just now", e);
            return Stream.empty();
        }
    }
}
