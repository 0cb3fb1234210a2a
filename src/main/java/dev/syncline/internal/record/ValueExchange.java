package dev.syncline.internal.record;

import dev.syncline.internal.record.HeldGroup.Member;
import dev.syncline.internal.store.HoldingRepository.Reason;
import dev.syncline.internal.store.Unit;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Writes records that hand unique values on to each other in a circle, where none can be written before the others: a row that
 * is refused goes without its value until all have been written. Lives within one unit of work in which capture is silenced.
 */
public final class ValueExchange {
    private final Unit unit;
    private final BoundTable table;
    private final ApplyContext context;
    private final @Nullable Set<EndingRecord> ending;

    /**
     * Makes one.
     *
     * @param unit the unit
     * @param table the table of the records
     * @param context what all tables share
     * @param ending null to write records together; else they are written one by one, and those with these ids stay
     */
    public ValueExchange(Unit unit, BoundTable table, ApplyContext context, @Nullable Set<EndingRecord> ending) {
        this.ending = ending;
        this.unit = unit;
        this.table = table;
        this.context = context;
    }

    /**
     * Writes as many of the records as can be written together. What was edited here is put to the rules, as ever; a row that they
     * leave with a value that another one takes holds that one up.
     *
     * @return what happened; empty if nothing could be written
     * @throws SQLException if the unit is doomed
     */
    public Map<BoundTable, ApplyOutcome> write() throws SQLException {
        List<Member> members = HeldGroup.waiting(unit, table, Reason.UNIQUE);
        return members.size() < 2 ? Map.of() : new HeldGroup(unit, context, ending).letGo(members, new Waiting());
    }

    /** Lets the values be late in one try after the other. */
    private final class Waiting implements HeldGroup.Preparation {
        private LateValues late = new LateValues(unit, table);

        @Override
        public List<Member> prepare(List<Member> members, Map<BoundTable, RecordApplier> doors) {
            late = new LateValues(unit, table);
            Objects.requireNonNull(doors.get(table)).session().host().letValuesBeLate(late);
            return List.of();
        }

        @Override
        public List<Member> complete(List<Member> members) throws SQLException {
            List<@Nullable Object[]> without = late.arrive();
            if (without.isEmpty()) {
                return List.of();
            }
            List<Member> stuck = new ArrayList<>();
            try (IdMappingService ids = new IdMappingService(unit.connection())) {
                for (Member member : members) {
                    Optional<Object[]> key = ids.localKey(table, member.record().id());
                    if (key.isPresent() && LateValues.isAmong(key.get(), without)) {
                        stuck.add(member);
                    }
                }
            }
            return stuck.isEmpty() ? members : stuck;
        }
    }
}
