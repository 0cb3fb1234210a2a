package dev.syncline.internal.record;

import dev.syncline.internal.record.HeldGroup.Member;
import dev.syncline.internal.store.HoldingRepository.Reason;
import dev.syncline.internal.store.Unit;
import java.sql.SQLException;
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
 * Unties records that wait for each other because they refer to each other in a circle, or to themselves: all get their keys,
 * then all are written, in one unit, so that nobody ever sees the half of it. Lives within one unit of work in which capture is
 * silenced.
 */
public final class ReferenceKnot {
    private final Unit unit;
    private final ApplyContext context;
    private final @Nullable Set<EndingRecord> ending;
    private final Map<String, Waiting> waiting = new LinkedHashMap<>();

    /**
     * Makes one.
     *
     * @param unit the unit
     * @param context what all tables share
     * @param ending null to write records together; else they are written one by one, and those with these ids stay
     */
    public ReferenceKnot(Unit unit, ApplyContext context, @Nullable Set<EndingRecord> ending) {
        this.ending = ending;
        this.unit = unit;
        this.context = context;
    }

    /**
     * Writes the records that wait for nothing but each other.
     *
     * @param tables the tables whose rows may refer to each other in a circle
     * @return what happened to each table; empty if there is no such record
     * @throws SQLException if the unit is doomed
     */
    public Map<BoundTable, ApplyOutcome> untie(List<BoundTable> tables) throws SQLException {
        for (BoundTable table : tables) {
            look(table);
        }
        boolean removed = true;
        while (removed) {
            Set<String> left = new HashSet<>(waiting.keySet());
            removed = waiting.values().removeIf(one -> !left.containsAll(one.missing));
        }
        List<Member> members = waiting.values().stream().map(one -> one.member).toList();
        return members.isEmpty()
                ? Map.of()
                : new HeldGroup(unit, context, ending).letGo(members, ReferenceKnot::assignKeys);
    }

    private void look(BoundTable table) throws SQLException {
        try (IdMappingService ids = new IdMappingService(unit.connection())) {
            for (Member member : HeldGroup.waiting(unit, table, Reason.PARENT)) {
                waiting.put(name(table, member.record().id()), new Waiting(member, missing(member, ids)));
            }
        }
    }

    private List<String> missing(Member member, IdMappingService ids) throws SQLException {
        List<String> missing = new ArrayList<>();
        for (RecordReferences.Named reference : RecordReferences.of(member.table(), member.record())) {
            String id = reference.id().toString();
            if (!isHere(reference.parent(), id, ids)) {
                missing.add(name(reference.parent(), id));
            }
        }
        return missing;
    }

    private boolean isHere(BoundTable parent, String id, IdMappingService ids) throws SQLException {
        Optional<Object[]> key = ids.localKey(parent, id);
        if (key.isEmpty()) {
            return false;
        }
        try (HostTable rows = new HostTable(unit.connection(), parent)) {
            return rows.exists(key.get());
        }
    }

    /** Keys that hold another's number can be told only once that has one. */
    private static List<Member> assignKeys(List<Member> members, Map<BoundTable, RecordApplier> doors)
            throws SQLException {
        Map<Member, Object[]> keys = new LinkedHashMap<>();
        boolean progress = true;
        while (progress) {
            progress = false;
            for (Member member : members) {
                if (!keys.containsKey(member)) {
                    Optional<Object[]> key = door(doors, member).assignKey(member.record());
                    key.ifPresent(k -> keys.put(member, k));
                    progress |= key.isPresent();
                }
            }
        }
        keys.forEach((member, key) -> doors.values().forEach(door -> door.expect(member.table(), key)));
        return members.stream().filter(member -> !keys.containsKey(member)).toList();
    }

    private static RecordApplier door(Map<BoundTable, RecordApplier> doors, Member member) {
        return Objects.requireNonNull(doors.get(member.table()));
    }

    private static String name(BoundTable table, String id) {
        return table.id() + "/" + id;
    }

    /**
     * A record that waits for others.
     *
     * @param member the record
     * @param missing the names of those it refers to and that are not here
     */
    private record Waiting(Member member, List<String> missing) {}
}
