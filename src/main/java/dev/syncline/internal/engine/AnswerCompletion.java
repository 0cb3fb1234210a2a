package dev.syncline.internal.engine;

import dev.syncline.backend.ChangeKind;
import dev.syncline.backend.PushResult;
import dev.syncline.backend.RemoteRecord;
import dev.syncline.exception.ConflictException;
import dev.syncline.exception.FieldFault;
import dev.syncline.exception.ValidationException;
import dev.syncline.internal.queue.Answer;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.store.SyncOperation;
import java.time.Clock;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads what an answer left out: the backend's copy in a conflict, and which record stands in the way of a create that may have
 * taken effect before.
 */
final class AnswerCompletion {
    private static final Set<String> DUPLICATE = Set.of("unique", "duplicate");

    private final RecordReads reads;
    private final OutcomeSearch search;
    private final Clock clock;

    AnswerCompletion(ResilientBackend backend, OutcomeSearch search, Clock clock) {
        reads = new RecordReads(backend);
        this.search = search;
        this.clock = clock;
    }

    /**
     * Tells whether an answer says too little to be settled.
     *
     * @param justClaimed whether it is the answer to the first send; a create that is refused then cannot stand in its own way
     */
    static boolean isNeeded(BoundTable table, Answer answer, boolean justClaimed) {
        if (answer.result() instanceof PushResult.Conflicted conflicted) {
            return conflicted.remote() == null;
        }
        return !justClaimed
                && answer.operation().kind() == ChangeKind.CREATE
                && answer.result() instanceof PushResult.Rejected rejected
                && rejected.reason() instanceof ValidationException invalid
                && invalid.faults().stream().anyMatch(fault -> saysDuplicate(table, fault));
    }

    private static boolean saysDuplicate(BoundTable table, FieldFault fault) {
        Set<String> naming = new HashSet<>();
        table.spec().naturalKey().forEach(column -> naming.add(table.spec().fieldOf(column)));
        return DUPLICATE.contains(fault.rule())
                || naming.contains(fault.field())
                || fault.field().equals(table.spec().externalId());
    }

    /**
     * Reads together what several answers of one table leave out.
     *
     * @return by remote id, for {@link #complete}
     */
    Map<String, RemoteRecord> lookUp(BoundTable table, List<Answer> answers, Cancellation cancellation) {
        Set<String> ids = new LinkedHashSet<>();
        for (Answer answer : answers) {
            if (needsItsRecord(table, answer)) {
                search.remoteId(table, answer.operation()).ifPresent(ids::add);
            }
        }
        return ids.size() < 2 ? Map.of() : reads.together(table.spec().entity(), ids, cancellation);
    }

    private static boolean needsItsRecord(BoundTable table, Answer answer) {
        return answer.result() instanceof PushResult.Conflicted && OutcomeSearch.hasName(table, answer.operation());
    }

    /** Gives the answer with what was left out, of which some may have been looked up already; a refusal stays one where nothing is found that explains it. */
    Answer complete(BoundTable table, Answer answer, Map<String, RemoteRecord> told, Cancellation cancellation) {
        SyncOperation operation = answer.operation();
        boolean refused = answer.result() instanceof PushResult.Rejected;
        if (operation.kind() == ChangeKind.CREATE && (refused || table.serverIds())) {
            OutcomeSearch.Found found = OutcomeSearch.hasName(table, operation)
                    ? search.byName(table, operation, cancellation)
                    : search.byFields(table, operation, cancellation);
            if (found instanceof OutcomeSearch.Told outcome) {
                return new Answer(operation, outcome.result(), answer.doubtful());
            }
            return refused ? answer : new Answer(operation, new PushResult.Rejected(unnamed(operation)));
        }
        Optional<String> id = search.remoteId(table, operation);
        if (id.isEmpty()) {
            return new Answer(operation, new PushResult.Rejected(unnamed(operation)));
        }
        RemoteRecord there = reads.known(told, operation.entity(), id.get(), cancellation);
        return new Answer(operation, new PushResult.Conflicted(there), answer.doubtful());
    }

    private ConflictException unnamed(SyncOperation operation) {
        return new ConflictException(
                "the backend says that a new record of " + operation.entity()
                        + " exists, but not which one. It is not sent again until it is edited",
                null,
                operation.entity(),
                operation.rowId(),
                null,
                null,
                clock.instant(),
                null);
    }
}
