package dev.syncline.internal.engine;

import dev.syncline.config.ConflictRules;
import dev.syncline.conflict.ColumnDecision;
import dev.syncline.conflict.ColumnRule;
import dev.syncline.conflict.ColumnVersions;
import dev.syncline.conflict.Conflict;
import dev.syncline.conflict.ConflictSeverity;
import dev.syncline.conflict.Decision;
import dev.syncline.conflict.MergeRule;
import io.reactivex.rxjava3.core.Scheduler;
import io.reactivex.rxjava3.core.Single;
import io.reactivex.rxjava3.core.SingleEmitter;
import io.reactivex.rxjava3.schedulers.Schedulers;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the host's own rules about one conflict: those for single columns first, then the one for what they leave. Each is asked on a thread
 * that does nothing else, for a limited time; whatever it does comes out as an answer or as none. Used by the run thread.
 */
final class HostRules {
    private static final Logger log = LoggerFactory.getLogger(HostRules.class);
    private static final long PATIENCE_SECONDS = 10;

    private final EngineThreads threads;
    private final Scheduler timer;
    /** Whether a rule that was given up has not come back yet; nothing else is asked until it does. */
    private final AtomicBoolean busy = new AtomicBoolean();

    HostRules(EngineThreads threads, Scheduler timer) {
        this.threads = threads;
        this.timer = timer;
    }

    /** Whether a rule that took too long is still at it. */
    boolean areBusy() {
        return busy.get();
    }

    /** The time by the clock that the patience is measured with, in milliseconds. */
    long now() {
        return timer.now(TimeUnit.MILLISECONDS);
    }

    /**
     * Asks.
     *
     * @param rules the table's rules
     * @param conflict the conflict
     * @param doubtful whether its remote side may hold this device's change already, so that no column is joined
     * @return what was decided, if anything; empty if a rule throws, takes too long or answers with nothing
     */
    Optional<HostAnswer> ask(ConflictRules rules, Conflict conflict, boolean doubtful) {
        Map<String, @Nullable Object> joined = new LinkedHashMap<>();
        boolean bothRows = conflict.localData() != null && conflict.remoteData() != null;
        if (bothRows && !doubtful) {
            for (String column : conflict.conflictingFields()) {
                ColumnRule rule = rules.columnRules().get(column);
                if (rule == null) {
                    continue;
                }
                ColumnVersions versions = versions(conflict, column);
                Optional<ColumnDecision> decision = call(conflict, () -> rule.decide(versions));
                if (decision.isEmpty()) {
                    return Optional.empty();
                }
                if (decision.get() instanceof ColumnDecision.Value value) {
                    joined.put(column, value.value());
                }
            }
        }
        MergeRule rule = rules.mergeRule();
        Conflict left = joined.isEmpty() ? conflict : without(joined, rules, conflict);
        if (rule == null || (!joined.isEmpty() && left.conflictingFields().isEmpty())) {
            return Optional.of(new HostAnswer(conflict, joined, null));
        }
        return call(left, () -> rule.decide(left))
                .map(decision ->
                        new HostAnswer(conflict, joined, decision instanceof Decision.Defer ? null : decision));
    }

    private static ColumnVersions versions(Conflict conflict, String column) {
        Map<String, @Nullable Object> base = conflict.baseData();
        return new ColumnVersions(
                conflict.entityType(),
                conflict.entityId(),
                column,
                base != null,
                base == null ? null : base.get(column),
                Objects.requireNonNull(conflict.localData()).get(column),
                Objects.requireNonNull(conflict.remoteData()).get(column));
    }

    private static Conflict without(Map<String, @Nullable Object> joined, ConflictRules rules, Conflict conflict) {
        List<String> left = conflict.conflictingFields().stream()
                .filter(column -> !joined.containsKey(column))
                .toList();
        ConflictSeverity severity = left.stream()
                .map(rules::severityOf)
                .max(ConflictSeverity::compareTo)
                .orElse(ConflictSeverity.LOW);
        return conflict.toBuilder().fields(left).severity(severity).build();
    }

    /** What a rule answers. An error of its own, such as one that a library of the host lacks a class, is no failure of the run. */
    private <T> Optional<T> call(Conflict conflict, Callable<T> question) {
        busy.set(true);
        try {
            return Optional.of(Single.<T>create(emitter -> answer(question, emitter))
                    .subscribeOn(Schedulers.from(threads.rules(), true))
                    .timeout(PATIENCE_SECONDS, TimeUnit.SECONDS, timer)
                    .blockingGet());
        } catch (RuntimeException failure) {
            log.warn(
                    "The host's rule gave no decision about conflict {} of {}; it stays open and is asked about again with"
                            + " the next run",
                    conflict.id(),
                    conflict.entityType(),
                    failure);
            return Optional.empty();
        }
    }

    /** Whatever comes after the patience has ended has nobody to go to, and must reach no handler of the host's for lost errors. */
    private <T> void answer(Callable<T> question, SingleEmitter<T> emitter) {
        @Nullable T answer = null;
        Throwable broken = new IllegalStateException("the rule answered with nothing");
        try {
            answer = question.call();
        } catch (Throwable thrown) {
            broken = thrown instanceof Error ? new IllegalStateException("the rule ended in an error", thrown) : thrown;
        } finally {
            busy.set(false);
        }
        if (answer != null) {
            emitter.onSuccess(answer);
        } else if (!emitter.tryOnError(broken)) {
            log.debug("A rule of the host's that was given up has ended", broken);
        }
    }
}
