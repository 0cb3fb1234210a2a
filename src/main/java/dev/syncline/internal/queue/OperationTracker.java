package dev.syncline.internal.queue;

import dev.syncline.backend.ChangeKind;
import dev.syncline.backend.PushResult;
import dev.syncline.backend.RemoteRecord;
import dev.syncline.exception.ConflictException;
import dev.syncline.exception.ConsistencyException;
import dev.syncline.exception.FieldFault;
import dev.syncline.exception.SyncException;
import dev.syncline.exception.ValidationException;
import dev.syncline.internal.capture.CaptureMute;
import dev.syncline.internal.capture.PendingChange;
import dev.syncline.internal.capture.RowImage;
import dev.syncline.internal.capture.UnreadableValueException;
import dev.syncline.internal.record.ApplyContext;
import dev.syncline.internal.record.ApplyOutcome;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.record.RecordApplier;
import dev.syncline.internal.record.RowIdentity;
import dev.syncline.internal.record.SentFields;
import dev.syncline.internal.store.IdempotencyRepository;
import dev.syncline.internal.store.IdempotencyRepository.Outcome;
import dev.syncline.internal.store.IdempotencyRepository.StoredKey;
import dev.syncline.internal.store.OperationRepository;
import dev.syncline.internal.store.RunRepository.Fault;
import dev.syncline.internal.store.SyncOperation;
import dev.syncline.internal.store.TransactionManager;
import dev.syncline.internal.store.Unit;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Takes operations out of the queue, and is the only one that does: by the answer they got, in one unit with the rows and
 * states that the answer brings. An operation is acknowledged for exactly what was sent; what was edited since stays pending.
 */
public final class OperationTracker {
    private final TransactionManager transactions;
    private final FrozenImages images;

    /**
     * Makes a tracker.
     *
     * @param transactions units of work
     * @param images what was frozen last
     */
    public OperationTracker(TransactionManager transactions, FrozenImages images) {
        this.transactions = transactions;
        this.images = images;
    }

    /**
     * Settles a group of answers of one table in one unit.
     *
     * @param table the table
     * @param answers definite answers
     * @param context what all tables share
     * @return what came of them
     */
    public Settlement settle(BoundTable table, List<Answer> answers, ApplyContext context) {
        return transactions.write(unit -> {
            Settlement told = new Settlement();
            ApplyOutcome outcome = told.outcome();
            CaptureMute.on(unit.connection());
            List<Answer> conflicted = new ArrayList<>();
            List<RemoteRecord> changedSince = new ArrayList<>();
            List<Outcome> outcomes = new ArrayList<>();
            try (RecordApplier door = new RecordApplier(unit, table, context, false, outcome)) {
                CurrentOperations current = CurrentOperations.of(unit, table, answers);
                for (Answer given : answers) {
                    Optional<SyncOperation> operation = current.of(given.operation());
                    if (operation.isEmpty()) {
                        continue;
                    }
                    Answer answer = new Answer(operation.get(), given.result(), given.doubtful());
                    PushResult result = ownWriteOr(answer);
                    if (result instanceof PushResult.Accepted accepted) {
                        if (namesAnotherRow(table, door, answer.operation(), accepted.id())) {
                            refuse(unit, table, answer.operation(), duplicate(answer, context), context, told);
                        } else if (!accept(
                                new Acknowledgement(table, door, images, current),
                                answer.operation(),
                                accepted,
                                context,
                                told)) {
                            continue;
                        }
                    } else if (result instanceof PushResult.Conflicted clash
                            && clash.remote() != null
                            && SentFields.madeIt(table, answer.operation(), clash.remote())
                            && !namesAnotherRow(
                                    table,
                                    door,
                                    answer.operation(),
                                    clash.remote().id())) {
                        // What was sent is what both sides began from; what others made of it since is met like any
                        // record.
                        PushResult.Accepted made =
                                new PushResult.Accepted(clash.remote().id(), null, null);
                        Acknowledgement acknowledgement = new Acknowledgement(table, door, images, current);
                        if (!accept(acknowledgement, answer.operation(), made, context, told)) {
                            continue;
                        }
                        changedSince.add(clash.remote());
                    } else if (result instanceof PushResult.Rejected
                            && SentFields.areOutdated(
                                    answer.operation(), table, door.session().ids())) {
                        // What it referred to has another id now, and the row goes out with that.
                        SyncQueueManager.thaw(unit, table, answer.operation());
                    } else if (result instanceof PushResult.Rejected rejected) {
                        refuse(unit, table, answer.operation(), rejected.reason(), context, told);
                    } else {
                        conflicted.add(answer);
                    }
                    outcomes.add(IdempotencyService.outcome(new Answer(answer.operation(), result)));
                }
                door.flush();
            }
            IdempotencyRepository.finish(
                    unit.handle(), outcomes, context.clock().millis());
            OperationRepository.delete(
                    unit.handle(),
                    told.accepted().stream().map(SyncOperation::id).toList());
            if (!changedSince.isEmpty()) {
                try (RecordApplier door = new RecordApplier(unit, table, context, false, outcome)) {
                    door.applyAll(changedSince);
                }
            }
            if (!conflicted.isEmpty()) {
                meet(unit, table, conflicted, context, told);
            }
            CaptureMute.off(unit.connection());
            return told;
        });
    }

