package dev.syncline.internal.engine;

import dev.syncline.backend.Capabilities;
import dev.syncline.backend.ChangeKind;
import dev.syncline.backend.OutgoingChange;
import dev.syncline.backend.PushResult;
import dev.syncline.backend.RemoteRecord;
import dev.syncline.config.SyncOptions;
import dev.syncline.exception.NetworkException;
import dev.syncline.exception.SyncException;
import dev.syncline.exception.SyncTimeoutException;
import dev.syncline.exception.ValidationException;
import dev.syncline.internal.json.WrittenObject;
import dev.syncline.internal.queue.Answer;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.record.IdMappingService;
import dev.syncline.internal.store.SyncOperation;
import dev.syncline.internal.store.TransactionManager;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Turns frozen operations into requests and requests into answers: in batches where the backend takes them, else side by side.
 * Touches no database while a request is under way.
 */
final class ChangeSender {
    private final ResilientBackend backend;
    private final TransactionManager transactions;
    private final EngineThreads threads;
    private final RecordReads reads;
    private final int batchLimit;
    private final BatchSender batches;
    private final Clock clock;

    ChangeSender(
            ResilientBackend backend,
            TransactionManager transactions,
            EngineThreads threads,
            SyncOptions options,
            Clock clock) {
        this.clock = clock;
        this.backend = backend;
        this.transactions = transactions;
        this.threads = threads;
        reads = new RecordReads(backend);
        batchLimit = options.pushBatch();
        batches = new BatchSender(backend, options, clock, this::sendSingly);
    }

    /**
     * Operations with what is sent of each: nothing more is read while they are on the wire.
     *
     * @param table their table
     * @param operations frozen operations that do not depend on each other
     * @param changes what is sent of them, in the same order
     */
    record Parcel(BoundTable table, List<SyncOperation> operations, List<OutgoingChange> changes) {}

    /** Makes operations of one table ready to be sent. */
    Parcel pack(BoundTable table, List<SyncOperation> operations) {
        return new Parcel(table, operations, changes(table, operations));
    }

    /**
     * Sends operations. May be called on any thread, for one parcel at a time.
     *
     * @param parcel the operations
     * @param cancellation ends the sending at the next request
     * @return what is known of each
     */
    Sent send(Parcel parcel, Cancellation cancellation) {
        Sent sent = new Sent(backend::probe);
        List<SyncOperation> named = new ArrayList<>();
        List<OutgoingChange> changes = new ArrayList<>();
        List<SyncOperation> operations = parcel.operations();
        List<OutgoingChange> all = parcel.changes();
        for (int i = 0; i < all.size(); i++) {
            boolean assigned =
                    all.get(i).kind() == ChangeKind.CREATE && parcel.table().serverIds();
            if (all.get(i).id() != null || assigned) {
                named.add(operations.get(i));
                changes.add(all.get(i));
            } else {
                sent.note(operations.get(i), withoutName(operations.get(i)));
            }
        }
        lookAhead(named, changes, cancellation, sent);
        send(named, changes, cancellation, sent);
        return sent;
    }

    /**
     * Answers what collides anyway from one read of all records that would be read one by one before they are written. What does not collide
     * is looked at again right before its write, so that the time in which another's write can come between stays as short as it was.
     */
    private void lookAhead(
            List<SyncOperation> operations, List<OutgoingChange> changes, Cancellation cancellation, Sent sent) {
        List<OutgoingChange> looked =
                changes.stream().filter(this::needsLookBefore).toList();
        if (looked.size() < 2 || backend.capabilities().bulkRead() == 1) {
            return;
        }
        Map<String, RemoteRecord> told;
        try {
            told = reads.together(
                    looked.get(0).entity(),
                    looked.stream()
                            .map(change -> Objects.requireNonNull(change.id()))
                            .toList(),
                    cancellation);
        } catch (SyncException failure) {
            sent.stopOn(failure);
            return;
        } catch (Cancellation.CancelledException cancelled) {
            // The sending finds that out by itself, and says what was never started.
            return;
        }
        for (int i = changes.size() - 1; i >= 0; i--) {
            RemoteRecord there =
                    changes.get(i).id() == null ? null : told.get(changes.get(i).id());
            if (there != null && needsLookBefore(changes.get(i)) && hasMoved(changes.get(i), there)) {
                sent.note(operations.remove(i), new PushResult.Conflicted(there));
                changes.remove(i);
            }
        }
    }

