package dev.syncline.internal.engine;

import dev.syncline.conflict.Conflict;
import dev.syncline.conflict.Decision;
import dev.syncline.conflict.Resolution;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.conflict.ResolvedBy;
import dev.syncline.exception.FieldFault;
import dev.syncline.exception.ValidationException;
import dev.syncline.internal.capture.CaptureMute;
import dev.syncline.internal.capture.RowImage;
import dev.syncline.internal.capture.UnreadableValueException;
import dev.syncline.internal.record.ApplyContext;
import dev.syncline.internal.record.ApplyOutcome;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.record.DecisionTakenBack;
import dev.syncline.internal.record.ParkedRow;
import dev.syncline.internal.record.RecordApplier;
import dev.syncline.internal.record.TableSession;
import dev.syncline.internal.record.UnstorableValueException;
import dev.syncline.internal.store.ConflictRepository;
import dev.syncline.internal.store.ConflictRepository.StoredConflict;
import dev.syncline.internal.store.DecisionRepository;
import dev.syncline.internal.store.DecisionRepository.Undo;
import dev.syncline.internal.store.TransactionManager;
import dev.syncline.internal.store.Unit;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Carries out decisions about parked rows, each in a unit of its own, and takes back those of rules. Safe for any thread. */
final class InboxDecisions {
    private final Map<Integer, BoundTable> tables;
    private final TransactionManager transactions;

    InboxDecisions(List<BoundTable> tables, TransactionManager transactions) {
        this.tables = tables.stream().collect(Collectors.toMap(BoundTable::id, Function.identity()));
        this.transactions = transactions;
    }

    /** A conflict as it is now: an open one with what its row has become. */
    Conflict present(Unit unit, StoredConflict stored, ApplyContext context) throws SQLException {
        BoundTable table = tables.get(stored.table());
        if (table == null || stored.conflict().isResolved()) {
            return stored.conflict();
        }
        try (TableSession session = TableSession.of(unit, table, context)) {
            return new ParkedRow(unit, session).present(stored);
        }
    }

    /** Open conflicts as they are now, in the same order; those that are settled since are left out. */
    List<StoredConflict> present(Unit unit, List<String> ids, ApplyContext context) throws SQLException {
        List<StoredConflict> present = new ArrayList<>();
        Map<Integer, TableSession> sessions = new HashMap<>();
        try {
            for (String id : ids) {
                Optional<StoredConflict> found = open(unit, id);
                if (found.isEmpty()) {
                    continue;
                }
                StoredConflict stored = found.get();
                BoundTable table = tables.get(stored.table());
                if (table == null) {
                    present.add(stored);
                    continue;
                }
                TableSession session = sessions.get(table.id());
                if (session == null) {
                    session = TableSession.of(unit, table, context);
                    sessions.put(table.id(), session);
                }
                Conflict now = new ParkedRow(unit, session).present(stored);
                present.add(new StoredConflict(now, stored.table(), stored.remoteRecord()));
            }
        } finally {
            for (TableSession session : sessions.values()) {
                session.close();
            }
        }
        return present;
    }

    private static Optional<StoredConflict> open(Unit unit, String id) {
        return ConflictRepository.find(unit.handle(), id)
                .filter(stored -> !stored.conflict().isResolved());
    }

    /**
     * Carries out a person's decision. Unlike what came from the backend nobody would tell it again, so it is on the disk when this
     * returns.
     *
     * @return the resolved conflict, or empty if no conflict of this id is open, or it is not as it was seen any more
     */
    Optional<Conflict> resolve(String id, Decision decision, Predicate<Conflict> asSeen, ApplyContext context) {
        return transactions.writeDurably(unit -> decide(
                unit,
                id,
                asSeen,
                context,
                (parked, stored) -> parked.decide(stored, decision, ResolvedBy.USER, ownValues(decision))));
    }

    private static @Nullable String ownValues(Decision decision) {
        return decision instanceof Decision.ByColumn columns
                        && !columns.values().isEmpty()
                ? "own values of " + columns.values().keySet().stream().sorted().toList()
                : null;
    }

