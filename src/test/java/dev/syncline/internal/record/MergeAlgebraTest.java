package dev.syncline.internal.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.config.ConflictRules;
import dev.syncline.config.SyncedTable;
import dev.syncline.config.SyncedTableBuilder;
import dev.syncline.config.TextRule;
import dev.syncline.config.ValueType;
import dev.syncline.conflict.ConflictSeverity;
import dev.syncline.conflict.ConflictType;
import dev.syncline.conflict.Merger;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.internal.capture.Affinity;
import dev.syncline.internal.capture.RowImage;
import dev.syncline.internal.record.ConflictDetector.BothDeleted;
import dev.syncline.internal.record.ConflictDetector.Collided;
import dev.syncline.internal.record.ConflictDetector.DeletionHolds;
import dev.syncline.internal.record.ConflictDetector.Finding;
import dev.syncline.internal.record.ConflictDetector.Joined;
import dev.syncline.internal.record.ConflictResolver.Settled;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The laws of merging, over a million random meetings: it is deterministic, the same whoever comes first where nothing is in dispute,
 * changes nothing the second time, makes up no value that neither side had but by a merger's own law, and brings two to five devices to
 * the same row whatever their rules. Defends G5 and G6.
 */
class MergeAlgebraTest {
    private static final int MEETINGS = 500_000;
    private static final int WORLDS = 40_000;
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final String[] NAMES = {"a", "b", "n", "d", "s", "m", "t"};
    private static final String[] TEXTS = {
        "one\ntwo\nthree\nfour", "ONE\ntwo\nthree\nfour", "one\ntwo\nthree\nFOUR", "one\nthree\nfour\nfive"
    };
    private static final List<ColumnMapping> COLUMNS = List.of(
            column("a", ValueType.PLAIN, Affinity.TEXT),
            column("b", ValueType.PLAIN, Affinity.TEXT),
            column("n", ValueType.PLAIN, Affinity.INTEGER),
            column("d", ValueType.DECIMAL, Affinity.TEXT),
            column("s", ValueType.JSON, Affinity.TEXT),
            column("m", ValueType.PLAIN, Affinity.INTEGER),
            column("t", ValueType.PLAIN, Affinity.TEXT));

    private static ColumnMapping column(String name, ValueType type, Affinity affinity) {
        return new ColumnMapping(name, name, type, affinity, false, TextRule.EXACT);
    }

    /** Few values, so that both sides often change the same column, and often alike. */
    private static Object value(SplittableRandom random, String column) {
        int pick = random.nextInt(4);
        return switch (column) {
            case "n", "m" -> (long) pick;
            case "d" -> new String[] {"1", "1.0", "2.5", "3"}[pick];
            case "t" -> TEXTS[pick];
            case "s" -> new String[] {"[]", "[1]", "[1,2]", "[2,3]"}[pick];
            default -> "v" + pick;
        };
    }

    private static RowImage row(SplittableRandom random) {
        RowImage row = RowImage.of(Map.of());
        for (String name : NAMES) {
            row = row.with(name, value(random, name));
        }
        return row;
    }

    private static @Nullable RowImage edited(SplittableRandom random, RowImage row) {
        if (random.nextInt(12) == 0) {
            return null;
        }
        RowImage edited = row;
        for (String name : NAMES) {
            if (random.nextInt(3) == 0) {
                edited = edited.with(name, value(random, name));
            }
        }
        return edited;
    }