    private static boolean hasMoved(OutgoingChange change, RemoteRecord there) {
        return there.deleted()
                || change.baseVersion() == null
                || !change.baseVersion().equals(there.version());
    }

    /** The key holds the id of a parent that the backend does not know any more, so it has no record of this name either. */
    private PushResult withoutName(SyncOperation operation) {
        return operation.kind() == ChangeKind.DELETE
                ? new PushResult.Accepted("", null, null)
                : new PushResult.Rejected(new ValidationException(
                        "a row of " + operation.entity()
                                + " was not sent: its key refers to a row that the backend does not"
                                + " have. Let it refer to one that it has, or delete it",
                        List.of(),
                        clock.instant(),
                        null));
    }

    private void send(
            List<SyncOperation> operations, List<OutgoingChange> changes, Cancellation cancellation, Sent sent) {
        if (Math.min(backend.capabilities().batch(), batchLimit) == 1 || operations.size() == 1) {
            sendSingly(operations, changes, cancellation, sent);
            return;
        }
        List<BatchSender.Outgoing> together = new ArrayList<>();
        List<SyncOperation> looked = new ArrayList<>();
        List<OutgoingChange> lookedChanges = new ArrayList<>();
        for (int i = 0; i < operations.size(); i++) {
            if (needsLookBefore(changes.get(i))) {
                looked.add(operations.get(i));
                lookedChanges.add(changes.get(i));
            } else {
                together.add(new BatchSender.Outgoing(operations.get(i), changes.get(i)));
            }
        }
        sendSingly(looked, lookedChanges, cancellation, sent);
        batches.send(together, cancellation, sent);
    }

    private void sendSingly(
            List<SyncOperation> operations, List<OutgoingChange> changes, Cancellation cancellation, Sent sent) {
        List<Future<PushResult>> underWay = new ArrayList<>();
        for (OutgoingChange change : changes) {
            Callable<PushResult> send = () -> sent.fatal() != null ? NOT_SENT : sendOne(change, cancellation, sent);
            underWay.add(threads.send().submit(send));
        }
        for (int i = 0; i < operations.size(); i++) {
            await(operations.get(i), underWay.get(i), sent);
        }
    }

    private static void await(SyncOperation operation, Future<PushResult> answer, Sent sent) {
        try {
            sent.note(operation, answer.get());
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SyncException failure) {
                sent.unknown(operation, failure);
            } else if (e.getCause() instanceof Cancellation.CancelledException) {
                sent.neverStarted(operation);
            } else if (e.getCause() instanceof Error error) {
                throw error;
            } else {
                throw new IllegalStateException("sending a change failed in an unforeseen way", e.getCause());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Cancellation.CancelledException();
        }
    }

    private PushResult sendOne(OutgoingChange change, Cancellation cancellation, Sent sent) {
        try {
            if (needsLookBefore(change)) {
                Optional<PushResult> seen = lookBefore(change, cancellation);
                if (seen.isPresent()) {
                    return seen.get();
                }
            }
            return backend.push(change, cancellation);
        } catch (SyncException failure) {
            sent.stopOn(failure);
            throw failure;
        }
    }

    /** No write may overwrite a version that was not compared with the base: where the backend does not check, we read. */
    private boolean needsLookBefore(OutgoingChange change) {
        Capabilities can = backend.capabilities();
        return change.kind() != ChangeKind.CREATE && (!can.conditionalWrites() || change.baseVersion() == null);
    }

    private Optional<PushResult> lookBefore(OutgoingChange change, Cancellation cancellation) {
        String id = Objects.requireNonNull(change.id());
        Optional<RemoteRecord> there = backend.fetch(change.entity(), id, cancellation);
        if (there.isEmpty()) {
            return Optional.of(new PushResult.Conflicted(RemoteRecord.tombstone(id, null)));
        }
        boolean same = change.baseVersion() != null
                && change.baseVersion().equals(there.get().version());
        return same ? Optional.empty() : Optional.of(new PushResult.Conflicted(there.get()));
    }

