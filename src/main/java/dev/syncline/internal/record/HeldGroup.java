package dev.syncline.internal.record;

import dev.syncline.backend.RemoteRecord;
import dev.syncline.internal.store.HoldingRepository;
import dev.syncline.internal.store.HoldingRepository.Held;
import dev.syncline.internal.store.HoldingRepository.Reason;
import dev.syncline.internal.store.SqliteErrors;
import dev.syncline.internal.store.Unit;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Held records of which none can go alone. They pass through the door together behind a savepoint: if one of them has to be held
 * again all are, and those that are left are tried without it. Lives within one unit of work in which capture is silenced.
 */
final class HeldGroup {
    /** A record that cannot go takes along those that need it, one link a try; longer chains wait for the next run. */
    private static final int TRIES = 50;

    /** So many of a table's records are looked at, which bounds memory; the others wait until some of these are gone. */
    private static final int LOOKED_AT = 5000;

    private final Unit unit;
    private final ApplyContext context;
    private final @Nullable Set<EndingRecord> ending;

    /**
     * Makes one.
     *
     * @param ending null to write the records together; else they are written one by one, and these stay
     */
    HeldGroup(Unit unit, ApplyContext context, @Nullable Set<EndingRecord> ending) {
        this.unit = unit;
        this.context = context;
        this.ending = ending;
    }

    /** Gives what a table waits with for one reason. */
    static List<Member> waiting(Unit unit, BoundTable table, Reason reason) {
        return HoldingRepository.page(unit.handle(), table.id(), Set.of(reason), "", LOOKED_AT).stream()
                .map(held -> new Member(table, RecordText.read(held.record())))
                .toList();
    }

    /**
     * Applies as many of the records as can go together.
     *
     * @param members the records
     * @param preparation what makes room for them
     * @return what happened to each table; empty if none could go
     * @throws SQLException if the unit is doomed
     */
    Map<BoundTable, ApplyOutcome> letGo(List<Member> members, Preparation preparation) throws SQLException {
        deferForeignKeys(true);
        Map<BoundTable, ApplyOutcome> outcomes = tryEachLess(members, preparation);
        deferForeignKeys(false);
        return outcomes;
    }

    private Map<BoundTable, ApplyOutcome> tryEachLess(List<Member> members, Preparation preparation)
            throws SQLException {
        List<Member> together = members;
        for (int i = 0; i < TRIES && !together.isEmpty(); i++) {
            List<Member> some = together;
            Set<Member> stuck = new HashSet<>();
            Map<BoundTable, ApplyOutcome> outcomes = new LinkedHashMap<>();
            Optional<SQLException> refused = unit.attempt(() -> {
                stuck.addAll(apply(some, preparation, outcomes));
                if (!stuck.isEmpty()) {
                    throw SqliteErrors.refusal("a record cannot go with the others");
                }
            });
            if (refused.isEmpty()) {
                return outcomes;
            }
            if (stuck.isEmpty()) {
                return Map.of();
            }
            together = some.stream().filter(member -> !stuck.contains(member)).toList();
        }
        return Map.of();
    }

    /** Between the first row and the last some refer to what is not there yet. */
    private void deferForeignKeys(boolean deferred) throws SQLException {
        try (Statement statement = unit.connection().createStatement()) {
            statement.execute("PRAGMA defer_foreign_keys = " + deferred);
        }
    }

    /** Gives those that could not go. */
    private List<Member> apply(List<Member> members, Preparation preparation, Map<BoundTable, ApplyOutcome> outcomes)
            throws SQLException {
        Map<BoundTable, RecordApplier> doors = new LinkedHashMap<>();
        try {
            for (Member member : members) {
                if (!doors.containsKey(member.table())) {
                    ApplyOutcome outcome = new ApplyOutcome();
                    outcomes.put(member.table(), outcome);
                    RecordApplier door = new RecordApplier(unit, member.table(), context, false, outcome);
                    door.recall();
                    if (ending != null) {
                        door.isolate(ending);
                    }
                    doors.put(member.table(), door);
                }
            }
            List<Member> unprepared = preparation.prepare(members, doors);
            if (!unprepared.isEmpty()) {
                return unprepared;
            }
            Map<BoundTable, UnmetArrivals> arrivals = expected(members, doors);
            List<Member> before = List.of();
            List<Member> left = members;
            while (left.size() != before.size()) {
                before = left;
                left = pass(left, doors);
            }
            for (UnmetArrivals some : arrivals.values()) {
                some.mark();
            }
            return left.isEmpty() ? preparation.complete(members) : left;
        } finally {
            for (RecordApplier door : doors.values()) {
                door.close();
            }
        }
    }

    /** Gives those that are held again, or came to nothing. */
    private List<Member> pass(List<Member> members, Map<BoundTable, RecordApplier> doors) throws SQLException {
        for (Member member : members) {
            HoldingRepository.release(
                    unit.handle(), member.table().id(), member.record().id());
            RecordApplier door = Objects.requireNonNull(doors.get(member.table()));
            if (member.record().deleted()) {
                door.deleteParent(member.record());
            } else {
                door.apply(member.record());
            }
        }
        for (RecordApplier door : doors.values()) {
            door.flush();
        }
        List<Member> left = new ArrayList<>();
        for (Member member : members) {
            boolean held = HoldingRepository.find(
                            unit.handle(), member.table().id(), member.record().id())
                    .isPresent();
            boolean there = Objects.requireNonNull(doors.get(member.table())).hasRow(member.record());
            if (held || there == member.record().deleted()) {
                left.add(member);
            }
        }
        return left;
    }

    private Map<BoundTable, UnmetArrivals> expected(List<Member> members, Map<BoundTable, RecordApplier> doors)
            throws SQLException {
        Map<BoundTable, UnmetArrivals> arrivals = new LinkedHashMap<>();
        for (Member member : members) {
            BoundTable table = member.table();
            Optional<Held> held = HoldingRepository.find(
                    unit.handle(), table.id(), member.record().id());
            if (held.isPresent()) {
                RecordApplier door = Objects.requireNonNull(doors.get(table));
                arrivals.computeIfAbsent(table, of -> new UnmetArrivals(unit, of, door))
                        .expect(held.get());
            }
        }
        return arrivals;
    }

    /**
     * One of them.
     *
     * @param table its table
     * @param record the record
     */
    record Member(BoundTable table, RemoteRecord record) {}

    /** What is done before the records are applied, and after it, behind the same savepoint. */
    interface Preparation {
        /** Makes room; gives those that there is none for, which ends the try. */
        List<Member> prepare(List<Member> members, Map<BoundTable, RecordApplier> doors) throws SQLException;

        /** Does what can only be done once all have been applied; gives those for which it cannot, which ends the try. */
        default List<Member> complete(List<Member> members) throws SQLException {
            return List.of();
        }
    }
}