    /**
     * Tells what was done for a row: each operation under each of its keys, from its claim to its answer. It is forgotten with the
     * keys.
     *
     * @param entity the entity's name at the backend
     * @param rowId the row's local id as text
     * @return the steps, oldest first
     */
    public List<StoredKey> history(String entity, String rowId) {
        return transactions.read(unit -> IdempotencyRepository.ofRow(unit.handle(), entity, rowId));
    }

    /**
     * Sums up what became of the operations whose keys are kept.
     *
     * @return a snapshot
     */
    public OperationStatistics statistics() {
        return transactions.read(unit -> {
            IdempotencyRepository.Totals totals = IdempotencyRepository.totals(unit.handle());
            return new OperationStatistics(
                    totals.sent(),
                    totals.confirmed(),
                    totals.refused(),
                    totals.sentAgain(),
                    totals.meanMillis() == null ? null : Duration.ofMillis(totals.meanMillis()));
        });
    }

    /** A row that cannot be read is read before anything is done: its operation stays in flight and is asked for again. */
    private static boolean accept(
            Acknowledgement acknowledgement,
            SyncOperation operation,
            PushResult.Accepted accepted,
            ApplyContext context,
            Settlement told)
            throws SQLException {
        try {
            acknowledgement.accept(operation, accepted);
            told.accepted().add(operation);
            return true;
        } catch (UnreadableValueException e) {
            FieldFault field = new FieldFault(
                    e.column(), "text that is not valid UTF-8", "store it as a BLOB, or correct the text");
            ValidationException why = new ValidationException(
                    "the answer to a change of " + operation.entity()
                            + " was not taken over, since the row can no longer be read; correct the row",
                    List.of(field),
                    context.clock().instant(),
                    e);
            told.outcome().faults().add(new Fault(operation.entity(), operation.rowId(), why));
            return false;
        }
    }

    /**
     * Our own write, whose answer was lost, must not come back as a foreign one: a record that holds every field as it was sent
     * is the answer.
     */
    private static PushResult ownWriteOr(Answer answer) {
        SyncOperation operation = answer.operation();
        if (!(answer.result() instanceof PushResult.Conflicted conflicted) || conflicted.remote() == null) {
            return answer.result();
        }
        RemoteRecord remote = conflicted.remote();
        if (operation.kind() == ChangeKind.DELETE) {
            return remote.deleted() ? new PushResult.Accepted(remote.id(), remote.version(), null) : conflicted;
        }
        return SentFields.areHeldBy(remote, operation.payload())
                ? new PushResult.Accepted(remote.id(), remote.version(), remote)
                : conflicted;
    }