    private static ConflictRules rules(SplittableRandom random) {
        ResolutionStrategy[] all = {
            ResolutionStrategy.LOCAL_WINS,
            ResolutionStrategy.REMOTE_WINS,
            ResolutionStrategy.LAST_WRITE_WINS,
            ResolutionStrategy.MERGE
        };
        SyncedTableBuilder table = SyncedTable.named("t")
                .key("id")
                .autoResolve(ConflictSeverity.values())
                .strategy(all[random.nextInt(4)]);
        if (random.nextBoolean()) {
            table.strategy(all[random.nextInt(4)], NAMES[random.nextInt(2)]);
        }
        if (random.nextBoolean()) {
            ConflictType[] types = ConflictType.values();
            table.strategy(all[random.nextInt(4)], types[random.nextInt(types.length)]);
        }
        if (random.nextBoolean()) {
            table.merge(Merger.COUNTER, "n").merge(Merger.SET, "s");
        }
        if (random.nextBoolean()) {
            table.merge(random.nextBoolean() ? Merger.MAX : Merger.MIN, "m", "d");
        }
        if (random.nextBoolean()) {
            table.merge(Merger.TEXT, "t");
        }
        return table.build().conflictRules();
    }

    private static WriteTimes times(SplittableRandom random) {
        return new WriteTimes(NOW.minusSeconds(random.nextInt(3)), NOW.minusSeconds(random.nextInt(3)), NOW);
    }

    /** What a device makes of its row and the backend's. */
    private static @Nullable RowImage outcome(
            ConflictRules rules,
            @Nullable RowImage base,
            @Nullable RowImage local,
            @Nullable RowImage remote,
            WriteTimes times) {
        Finding finding = new ConflictDetector(rules, COLUMNS).detect(base, local, remote, times, true);
        if (finding instanceof Joined joined) {
            return joined.row();
        }
        if (finding instanceof Collided collided) {
            Optional<Settled> settled = ConflictResolver.auto(rules, collided.collision());
            return settled.orElseThrow().outcome();
        }
        if (finding instanceof DeletionHolds || finding instanceof BothDeleted) {
            return null;
        }
        throw new IllegalStateException(finding.toString());
    }

