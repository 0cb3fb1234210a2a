package dev.syncline.backend.rest;

import dev.syncline.backend.ChangeKind;
import dev.syncline.backend.OutgoingChange;
import dev.syncline.backend.PushResult;
import dev.syncline.backend.RemoteRecord;
import dev.syncline.exception.FieldFault;
import dev.syncline.exception.SyncException;
import dev.syncline.exception.ValidationException;
import dev.syncline.internal.http.HttpFailures;
import dev.syncline.internal.http.MalformedAnswer;
import dev.syncline.internal.http.WholeAnswer;
import java.time.Clock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says what an answer to a write means; the same for a single request and for an entry of a batch. Pure. */
final class PushAnswers {

    private final RowFormat format;
    private final HttpFailures failures;
    private final Clock clock;

    PushAnswers(RowFormat format, HttpFailures failures, Clock clock) {
        this.format = format;
        this.failures = failures;
        this.clock = clock;
    }

    /**
     * Gives the definite outcome.
     *
     * @throws SyncException if there is none: the change may be sent again under its key
     */
    PushResult outcome(OutgoingChange change, WholeAnswer answer) {
        String what = name(change);
        // A page for people says nothing about a record, whatever its status: 404 would pass for a deletion.
        if (answer.form() == WholeAnswer.Form.MARKUP && (answer.isSuccess() || isGone(answer))) {
            throw failures.intercepted(what);
        }
        Problem problem = Problem.of(answer.json());
        return switch (answer.status()) {
            case 200, 201, 204 -> accepted(change, answer, what);
            case 404, 410 -> gone(change, answer, what);
            case 409 -> {
                if (problem.type().equals(Problem.KEY_IN_PROGRESS)) {
                    throw failures.limited(
                            what + " is still being served under the same key",
                            answer.retryAfter() == null ? HttpFailures.SHORTLY : answer.retryAfter(),
                            answer.quota());
                }
                yield problem.faults().isEmpty() ? conflicted(change, answer) : invalid(what, problem.faults());
            }
            case 412 -> conflicted(change, answer);
            case 413 ->
                invalid(
                        what,
                        List.of(new FieldFault("*", "too-large", "Make the record smaller; the server takes no more")));
            case 422 -> {
                if (problem.type().equals(Problem.KEY_REUSED)) {
                    yield new PushResult.Rejected(failures.client(what + " used a key of another change", answer));
                }
                // A refused duplicate, with the record that is there already.
                RemoteRecord existing = change.kind() == ChangeKind.CREATE ? known(change.id(), answer) : null;
                yield existing == null ? invalid(what, problem.faults()) : new PushResult.Conflicted(existing);
            }
            case 400 ->
                problem.faults().isEmpty()
                        ? new PushResult.Rejected(failures.refused(what, answer))
                        : invalid(what, problem.faults());
            case 401, 407, 408, 415, 425, 426, 429 -> throw failures.refused(what, answer);
            default -> {
                SyncException refusal = failures.refused(what, answer);
                if (answer.status() < 400 || answer.status() >= 500) {
                    throw refusal;
                }
                yield new PushResult.Rejected(refusal);
            }
        };
    }

    /** A change whose id no address can hold is refused here; null if it can be sent. */
    @Nullable
    PushResult unaddressable(OutgoingChange change) {
        String id = change.id();
        if (id == null ? change.kind() == ChangeKind.CREATE : RestAddresses.isSegment(id)) {
            return null;
        }
        return invalid(
                name(change),
                List.of(new FieldFault(
                        format.id(),
                        "address",
                        "Use an id of 1 to " + RowFormat.MAX_ID + " characters that is neither '.' nor '..'")));
    }

    static String name(OutgoingChange change) {
        return change.kind() + " of " + change.entity();
    }

    private PushResult accepted(OutgoingChange change, WholeAnswer answer, String what) {
        if (answer.form() == WholeAnswer.Form.EMPTY) {
            if (change.id() == null) {
                throw failures.malformed(what, answer.status(), "it does not name the new record's id");
            }
            return new PushResult.Accepted(change.id(), usable(answer.version()), null);
        }
        RemoteRecord row = row(change.id(), answer, what);
        if (change.kind() == ChangeKind.DELETE) {
            return new PushResult.Accepted(row.id(), row.version(), null);
        }
        if (row.deleted()) {
            throw failures.malformed(what, answer.status(), "it shows a tombstone");
        }
        return new PushResult.Accepted(row.id(), row.version(), row);
    }

    private PushResult gone(OutgoingChange change, WholeAnswer answer, String what) {
        String id = change.id();
        if (change.kind() == ChangeKind.CREATE || id == null) {
            return new PushResult.Rejected(failures.client(what + " found no such collection", answer));
        }
        RemoteRecord tombstone = tombstone(id, answer);
        return change.kind() == ChangeKind.DELETE
                ? new PushResult.Accepted(id, tombstone.version(), null)
                : new PushResult.Conflicted(tombstone);
    }

    private PushResult conflicted(OutgoingChange change, WholeAnswer answer) {
        return new PushResult.Conflicted(known(change.id(), answer));
    }

    private PushResult invalid(String what, List<FieldFault> faults) {
        return new PushResult.Rejected(
                new ValidationException(what + " was refused by the backend", faults, clock.instant(), null));
    }

    /** The row in the body of a refusal; null if there is none or it is another one than was sent. */
    private @Nullable RemoteRecord known(@Nullable String id, WholeAnswer answer) {
        try {
            RemoteRecord row = withVersion(format.record(answer.json()), answer);
            return id == null || id.equals(row.id()) ? row : null;
        } catch (MalformedAnswer notARow) {
            return null;
        }
    }

    /** The tombstone that a "gone" stands for, with what its body tells. */
    RemoteRecord tombstone(String id, WholeAnswer answer) {
        RemoteRecord told = known(id, answer);
        return told != null && told.deleted() ? told : RemoteRecord.tombstone(id, null);
    }

    /**
     * The row in the body of a success.
     *
     * @throws SyncException if there is none, or it is another one than {@code id}
     */
    RemoteRecord row(@Nullable String id, WholeAnswer answer, String what) {
        if (answer.form() != WholeAnswer.Form.JSON) {
            throw failures.malformed(what, answer.status(), "its body is not JSON");
        }
        RemoteRecord row;
        try {
            row = withVersion(format.record(answer.json()), answer);
        } catch (MalformedAnswer e) {
            throw failures.malformed(what, answer.status(), e.getMessage());
        }
        if (id != null && !id.equals(row.id())) {
            throw failures.malformed(what, answer.status(), "it names another record than the one that was meant");
        }
        return row;
    }

    private RemoteRecord withVersion(RemoteRecord row, WholeAnswer answer) {
        String etag = usable(answer.version());
        return row.version() != null || etag == null
                ? row
                : new RemoteRecord(row.id(), etag, row.deleted(), row.fields(), row.changedAt());
    }

    private @Nullable String usable(@Nullable String etag) {
        return etag != null && format.isVersion(etag) ? etag : null;
    }

    private static boolean isGone(WholeAnswer answer) {
        return answer.status() == 404 || answer.status() == 410;
    }
}
