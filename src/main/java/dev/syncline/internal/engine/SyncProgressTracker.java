package dev.syncline.internal.engine;

import dev.syncline.backend.PullPage;
import dev.syncline.conflict.Conflict;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.store.RunRepository.Fault;
import dev.syncline.progress.SyncEvent;
import dev.syncline.progress.SyncPhase;
import dev.syncline.progress.SyncProgress;
import dev.syncline.progress.SyncResult;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Scheduler;
import io.reactivex.rxjava3.processors.BehaviorProcessor;
import io.reactivex.rxjava3.processors.FlowableProcessor;
import io.reactivex.rxjava3.processors.PublishProcessor;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Turns what a run does into streams, after the commit of each step. Snapshots are conflated for a slow subscriber; events are
 * queued for it. Delivery is on the manager's own threads, so a subscriber that blocks or throws changes nothing in the run.
 *
 * <p>Told by the run thread; may be subscribed to from any.
 */
final class SyncProgressTracker {
    private static final Logger log = LoggerFactory.getLogger(SyncProgressTracker.class);
    private static final int SAMPLES = 100;

    private final Clock clock;
    private final Scheduler delivery;
    private final OutageLog outage;
    private final FlowableProcessor<SyncProgress> snapshots =
            BehaviorProcessor.<SyncProgress>create().toSerialized();
    private final FlowableProcessor<SyncEvent> events =
            PublishProcessor.<SyncEvent>create().toSerialized();
    private final Map<String, Long> announced = new HashMap<>();
    private final Deque<Sample> samples = new ArrayDeque<>();
    private SyncProgress now;
    private volatile boolean closed;

    SyncProgressTracker(Clock clock, Scheduler delivery, OutageLog outage) {
        this.clock = clock;
        this.outage = outage;
        this.delivery = delivery;
        now = SyncProgress.starting(clock.instant());
    }

    Flowable<SyncProgress> watchProgress() {
        return Flowable.defer(() ->
                closed ? Flowable.empty() : snapshots.onBackpressureLatest().observeOn(delivery, false, 1));
    }

    Flowable<SyncEvent> watchEvents() {
        // Once closed there is no thread left that could tell the end.
        return Flowable.defer(() -> closed
                ? Flowable.empty()
                : events.onBackpressureReduce(EventBacklog::new, EventBacklog::with)
                        .observeOn(delivery, false, 1)
                        .concatMapIterable(EventBacklog::events, 1));
    }

    void started(SyncRun run, long operations) {
        announced.clear();
        samples.clear();
        now = SyncProgress.starting(run.startedAt());
        log.atLevel(outage.level(Level.INFO)).log("Run {} started with {} pending changes", run.id(), operations);
        events.onNext(new SyncEvent.Started(run.id(), run.startedAt(), run.mode(), operations));
        tell(run, now.phase(), operations, 0, 0, null);
    }

    void phase(SyncRun run, SyncPhase phase) {
        log.atLevel(outage.level(Level.INFO)).log("Run {}: {}", run.id(), phase);
        tell(run, phase, 0, 0, 0, null);
    }

    /** A page has come: what it holds is work to be done, as is what its walk still announces. */
    void fetched(SyncRun run, BoundTable table, PullPage page) {
        String entity = table.spec().entity();
        long known = announced.getOrDefault(entity, 0L);
        long growth = page.records().size();
        if (page.total() >= 0 && known == 0) {
            growth = Math.max(page.total(), growth);
            announced.put(entity, growth - page.records().size());
        } else if (known > 0) {
            long expected = Math.min(known, growth);
            announced.put(entity, known - expected);
            growth -= expected;
        }
        tell(run, now.phase(), growth, 0, 0, entity);
    }

    /** Operations or records that are done with, and stored. */
    void done(SyncRun run, String entity, int completed, int failed) {
        Instant at = clock.instant();
        samples.addLast(new Sample(at, completed + failed));
        while (samples.size() > SAMPLES) {
            samples.removeFirst();
        }
        tell(run, now.phase(), 0, completed, failed, entity);
    }

    void conflicts(SyncRun run, List<Conflict> conflicts) {
        for (Conflict conflict : conflicts) {
            events.onNext(new SyncEvent.ConflictDetected(run.id(), clock.instant(), conflict));
            if (conflict.isResolved()) {
                resolved(run.id(), conflict);
            }
        }
    }

    void resolved(@Nullable String runId, Conflict conflict) {
        if (conflict.resolutionStrategy() != null) {
            events.onNext(new SyncEvent.ConflictResolved(
                    runId, clock.instant(), conflict.id(), conflict.resolutionStrategy()));
        }
    }

    /** The run has ended, one way or the other; what was announced and did not come is taken back. */
    void ended(SyncRun run, SyncResult result, @Nullable Throwable failure) {
        boolean completed = result.abortReason() == null;
        long total = completed ? now.done() : now.total();
        now = snapshot(
                run, completed ? SyncPhase.COMPLETED : SyncPhase.FAILED, total, now.completed(), now.failed(), null);
        snapshots.onNext(now);
        if (result.abortReason() == null) {
            log.info("Run {} completed in {}", run.id(), result.duration());
            events.onNext(new SyncEvent.Completed(run.id(), result.endedAt(), result));
        } else {
            String message = String.valueOf(result.errorMessage());
            log.atLevel(outage.level(Level.INFO))
                    .log("Run {} ended early ({}): {}", run.id(), result.abortReason(), message);
            // That the run was called off was signalled inside by throwing; nothing failed.
            Throwable caught = failure instanceof Cancellation.CancelledException ? null : failure;
            events.onNext(new SyncEvent.Failed(run.id(), result.endedAt(), result.abortReason(), message, caught));
        }
    }

    void close() {
        closed = true;
        snapshots.onComplete();
        events.onComplete();
    }

    private void tell(SyncRun run, SyncPhase phase, long growth, int completed, int failed, @Nullable String entity) {
        long done = now.done() + completed + failed;
        long total = Math.max(now.total() + growth, done);
        now = snapshot(run, phase, total, now.completed() + completed, now.failed() + failed, entity);
        snapshots.onNext(now);
        events.onNext(new SyncEvent.Progress(run.id(), now.at(), now));
    }

    private SyncProgress snapshot(
            SyncRun run, SyncPhase phase, long total, long completed, long failed, @Nullable String entity) {
        return new SyncProgress(
                phase,
                total,
                completed,
                failed,
                now.skipped(),
                null,
                entity,
                null,
                run.byEntity().values().stream().mapToLong(s -> s.conflicts()).sum(),
                run.faults().stream().map(Fault::cause).limit(SAMPLES).toList(),
                throughput(),
                run.startedAt(),
                clock.instant());
    }

    /** Completions per second over the last hundred steps. */
    private double throughput() {
        if (samples.size() < 2) {
            return 0;
        }
        long millis =
                samples.getLast().at().toEpochMilli() - samples.getFirst().at().toEpochMilli();
        long count = samples.stream().skip(1).mapToLong(Sample::count).sum();
        return millis <= 0 ? 0 : count * 1000.0 / millis;
    }

    private record Sample(Instant at, int count) {}
}
