package dev.syncline.internal.record;

import dev.syncline.internal.capture.ColumnSchema;
import dev.syncline.internal.capture.ForeignKey;
import dev.syncline.internal.record.HeldGroup.Member;
import dev.syncline.internal.store.HoldingRepository;
import dev.syncline.internal.store.HoldingRepository.Reason;
import dev.syncline.internal.store.Unit;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Deletes rows that the backend has deleted and that refer to each other in a circle, so that none is ever free of children: all
 * let go of what they refer to first, where they can, and none waits for the others. Lives within one unit of work in which capture is silenced.
 */
public final class DeletedCircle {
    private final Unit unit;
    private final ApplyContext context;
    private final @Nullable Set<EndingRecord> ending;

    /**
     * Makes one.
     *
     * @param unit the unit
     * @param context what all tables share
     * @param ending null to write records together; else they are written one by one, and those with these ids stay
     */
    public DeletedCircle(Unit unit, ApplyContext context, @Nullable Set<EndingRecord> ending) {
        this.ending = ending;
        this.unit = unit;
        this.context = context;
    }

    /**
     * Deletes as many rows as can go together. Only rows that are as the backend last had them take part: what was edited here is
     * for the rules.
     *
     * @param tables the tables whose rows may refer to each other in a circle
     * @return what happened to each table; empty if nothing could be deleted
     * @throws SQLException if the unit is doomed
     */
    public Map<BoundTable, ApplyOutcome> remove(List<BoundTable> tables) throws SQLException {
        List<Member> members = new ArrayList<>();
        for (BoundTable table : tables) {
            List<Member> ofTable = HeldGroup.waiting(unit, table, Reason.CHILDREN);
            if (!new DeletionGuard(unit, table, context).admits(ofTable.size())) {
                // They go together or not at all, so they are weighed together.
                HoldingRepository.change(unit.handle(), table.id(), Reason.CHILDREN, Reason.MASS_DELETION);
                return Map.of();
            }
            members.addAll(ofTable);
        }
        return new HeldGroup(unit, context, ending).letGo(members, this::letGoOfOthers);
    }

    private List<Member> letGoOfOthers(List<Member> members, Map<BoundTable, RecordApplier> doors) throws SQLException {
        List<Member> stuck = new ArrayList<>();
        Departing departing = new Departing();
        doors.values().forEach(door -> door.session().settler().letGo(departing));
        for (Member member : members) {
            RecordApplier door = Objects.requireNonNull(doors.get(member.table()));
            Optional<RowIdentity> row = door.row(member.record(), LocalState.CLEAN, PullDecision.DELETE);
            Map<String, @Nullable Object> nothing = new LinkedHashMap<>();
            references(member.table()).forEach(column -> nothing.put(column, null));
            if (row.isEmpty()) {
                stuck.add(member);
                continue;
            }
            departing.add(member.table(), row.get().rowId());
            if (!nothing.isEmpty()) {
                // Where the table refuses, its foreign keys may still wait for the end of it all.
                unit.attempt(() -> door.session().host().set(row.get().key(), nothing));
            }
        }
        return stuck;
    }

    /** The columns that refer to other rows and can be empty. */
    private static Set<String> references(BoundTable table) {
        Set<String> columns = new LinkedHashSet<>(table.parents().keySet());
        table.schema().foreignKeys().stream().map(ForeignKey::columns).forEach(columns::addAll);
        Set<String> optional = new LinkedHashSet<>();
        for (String column : columns) {
            boolean inKey =
                    table.schema().key().stream().anyMatch(part -> part.name().equalsIgnoreCase(column));
            table.schema()
                    .column(column)
                    .filter(found -> !inKey && !found.notNull() && !found.generated())
                    .map(ColumnSchema::name)
                    .ifPresent(optional::add);
        }
        return optional;
    }
}