    private List<OutgoingChange> changes(BoundTable table, List<SyncOperation> operations) {
        return transactions.read(unit -> {
            try (IdMappingService ids = new IdMappingService(unit.connection())) {
                List<OutgoingChange> changes = new ArrayList<>();
                for (SyncOperation operation : operations) {
                    String id = operation.kind() == ChangeKind.CREATE && table.serverIds()
                            ? null
                            : ids.remoteId(table, operation.rowId()).orElse(null);
                    changes.add(new OutgoingChange(
                            operation.entity(),
                            operation.kind(),
                            id,
                            fields(operation),
                            operation.kind() == ChangeKind.CREATE ? null : operation.baseVersion(),
                            Objects.requireNonNull(operation.key())));
                }
                return changes;
            }
        });
    }

    private static Map<String, @Nullable Object> fields(SyncOperation operation) {
        return operation.payload() == null ? Map.of() : new WrittenObject(operation.payload());
    }

    private static final PushResult NOT_SENT = new PushResult.Conflicted(null);

    /** What became of the operations that were to be sent. Safe for the sending threads. */
    static final class Sent {
        private final Supplier<Optional<SyncException>> probe;
        private final List<Answer> answers = new ArrayList<>();
        private final Map<SyncOperation, SyncException> unknown = new LinkedHashMap<>();
        private final List<SyncOperation> neverStarted = new ArrayList<>();
        /** What was in a batch whose outcome nobody knows, until it is sent alone. */
        private final Map<Long, SyncException> maybeArrived = new HashMap<>();

        private volatile @Nullable SyncException fatal;

        Sent(Supplier<Optional<SyncException>> probe) {
            this.probe = probe;
        }

        /** Definite answers. */
        List<Answer> answers() {
            return answers;
        }

        /** Operations that the backend may or may not have applied, with the reason. */
        Map<SyncOperation, SyncException> unknown() {
            return unknown;
        }

        /** Operations of which no byte was sent. */
        List<SyncOperation> neverStarted() {
            return neverStarted;
        }

        /** What makes going on pointless; null if nothing does. */
        @Nullable
        SyncException fatal() {
            return fatal;
        }

        void note(SyncOperation operation, PushResult result) {
            if (result == NOT_SENT) {
                neverStarted(operation);
            } else if (result instanceof PushResult.Unserved unserved) {
                // Told of this change alone, so it says nothing of the others.
                unknown.put(operation, unserved.cause());
            } else {
                answers.add(new Answer(operation, result));
            }
        }

        /** The answer to a batch passed the change over: it stays frozen, and is asked for again under the same key. */
        void unmentioned(SyncOperation operation, SyncException why) {
            unknown.put(operation, why);
        }

        void unknown(SyncOperation operation, SyncException failure) {
            unknown.put(operation, failure);
            stopOn(failure);
        }

        /** The batch that held it may have been served; should it not be sent again, its fate is unknown. */
        void maybeArrived(SyncOperation operation, SyncException failure) {
            maybeArrived.put(operation.id(), failure);
        }

        void neverStarted(SyncOperation operation) {
            SyncException failure = maybeArrived.get(operation.id());
            if (failure == null) {
                neverStarted.add(operation);
            } else {
                unknown.put(operation, failure);
            }
        }

        /** Whether a failure was that of one request and not of the backend; if it is the backend's, the run is over. */
        boolean isBackendWell(SyncException failure) {
            if (RunFailures.endsTheRun(failure)) {
                stopOn(failure);
                return fatal == null;
            }
            return probe.get().isEmpty();
        }

        /** One change may break its connection each time; only if the backend itself is out of reach is the run over. */
        private void stopOn(SyncException failure) {
            if (fatal != null || !RunFailures.endsTheRun(failure)) {
                return;
            }
            boolean broken = failure instanceof NetworkException || failure instanceof SyncTimeoutException;
            fatal = broken ? probe.get().orElse(null) : failure;
        }
    }
}