    /**
     * Carries out what the host's rules decided, if the conflict is still as they saw it.
     *
     * @return the resolved conflict, or empty if either side has moved on, or a person is to decide what the rules have left
     */
    Optional<Conflict> resolveAsSeen(HostAnswer answer, ApplyContext context) {
        Conflict seen = answer.seen();
        return transactions.write(unit -> decide(
                unit,
                seen.id(),
                seen::equals,
                context,
                (parked, stored) -> parked.decideJoined(stored, answer.columns(), answer.rest())));
    }

    /**
     * Settles conflicts by the rules of their tables in one unit.
     *
     * @return what became of those that were settled; the others ask a person or are open no more
     * @throws SyncException if one of them cannot be settled, in which case none is
     */
    List<Resolution> byRules(List<String> ids, ApplyContext context) {
        return transactions.write(unit -> {
            List<Conflict> resolved =
                    decide(unit, ids, any -> true, context, (parked, stored) -> parked.decideByRules(stored));
            List<Resolution> resolutions = new ArrayList<>();
            for (Conflict one : resolved) {
                ConflictRepository.resolution(unit.handle(), one.id()).ifPresent(resolutions::add);
            }
            return resolutions;
        });
    }

    /** The strategy that the rules name for a conflict. */
    ResolutionStrategy strategyOf(Conflict conflict) {
        return tables.values().stream()
                .filter(table -> table.spec().entity().equals(conflict.entityType()))
                .findFirst()
                .map(table -> table.spec().conflictRules().strategyOf(conflict.conflictType()))
                .orElse(ResolutionStrategy.MANUAL);
    }

    /** The table of a conflict, if it is synced still. */
    Optional<BoundTable> tableOf(String id) {
        return transactions.read(unit -> ConflictRepository.find(unit.handle(), id)
                .flatMap(stored -> Optional.ofNullable(tables.get(stored.table()))));
    }

    /**
     * Finds out what a decision makes of a row by carrying it out and taking it back, so that the two can never differ.
     *
     * @return what it makes of it, or empty if no conflict of this id is open
     */
    Optional<Rehearsed> rehearse(String id, Decision decision, ApplyContext context) {
        return transactions.rehearse(unit -> {
            List<Conflict> seen = new ArrayList<>();
            Optional<Conflict> resolved = decide(
                    unit,
                    id,
                    seen::add,
                    context,
                    (parked, stored) -> parked.decide(stored, decision, ResolvedBy.USER, null));
            if (resolved.isEmpty()) {
                return Optional.<Rehearsed>empty();
            }
            Resolution shown = ConflictRepository.resolution(unit.handle(), id).orElseThrow();
            return Optional.of(new Rehearsed(
                    seen.get(0), resolved.get(), shown.resolvedData(), toSend(unit, resolved.get(), context)));
        });
    }

    /** The row of a conflict that was just resolved, if it is there and has to be sent. */
    private @Nullable RowImage toSend(Unit unit, Conflict resolved, ApplyContext context) throws SQLException {
        StoredConflict stored =
                ConflictRepository.find(unit.handle(), resolved.id()).orElseThrow();
        BoundTable table = Objects.requireNonNull(tables.get(stored.table()));
        Object[] key = table.keys().decode(stored.conflict().entityId()).orElseThrow();
        try (TableSession session = TableSession.of(unit, table, context)) {
            return session.journal().isPending(key) ? session.host().read(key).orElse(null) : null;
        }
    }

    private Optional<Conflict> decide(
            Unit unit, String id, Predicate<Conflict> asSeen, ApplyContext context, Deciding deciding)
            throws SQLException {
        return decide(unit, List.of(id), asSeen, context, deciding).stream().findFirst();
    }