    private static boolean same(@Nullable RowImage a, @Nullable RowImage b) {
        if (a == null || b == null) {
            return a == null && b == null;
        }
        for (ColumnMapping column : COLUMNS) {
            if (!column.same(a.get(column.column()), b.get(column.column()))) {
                return false;
            }
        }
        return true;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void a_million_meetings_keep_the_laws(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        ConflictRules rules = rules(random);
        for (int i = 0; i < MEETINGS; i++) {
            if (i % 100 == 0) {
                rules = rules(random);
            }
            RowImage base = row(random);
            RowImage local = edited(random, base);
            RowImage remote = edited(random, base);
            WriteTimes times = times(random);
            RowImage outcome = outcome(rules, base, local, remote, times);
            if (!keepsTheLaws(rules, base, local, remote, times, outcome)) {
                throw new AssertionError("seed " + seed + ", meeting " + i + ": " + rules + "\nbase " + show(base)
                        + "\nlocal " + show(local) + "\nremote " + show(remote) + "\noutcome " + show(outcome));
            }
        }
    }

    private static boolean keepsTheLaws(
            ConflictRules rules,
            RowImage base,
            @Nullable RowImage local,
            @Nullable RowImage remote,
            WriteTimes times,
            @Nullable RowImage outcome) {
        boolean deterministic = same(outcome, outcome(rules, base, local, remote, times));
        // Once both have it, meeting again changes nothing, whatever was the base.
        boolean idempotent = same(outcome, outcome(rules, base, outcome, outcome, times))
                && same(outcome, outcome(rules, remote, outcome, outcome, times))
                && (remote == null || outcome == null || same(outcome, outcome(rules, remote, outcome, remote, times)));
        return deterministic
                && idempotent
                && isSymmetric(rules, base, local, remote, times)
                && inventsNothing(rules, base, local, remote, outcome);
    }

    private static boolean isSymmetric(
            ConflictRules rules, RowImage base, @Nullable RowImage local, @Nullable RowImage remote, WriteTimes times) {
        ConflictDetector detector = new ConflictDetector(rules, COLUMNS);
        Finding one = detector.detect(base, local, remote, times, true);
        Finding other = detector.detect(base, remote, local, times, true);
        if (one instanceof Joined joined) {
            return other instanceof Joined swapped && same(joined.row(), swapped.row());
        }
        return (one instanceof Collided) == (other instanceof Collided);
    }

    private static boolean inventsNothing(
            ConflictRules rules,
            RowImage base,
            @Nullable RowImage local,
            @Nullable RowImage remote,
            @Nullable RowImage outcome) {
        if (outcome == null) {
            return local == null || remote == null;
        }
        for (ColumnMapping column : COLUMNS) {
            String name = column.column();
            Object value = outcome.get(name);
            boolean isLocal = local != null && column.same(value, local.get(name));
            boolean isRemote = remote != null && column.same(value, remote.get(name));
            if (!isLocal && !isRemote && !byLaw(rules, name, base, local, remote, value)) {
                return false;
            }
        }
        return true;
    }

    private static boolean byLaw(
            ConflictRules rules,
            String name,
            RowImage base,
            @Nullable RowImage local,
            @Nullable RowImage remote,
            @Nullable Object value) {
        Optional<Merger> merger = rules.mergerOf(name);
        if (merger.isEmpty() || local == null || remote == null) {
            return false;
        }
        return switch (merger.get()) {
            case COUNTER ->
                value instanceof Long sum
                        && sum == (Long) local.get(name) + (Long) remote.get(name) - (Long) base.get(name);
            case SET -> true;
            case TEXT -> isOfLines(value, base.get(name), local.get(name), remote.get(name));
            case MAX, MIN -> false;
        };
    }

    /** A text that was joined has no line that no side had, and every line that no side took out. */
    private static boolean isOfLines(
            @Nullable Object value, @Nullable Object base, @Nullable Object local, @Nullable Object remote) {
        List<String> joined = lines(value);
        List<String> kept = new ArrayList<>(lines(base));
        kept.retainAll(lines(local));
        kept.retainAll(lines(remote));
        List<String> known = new ArrayList<>(lines(local));
        known.addAll(lines(remote));
        return known.containsAll(joined) && joined.containsAll(kept);
    }

    private static List<String> lines(@Nullable Object text) {
        return String.valueOf(text).lines().toList();
    }

    private static String show(@Nullable RowImage row) {
        if (row == null) {
            return "gone";
        }
        List<String> values = new ArrayList<>();
        for (String name : NAMES) {
            values.add(name + "=" + row.get(name));
        }
        return values.toString();
    }

    /** A device keeps its row and the version that it last agreed on; the backend keeps one row. */
    private static final class Replica {
        private final ConflictRules rules;
        private @Nullable RowImage base;
        private @Nullable RowImage row;

        Replica(ConflictRules rules, RowImage base) {
            this.rules = rules;
            this.base = base;
            row = base;
        }

        @Nullable
        RowImage exchange(@Nullable RowImage backend, WriteTimes times) {
            if (!same(row, base) && !same(backend, base)) {
                row = outcome(rules, base, row, backend, times);
            } else if (same(row, base)) {
                row = backend;
            }
            base = row;
            return row;
        }
    }

    @Test
    void two_to_five_devices_come_to_the_same_row_whatever_their_rules() {
        SplittableRandom random = new SplittableRandom(7);
        for (int world = 0; world < WORLDS; world++) {
            RowImage backend = row(random);
            List<Replica> replicas = new ArrayList<>();
            for (int i = 0; i < 2 + random.nextInt(4); i++) {
                replicas.add(new Replica(rules(random), backend));
            }
            RowImage there = backend;
            for (int step = 0; step < 12; step++) {
                Replica replica = replicas.get(random.nextInt(replicas.size()));
                if (random.nextBoolean() && replica.row != null) {
                    replica.row = edited(random, replica.row);
                } else {
                    there = replica.exchange(there, times(random));
                }
            }
            for (int round = 0; round < 2; round++) {
                for (Replica replica : replicas) {
                    there = replica.exchange(there, times(random));
                }
            }
            for (Replica replica : replicas) {
                assertThat(same(replica.row, there)).as("world %d", world).isTrue();
            }
        }
    }
}