    /** The row goes back into its journal, and what was refused is remembered so that it is not sent again unchanged. */
    private static void refuse(
            Unit unit,
            BoundTable table,
            SyncOperation operation,
            SyncException reason,
            ApplyContext context,
            Settlement told)
            throws SQLException {
        SyncQueueManager.thaw(unit, table, operation);
        mark(unit, operation, reason, context, told);
    }

    private static void mark(
            Unit unit, SyncOperation operation, SyncException reason, ApplyContext context, Settlement told)
            throws SQLException {
        new OperationRepository(context.clock()).insert(unit.handle(), List.of(operation.refused(told(reason))));
        told.refused().add(new Refusal(operation, reason));
    }

    /** What went wrong on the first line, what to do about it on the second. */
    private static String told(SyncException reason) {
        String message = reason.getMessage() == null ? reason.getClass().getSimpleName() : reason.getMessage();
        if (!(reason instanceof ValidationException invalid) || invalid.faults().isEmpty()) {
            return message;
        }
        String faults = invalid.faults().stream()
                .map(fault -> fault.field() + " (" + fault.rule() + ")")
                .collect(Collectors.joining(", "));
        String fixes = invalid.faults().stream()
                .map(FieldFault::fix)
                .filter(fix -> !fix.isEmpty())
                .distinct()
                .collect(Collectors.joining("; "));
        return message + ": " + faults + "\n" + fixes;
    }

    /** The operation thaws and the backend's copy goes through the same door as a pulled record. */
    private static void meet(
            Unit unit, BoundTable table, List<Answer> conflicted, ApplyContext context, Settlement told)
            throws SQLException {
        for (Answer answer : conflicted) {
            SyncQueueManager.thaw(unit, table, answer.operation());
        }
        try (RecordApplier door = new RecordApplier(unit, table, context, false, told.outcome())) {
            for (Answer answer : conflicted) {
                RemoteRecord remote = Objects.requireNonNull(((PushResult.Conflicted) answer.result()).remote());
                SyncOperation operation = answer.operation();
                if (namesAnotherRow(table, door, operation, remote.id())) {
                    mark(unit, operation, duplicate(answer, context), context, told);
                    continue;
                }
                if (table.serverIds() && operation.kind() == ChangeKind.CREATE && !remote.deleted()) {
                    door.session().ids().map(table, localKey(table, operation), remote.id());
                }
                Optional<String> before = door.session().versionOf(operation.rowId());
                door.session().conflicts().meetsForeign(!answer.doubtful());
                door.session().conflicts().answers(operation);
                door.apply(remote);
                door.flush();
                if (door.session().isStillPending(operation.rowId())
                        && before.equals(door.session().versionOf(operation.rowId()))) {
                    // Nothing came of it here, so sending it again would meet the same answer.
                    mark(unit, operation, unexplained(answer, context), context, told);
                }
            }
        }
    }

    /** An id that belongs to another row here: two rows of this device are one record at the backend. */
    private static boolean namesAnotherRow(
            BoundTable table, RecordApplier door, SyncOperation operation, String remoteId) throws SQLException {
        if (!table.serverIds()) {
            return false;
        }
        Optional<Object[]> named = door.session().ids().localKey(table, remoteId);
        return named.isPresent() && !named.get()[0].equals(localKey(table, operation));
    }

    private static SyncException duplicate(Answer answer, ApplyContext context) {
        SyncOperation operation = answer.operation();
        return new ConsistencyException(
                "the backend answered a change of " + operation.entity() + " " + operation.rowId()
                        + " with a record that another row here stands for. The row stays as it is and is not sent"
                        + " again until it is edited; delete it if it is a duplicate",
                "DUPLICATE_RECORD",
                List.of(operation.rowId()),
                context.clock().instant(),
                null);
    }

