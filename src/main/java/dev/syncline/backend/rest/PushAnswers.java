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
import java.util.Map;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/** Says what an answer to a write means; the same for a single request and for an entry of a batch. Pure. */
final class PushAnswers {

    private final RowFormat format;
    static final String KEY_IN_PROGRESS = "key-in-progress";
    static final String KEY_REUSED = "key-reused";

    private final Writes writes;
    private final Refusals refusals;
    private final HttpFailures failures;
    private final Clock clock;

    PushAnswers(RowFormat format, Writes writes, Refusals refusals, HttpFailures failures, Clock clock) {
        this.format = format;
        this.writes = writes;
        this.refusals = refusals;
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
        Meaning meaning = refusals.meaning(answer);
        if (meaning != null) {
            return byRule(meaning, change, answer, what);
        }
        // A page for people says nothing about a record, whatever its status: 404 would pass for a deletion.
        if (answer.form() == WholeAnswer.Form.MARKUP && (answer.isSuccess() || isGoneStatus(answer))) {
            throw failures.intercepted(what);
        }
        List<FieldFault> faults = refusals.errors().faults(answer);
        String code = refusals.errors().code(answer);
        return switch (answer.status()) {
            case 200, 201, 204, 205 ->
                metNothing(change, answer) ? gone(change, answer, what) : accepted(change, answer, what);
            case 404, 410 -> gone(change, answer, what);
            case 409 -> {
                if (code.equals(KEY_IN_PROGRESS)) {
                    throw failures.limited(
                            what + " is still being served under the same key",
                            answer.retryAfter() == null ? HttpFailures.SHORTLY : answer.retryAfter(),
                            answer.quota());
                }
                yield faults.isEmpty() ? conflicted(change, answer) : invalid(what, faults);
            }
            case 412 -> conflicted(change, answer);
            case 413 ->
                invalid(
                        what,
                        List.of(new FieldFault("*", "too-large", "Make the record smaller; the server takes no more")));
            case 422 -> {
                if (code.equals(KEY_REUSED)) {
                    yield new PushResult.Rejected(failures.client(what + " used a key of another change", answer));
                }
                // A refused duplicate, with the record that is there already.
                RemoteRecord existing = change.kind() == ChangeKind.CREATE ? known(change.id(), answer) : null;
                yield existing == null ? invalid(what, faults) : new PushResult.Conflicted(existing);
            }
            case 400 ->
                faults.isEmpty() ? new PushResult.Rejected(failures.refused(what, answer)) : invalid(what, faults);
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

    /** What the server's own rules say that an answer means. */
    private PushResult byRule(Meaning meaning, OutgoingChange change, WholeAnswer answer, String what) {
        return switch (meaning) {
            case CONFLICT -> conflicted(change, answer);
            case EXISTS -> {
                List<FieldFault> faults = refusals.errors().faults(answer);
                // Under an id of the client's it is a record to be compared; else another one stands in its way.
                yield change.kind() == ChangeKind.CREATE && change.id() != null
                        ? conflicted(change, answer)
                        : invalid(
                                what,
                                faults.isEmpty()
                                        ? List.of(new FieldFault("*", "duplicate", "Another record has such a value"))
                                        : faults);
            }
            case GONE -> {
                refusals.isGone(answer);
                yield gone(change, answer, what);
            }
            case DONE -> {
                if (change.id() == null) {
                    throw failures.malformed(
                            what, answer.status(), "it was served before, but the id is not told again");
                }
                yield new PushResult.Accepted(change.id(), null, null);
            }
            case REFUSED -> {
                List<FieldFault> faults = refusals.errors().faults(answer);
                yield faults.isEmpty()
                        ? new PushResult.Rejected(refusals.failure(what, answer))
                        : invalid(what, faults);
            }
            case RETRY, UNAUTHORIZED -> throw refusals.failure(what, answer);
        };
    }

    /** A change whose id no address can hold is refused here; null if it can be sent. */
    @Nullable
    PushResult unaddressable(OutgoingChange change) {
        String id = change.id();
        if (id == null ? change.kind() == ChangeKind.CREATE : AddressTemplate.isSegment(id)) {
            return null;
        }
        return invalid(
                name(change),
                List.of(new FieldFault(
                        format.idMember(),
                        "address",
                        "Use an id of 1 to " + RowFormat.MAX_ID + " characters that is neither '.' nor '..'")));
    }

    static String name(OutgoingChange change) {
        return change.kind() + " of " + change.entity();
    }

    private PushResult accepted(OutgoingChange change, WholeAnswer answer, String what) {
        boolean delete = change.kind() == ChangeKind.DELETE;
        if (answer.form() == WholeAnswer.Form.EMPTY
                || (delete && saysNothing(answer))
                || (!delete && writes.isReadBack())) {
            String id = change.id() == null ? newId(answer) : change.id();
            if (id == null) {
                throw failures.malformed(what, answer.status(), "it does not name the new record's id");
            }
            String version = answer.form() == WholeAnswer.Form.EMPTY ? usable(answer.etag()) : null;
            return new PushResult.Accepted(id, version, null);
        }
        RemoteRecord row = row(change.id(), answer, what);
        if (delete) {
            return new PushResult.Accepted(row.id(), row.version(), null);
        }
        if (row.deleted()) {
            throw failures.malformed(what, answer.status(), "it shows a tombstone");
        }
        return new PushResult.Accepted(row.id(), row.version(), row);
    }

    /** A server that is asked for rows which fit answers with none of them where there is no such row. */
    private boolean metNothing(OutgoingChange change, WholeAnswer answer) {
        return change.kind() == ChangeKind.UPDATE && isNone(answer);
    }

    /** What servers say of a row that is gone now: nothing, or whatever they like where that was agreed upon. */
    private boolean saysNothing(WholeAnswer answer) {
        Object body = answer.json();
        boolean empty = answer.form() == WholeAnswer.Form.JSON
                && (body == null
                        || (body instanceof Map<?, ?> members && members.isEmpty())
                        || (body instanceof List<?> elements && elements.isEmpty()));
        return empty || (writes.isAnyDeleteAnswer() && answer.form() != WholeAnswer.Form.MARKUP);
    }

    /** The id that the server gave: in the body or in the address of what it made. */
    private @Nullable String newId(WholeAnswer answer) {
        try {
            RemoteRecord row = answer.form() == WholeAnswer.Form.JSON ? format.answered(answer.json()) : null;
            if (row != null) {
                return row.id();
            }
        } catch (MalformedAnswer notARow) {
            // A part of one may do: the id is all that is wanted.
            String id = format.partId(answer.json());
            if (id != null) {
                return id;
            }
        }
        HttpUrl location = answer.location() == null ? null : HttpUrl.parse(answer.location());
        if (location == null) {
            return null;
        }
        String within = format.idWithin(location.toString());
        return within != null ? within : location.pathSegments().get(location.pathSize() - 1);
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
            RemoteRecord told = format.answered(answer.json());
            if (told == null) {
                return null;
            }
            RemoteRecord row = withVersion(told, answer);
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
            RemoteRecord told = format.answered(answer.json());
            if (told == null) {
                throw new MalformedAnswer("it holds no row");
            }
            row = withVersion(told, answer);
        } catch (MalformedAnswer e) {
            throw failures.malformed(what, answer.status(), e.getMessage());
        }
        if (id != null && !id.equals(row.id())) {
            throw failures.malformed(what, answer.status(), "it names another record than the one that was meant");
        }
        return row;
    }

    private RemoteRecord withVersion(RemoteRecord row, WholeAnswer answer) {
        String etag = usable(answer.etag());
        return row.version() != null || etag == null
                ? row
                : new RemoteRecord(row.id(), etag, row.deleted(), row.fields(), row.changedAt());
    }

    private @Nullable String usable(@Nullable String etag) {
        String version = format.versions().of(etag);
        return version != null && format.isVersion(version) ? version : null;
    }

    /** Whether an answer about one row says by an empty array that there is none. */
    boolean isNone(WholeAnswer answer) {
        return answer.form() == WholeAnswer.Form.JSON && format.isNone(answer.json());
    }

    private static boolean isGoneStatus(WholeAnswer answer) {
        return answer.status() == 404 || answer.status() == 410;
    }
}
