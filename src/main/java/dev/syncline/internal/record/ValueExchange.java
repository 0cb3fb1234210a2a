package dev.syncline.internal.record;

import dev.syncline.internal.capture.ColumnSchema;
import dev.syncline.internal.capture.IndexTerm;
import dev.syncline.internal.capture.PendingChange;
import dev.syncline.internal.capture.RowImage;
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
     * Writes as many of the records as can be written together. Rows in which what is handed on was edited here do not take part:
     * that is for the rules.
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
        Map<Member, RowIdentity> edited = new LinkedHashMap<>();
        for (int i = 0; i < members.size(); i++) {
            Member member = members.get(i);
            Optional<RowIdentity> clean = door.row(member.record(), LocalState.CLEAN, PullDecision.WRITE);
            Optional<RowIdentity> row = clean.isPresent() ? clean : editedElsewhere(door, member);
            if (row.isEmpty() || !letGo(door, member, row.get(), i)) {
                stuck.add(member);
            } else if (clean.isEmpty()) {
                edited.put(member, row.get());
            }
        }
        for (Map.Entry<Member, RowIdentity> one : edited.entrySet()) {
            if (stuck.isEmpty() && !agree(door, one.getKey(), one.getValue())) {
                stuck.add(one.getKey());
            }
        }
        return stuck;
    }

    /** A row with an unsent edit, but not of what is handed on, and not of what the record could be in conflict with there. */
    private Optional<RowIdentity> editedElsewhere(RecordApplier door, Member member) throws SQLException {
        Optional<RowIdentity> row = door.row(member.record(), LocalState.PENDING_UPDATE, PullDecision.RECONCILE);
        Optional<PendingChange> pending = row.isEmpty() ? Optional.empty() : door.pending(row.get());
        RowImage base = pending.map(PendingChange::base).orElse(null);
        RowImage now = pending.map(PendingChange::now).orElse(null);
        boolean untouched = base != null
                && now != null
                && handedOn(member).stream()
                        .map(ColumnSchema::name)
                        .allMatch(c -> base.has(c) && RowImage.same(base.get(c), now.get(c)));
        return untouched ? row : Optional.empty();
    }

    private boolean letGo(RecordApplier door, Member member, RowIdentity row, int number) throws SQLException {
        for (Vacancy vacancy : Vacancy.values()) {
            Map<String, @Nullable Object> vacant = new LinkedHashMap<>();
            handedOn(member).forEach(column -> vacant.put(column.name(), vacancy.of(column, number)));
            if (vacant.isEmpty()) {
                return false;
            }
            if (unit.attempt(() -> door.session().host().set(row.key(), vacant)).isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /** Both sides take what the record brings for what is handed on; of the rest the rules decide. */
    private boolean agree(RecordApplier door, Member member, RowIdentity row) throws SQLException {
        RowImage base = door.pending(row).map(PendingChange::base).orElseThrow();
        Map<String, @Nullable Object> brought = new LinkedHashMap<>();
        try {
            RecordMapper.Incoming incoming = door.session().mapper().incoming(member.record());
            RowImage remote = door.session().mapper().over(base, incoming);
            for (ColumnSchema column : handedOn(member)) {
                brought.put(column.name(), remote.get(column.name()));
                base = base.with(column.name(), remote.get(column.name()));
            }
            if (incoming.missingParent() != null) {
                return false;
            }
        } catch (UnstorableValueException e) {
            return false;
        }
        door.rebase(row, base);
        return unit.attempt(() -> door.session().host().set(row.key(), brought)).isEmpty();
    }

    /** The columns of unique indexes that the record tells. An ON UPDATE action of others would not bring its rows back. */
    private List<ColumnSchema> handedOn(Member member) {
        return table.schema().uniqueIndexes().stream()
                .flatMap(index -> index.terms().stream())
                .flatMap(term -> told(member, term).stream())
                .filter(column -> !table.isReferredBy(column.name()))
                .distinct()
                .toList();
    }

    private Optional<ColumnSchema> told(Member member, IndexTerm term) {
        return table.columns().stream()
                .filter(column -> column.column().equals(term.column())
                        && member.record().fields().containsKey(column.field()))
                .findFirst()
                .flatMap(column -> table.schema().column(column.column()));
    }

    /** Values that no row holds, of which a host's CHECK may refuse some. */
    private enum Vacancy {
        LOW {
            @Override
            Object number(int number) {
                return Long.MIN_VALUE + number;
            }
        },
        HIGH {
            @Override
            Object number(int number) {
                return Long.MAX_VALUE - number;
            }
        };

        abstract Object number(int number);

        @Nullable
        Object of(ColumnSchema column, int number) {
            if (!column.notNull()) {
                return null;
            }
            return switch (column.affinity()) {
                case INTEGER, NUMERIC -> number(number);
                case REAL -> (this == LOW ? -1e300 : 1e300) * (1 + number * 1e-6);
                default -> "\u0001 vacated " + number;
            };
        }
    }
}