    private static SyncException unexplained(Answer answer, ApplyContext context) {
        SyncOperation operation = answer.operation();
        return new ConflictException(
                "the backend refuses a change of " + operation.entity() + " " + operation.rowId()
                        + " as a conflict but shows no other state of the record. The row stays as it is and is not"
                        + " sent again until it is edited",
                null,
                operation.entity(),
                operation.rowId(),
                operation.baseVersion(),
                null,
                context.clock().instant(),
                null);
    }

    private static Object localKey(BoundTable table, SyncOperation operation) {
        return Objects.requireNonNull(table.keys().decode(operation.rowId()).orElseThrow()[0]);
    }

    /** One accepted operation, within its unit. */
    private record Acknowledgement(
            BoundTable table, RecordApplier door, FrozenImages images, CurrentOperations current) {

        void accept(SyncOperation operation, PushResult.Accepted accepted) throws SQLException {
            RowIdentity row = RowIdentity.named(table, operation.rowId(), accepted.id());
            if (operation.kind() == ChangeKind.DELETE) {
                current.writing();
                acceptDelete(row, accepted);
            } else {
                acceptRow(row, operation, accepted);
                keepUnmapped(operation, accepted);
            }
        }

        /** Of an answer that tells no record, what was sent is what the backend has: a name that a create went out with, say. */
        private void keepUnmapped(SyncOperation operation, PushResult.Accepted accepted) throws SQLException {
            RemoteRecord copy = accepted.copy();
            if (copy == null
                    && operation.kind() == ChangeKind.CREATE
                    && table.spec().externalId() != null) {
                copy = new RemoteRecord(
                        accepted.id(), accepted.version(), false, SentFields.of(operation.payload()), null);
            }
            if (copy != null) {
                door.session().unmapped().add(copy);
            }
        }

        /** A row made anew under the key since waits in the journal with an absent base, and goes out as a create. */
        private void acceptDelete(RowIdentity row, PushResult.Accepted accepted) throws SQLException {
            RowImage present = door.session().host().read(row.key()).orElse(null);
            door.session().settler().settleGone(row, present, present, accepted.version());
        }

        private void acceptRow(RowIdentity row, SyncOperation operation, PushResult.Accepted accepted)
                throws SQLException {
            RowImage sent = images.of(operation);
            RowImage answer = answer(sent, accepted.copy());
            if (current.isAsSent(operation)
                    && door.session().settler().settleAlike(row, sent, answer, accepted.version())) {
                return;
            }
            current.writing();
            RowImage present = door.session().host().read(row.key()).orElse(null);
            Optional<PendingChange> newer = door.session().journal().find(row.key());
            RowImage outcomeRow = newer.isEmpty() ? answer : underNewerEdit(row, sent, present, answer, accepted);
            if (newer.isEmpty() && present == null) {
                // Gone without a trigger having seen it: the reconcile's business, not this answer's.
                outcomeRow = null;
            }
            Optional<SQLException> refused =
                    door.session().settler().settle(row, present, outcomeRow, answer, accepted.version());
            if (refused.isPresent()) {
                // The host's table cannot hold what the backend made of the row: keep the row as it was sent.
                door.session().settler().settle(row, present, present, sent, accepted.version());
            }
        }

        /** Fields edited since the send stay as they are; the others take what the answer says. */
        private @Nullable RowImage underNewerEdit(
                RowIdentity row,
                RowImage sent,
                @Nullable RowImage present,
                RowImage answer,
                PushResult.Accepted accepted)
                throws SQLException {
            return present == null ? null : door.session().layUnder(row, sent, present, answer, accepted.copy());
        }

        private RowImage answer(RowImage sent, @Nullable RemoteRecord copy) throws SQLException {
            return copy == null ? sent : door.session().imageOf(copy, sent).orElse(sent);
        }
    }
}
