package dev.syncline.internal.record;

import dev.syncline.internal.capture.ColumnSchema;
import dev.syncline.internal.capture.IndexTerm;
import dev.syncline.internal.capture.UniqueIndex;
import dev.syncline.internal.record.HeldGroup.Member;
import dev.syncline.internal.store.HoldingRepository.Reason;
import dev.syncline.internal.store.Unit;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes records that hand unique values on to each other in a circle, where none can be written before the others: all their
 * rows let go of the values first. Lives within one unit of work in which capture is silenced.
 */
public final class ValueExchange {
    private final Unit unit;
    private final BoundTable table;
    private final ApplyContext context;

    /**
     * Makes one.
     *
     * @param unit the unit
     * @param table the table of the records
     * @param context what all tables share
     */
    public ValueExchange(Unit unit, BoundTable table, ApplyContext context) {
        this.unit = unit;
        this.table = table;
        this.context = context;
    }

    /**
     * Writes as many of the records as can be written together. Only rows that are as the backend last had them take part: what
     * was edited here is for the rules.
     *
     * @return what happened; empty if nothing could be written
     * @throws SQLException if the unit is doomed
     */
    public Map<BoundTable, ApplyOutcome> write() throws SQLException {
        List<Member> members = HeldGroup.waiting(unit, table, Reason.UNIQUE);
        return members.size() < 2 ? Map.of() : new HeldGroup(unit, context).letGo(members, this::vacate);
    }

    private List<Member> vacate(List<Member> members, Map<BoundTable, RecordApplier> doors) throws SQLException {
        RecordApplier door = Objects.requireNonNull(doors.get(table));
        List<Member> stuck = new ArrayList<>();
        for (int i = 0; i < members.size(); i++) {
            Member member = members.get(i);
            Optional<RowIdentity> row = door.cleanRow(member.record(), PullDecision.WRITE);
            Map<String, @Nullable Object> vacant = vacancies(member, i);
            if (row.isEmpty()
                    || vacant.isEmpty()
                    || unit.attempt(() -> door.session().host().set(row.get().key(), vacant))
                            .isPresent()) {
                stuck.add(member);
            }
        }
        return stuck;
    }

    /** For each unique index, one of its columns that the record tells, with a value that no row holds. */
    private Map<String, @Nullable Object> vacancies(Member member, int number) {
        Map<String, @Nullable Object> vacant = new LinkedHashMap<>();
        for (UniqueIndex index : table.schema().uniqueIndexes()) {
            index.terms().stream()
                    .flatMap(term -> told(member, term).stream())
                    .findFirst()
                    .ifPresent(column -> vacant.put(column.name(), vacancy(column, number)));
        }
        return vacant;
    }

    private Optional<ColumnSchema> told(Member member, IndexTerm term) {
        return table.columns().stream()
                .filter(column -> column.column().equals(term.column())
                        && member.record().fields().containsKey(column.field()))
                .findFirst()
                .flatMap(column -> table.schema().column(column.column()))
                // An ON UPDATE action would take rows along, and not bring them back.
                .filter(column -> !table.isReferredBy(column.name()));
    }

    private static @Nullable Object vacancy(ColumnSchema column, int number) {
        if (!column.notNull()) {
            return null;
        }
        return switch (column.affinity()) {
            case INTEGER, NUMERIC -> Long.MIN_VALUE + number;
            case REAL -> -1e300 * (number + 1);
            default -> "\u0001 vacated " + number;
        };
    }
}