    /** Decides about conflicts, those of one table that follow each other behind one door. */
    private List<Conflict> decide(
            Unit unit, List<String> ids, Predicate<Conflict> asSeen, ApplyContext context, Deciding deciding)
            throws SQLException {
        List<StoredConflict> found = new ArrayList<>();
        for (String id : ids) {
            open(unit, id).ifPresent(found::add);
        }
        if (found.isEmpty()) {
            return List.of();
        }
        ApplyOutcome outcome = new ApplyOutcome();
        CaptureMute.on(unit.connection());
        int from = 0;
        while (from < found.size()) {
            int table = found.get(from).table();
            int to = from;
            while (to < found.size() && found.get(to).table() == table) {
                to++;
            }
            decide(unit, found.subList(from, to), asSeen, context, outcome, deciding);
            from = to;
        }
        CaptureMute.off(unit.connection());
        Set<String> asked = Set.copyOf(ids);
        return outcome.closed().stream()
                .filter(conflict -> asked.contains(conflict.id()))
                .toList();
    }

    private void decide(
            Unit unit,
            List<StoredConflict> ofOneTable,
            Predicate<Conflict> asSeen,
            ApplyContext context,
            ApplyOutcome outcome,
            Deciding deciding)
            throws SQLException {
        StoredConflict first = ofOneTable.get(0);
        BoundTable table = tables.get(first.table());
        if (table == null) {
            throw new IllegalArgumentException(
                    "the table of conflict " + first.conflict().id() + " is not synced any more");
        }
        StoredConflict present = first;
        try (RecordApplier door = new RecordApplier(unit, table, context, false, outcome)) {
            ParkedRow parked = new ParkedRow(unit, door.session());
            for (StoredConflict stored : ofOneTable) {
                present = stored;
                if (asSeen.test(parked.present(stored))) {
                    deciding.decide(parked, stored);
                }
            }
        } catch (UnstorableValueException e) {
            throw undecidable(present, new FieldFault(e.column(), e.rule(), e.fix()), context, e);
        } catch (UnreadableValueException e) {
            FieldFault field = new FieldFault(
                    e.column(), "text that is not valid UTF-8", "store it as a BLOB, or correct the text");
            throw undecidable(present, field, context, e);
        }
    }

    private static ValidationException undecidable(
            StoredConflict stored, FieldFault field, ApplyContext context, RuntimeException why) {
        return new ValidationException(
                "conflict " + stored.conflict().id() + " of "
                        + stored.conflict().entityType()
                        + " cannot be settled like this, since a value of its row cannot be taken over; it stays open."
                        + " Correct the value named, then decide again",
                List.of(field),
                context.clock().instant(),
                why);
    }

    /**
     * Takes back what a rule decided, as an edit of this device.
     *
     * @return the conflict, or empty if nothing is left to take back
     */
    Optional<Conflict> undo(String id) {
        return transactions.writeDurably(unit -> {
            Optional<Undo> undo = DecisionRepository.undo(unit.handle(), id);
            Optional<StoredConflict> stored = ConflictRepository.find(unit.handle(), id);
            if (undo.isEmpty() || stored.isEmpty()) {
                return Optional.<Conflict>empty();
            }
            BoundTable table = tables.get(stored.get().table());
            if (table == null
                    || !new DecisionTakenBack(unit, table)
                            .of(stored.get().conflict().entityId(), undo.get())) {
                return Optional.<Conflict>empty();
            }
            DecisionRepository.takenBack(unit.handle(), id);
            return ConflictRepository.find(unit.handle(), id).map(StoredConflict::conflict);
        });
    }

    /** One way to settle a parked row. */
    private interface Deciding {
        void decide(ParkedRow parked, StoredConflict stored) throws SQLException;
    }

    /**
     * What a decision makes of a row.
     *
     * @param seen the conflict as it was decided about
     * @param resolved the conflict as it is then
     * @param data the row as hosts see it; null if it is deleted
     * @param toSend the row if it then has to be sent; null if it has not, or is deleted
     */
    record Rehearsed(
            Conflict seen,
            Conflict resolved,
            @Nullable Map<String, @Nullable Object> data,
            @Nullable RowImage toSend) {}
}
