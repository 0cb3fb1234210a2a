package dev.syncline.backend.couchdb;

import dev.syncline.backend.ChangeKind;
import dev.syncline.backend.OutgoingChange;
import dev.syncline.backend.PushReceipt;
import dev.syncline.backend.PushResult;
import dev.syncline.backend.RemoteRecord;
import dev.syncline.exception.ServerException;
import dev.syncline.exception.SyncException;
import dev.syncline.internal.http.HttpFailures;
import dev.syncline.internal.http.MalformedAnswer;
import dev.syncline.internal.http.WholeAnswer;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Says what the entries of a {@code _bulk_docs} answer mean. Pure. */
final class BulkAnswers {

    static final String NAME = "a batch";

    private final HttpFailures failures;
    private final Clock clock;

    BulkAnswers(HttpFailures failures, Clock clock) {
        this.failures = failures;
        this.clock = clock;
    }

    /**
     * Gives the entries by the id that they are about. One that is told twice, or is illegible, is left out: a change without an
     * entry counts as of unknown outcome, which is the safe side.
     *
     * @throws SyncException if the batch as a whole was not served
     */
    Map<String, Map<?, ?>> entries(WholeAnswer answer) {
        if (answer.form() == WholeAnswer.Form.MARKUP && answer.isSuccess()) {
            throw failures.intercepted(NAME);
        }
        if (!answer.isSuccess()) {
            throw failures.refused(NAME, answer);
        }
        if (!(answer.json() instanceof List<?> results)) {
            throw failures.malformed(NAME, answer.status(), "its body is no array");
        }
        Map<String, Map<?, ?>> entries = new LinkedHashMap<>();
        Set<String> toldTwice = new HashSet<>();
        for (Object result : results) {
            if (result instanceof Map<?, ?> entry
                    && entry.get("id") instanceof String id
                    && entries.put(id, entry) != null) {
                toldTwice.add(id);
            }
        }
        entries.keySet().removeAll(toldTwice);
        return entries;
    }

    static boolean isConflict(@Nullable Map<?, ?> entry) {
        return entry != null && "conflict".equals(entry.get("error"));
    }

    /**
     * Gives the receipts.
     *
     * @param sent the changes that were sent, by the id of their document
     * @param entries what was answered
     * @param present what the server holds of those that it found in conflict; an id without a record is in no document
     * @param known whether {@code present} could be read
     */
    List<PushReceipt> receipts(
            Map<String, OutgoingChange> sent,
            Map<String, Map<?, ?>> entries,
            Map<String, RemoteRecord> present,
            boolean known) {
        List<PushReceipt> receipts = new ArrayList<>(sent.size());
        sent.forEach((id, change) -> {
            Map<?, ?> entry = entries.get(id);
            PushResult result = entry == null
                    ? null
                    : isConflict(entry)
                            ? known ? collided(change, id, present.get(id)) : new PushResult.Conflicted(null)
                            : result(id, entry);
            if (result != null) {
                receipts.add(new PushReceipt(change.key(), result));
            }
        });
        return receipts;
    }

    /** What a change that found another state than its own comes to. */
    static PushResult collided(OutgoingChange change, String id, @Nullable RemoteRecord present) {
        RemoteRecord there = present == null ? RemoteRecord.tombstone(id, null) : present;
        return change.kind() == ChangeKind.DELETE && there.deleted()
                ? new PushResult.Accepted(id, there.version(), null)
                : new PushResult.Conflicted(there);
    }

    private @Nullable PushResult result(String id, Map<?, ?> entry) {
        if (entry.get("error") == null) {
            try {
                return new PushResult.Accepted(id, CouchDocument.revision(entry.get("rev")), null);
            } catch (MalformedAnswer e) {
                return null;
            }
        }
        String error = String.valueOf(entry.get("error"));
        String what = "a change of a batch was answered with " + (error.length() > 40 ? "an error" : error);
        return switch (error) {
            // A validation function of the database's, or what the server itself does not take.
            case "forbidden",
                    "unauthorized",
                    "doc_validation",
                    "bad_request",
                    "document_too_large",
                    "attachment_too_large" ->
                new PushResult.Rejected(
                        failures.client(what, WholeAnswer.inBatch(error.equals("unauthorized") ? 401 : 403, entry)));
            default ->
                new PushResult.Unserved(new ServerException(what, 500, "", null, clock.instant(), null, Map.of()));
        };
    }
}
