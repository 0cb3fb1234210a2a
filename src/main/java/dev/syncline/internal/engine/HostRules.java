package dev.syncline.internal.engine;

import dev.syncline.config.ConflictRules;
import dev.syncline.conflict.ColumnDecision;
import dev.syncline.conflict.ColumnRule;
import dev.syncline.conflict.ColumnVersions;
import dev.syncline.conflict.Conflict;
import dev.syncline.conflict.ConflictSeverity;
import dev.syncline.conflict.Decision;
import dev.syncline.conflict.MergeRule;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the host's own rules about one conflict: those for single columns first, then the one for what they leave. Each is asked on a thread
 * that does nothing else, for a limited time; whatever it does comes out as an answer or as none. Used by the run thread.
 */
final class HostRules {
    private static final Logger log = LoggerFactory.getLogger(HostRules.class);

    private final HostCalls calls;

    HostRules(HostCalls calls) {
        this.calls = calls;
    }

    /** Whether a rule that took too long is still at it. */
    boolean areBusy() {
        return calls.areBusy();
    }

    /** The time by the clock that the patience is measured with, in milliseconds. */
    long now() {
        return calls.now();
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

    /** What a rule answers. */
    private <T> Optional<T> call(Conflict conflict, Callable<T> question) {
        try {
            return Optional.of(calls.call(question));
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
}
