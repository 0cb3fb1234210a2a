package dev.syncline.backend.couchdb;

import dev.syncline.backend.ChangeKind;
import dev.syncline.backend.OutgoingChange;
import dev.syncline.backend.PushReceipt;
import dev.syncline.backend.PushResult;
import dev.syncline.backend.RemoteRecord;
import dev.syncline.exception.SyncException;
import dev.syncline.internal.http.HttpFailures;
import dev.syncline.internal.http.MalformedAnswer;
import dev.syncline.internal.http.WholeAnswer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Conflicts that others left in a database: where replication met two changes of one document, both revisions stay and every server
 * shows the same one. The other is read by {@code _bulk_get} and told with the record; it is deleted only once a change that settles it
 * was accepted, so that neither is ever lost.
 */
final class RevisionsBeside {

    private static final Logger log = LoggerFactory.getLogger(RevisionsBeside.class);

    private static final String WHAT = "a read of conflicting revisions";

    private final CouchRequests requests;
    private final HttpFailures failures;
    private final DatabaseMark.Sender sender;
    private final CouchDocument documents;

    RevisionsBeside(
            CouchRequests requests, HttpFailures failures, DatabaseMark.Sender sender, CouchDocument documents) {
        this.requests = requests;
        this.failures = failures;
        this.sender = sender;
        this.documents = documents;
    }

    /**
     * Gives records with what stands beside them.
     *
     * @param beside which revision that is, by id
     * @throws SyncException if it could not be read; a server without {@code _bulk_get} has nothing asked of it
     */
    List<RemoteRecord> with(String entity, List<RemoteRecord> records, Map<String, String> beside) {
        if (beside.isEmpty()) {
            return records;
        }
        WholeAnswer answer = sender.send(WHAT, requests.revisions(entity, beside));
        if (answer.status() == 404 || answer.status() == 405 || answer.status() == 501) {
            log.info("Conflicts in the database of {} are not offered: the server has no _bulk_get", entity);
            return records;
        }
        if (answer.form() == WholeAnswer.Form.MARKUP) {
            throw failures.intercepted(WHAT);
        }
        if (answer.status() != 200) {
            throw failures.refused(WHAT, answer);
        }
        Map<String, RemoteRecord> rivals;
        try {
            rivals = rivals(answer.json(), beside);
        } catch (MalformedAnswer e) {
            throw failures.malformed(WHAT, answer.status(), String.valueOf(e.getMessage()));
        }
        List<RemoteRecord> told = new ArrayList<>(records.size());
        for (RemoteRecord record : records) {
            RemoteRecord rival = rivals.get(record.id());
            told.add(rival == null || record.deleted() ? record : record.withRivals(List.of(rival)));
        }
        return told;
    }

    /** A revision that was compacted away, or is a deletion, is nothing to ask about. */
    private Map<String, RemoteRecord> rivals(@Nullable Object json, Map<String, String> asked) {
        if (!(json instanceof Map<?, ?> body) || !(body.get("results") instanceof List<?> results)) {
            throw new MalformedAnswer("results is missing or no array");
        }
        Map<String, RemoteRecord> rivals = new HashMap<>();
        for (Object result : results) {
            if (!(result instanceof Map<?, ?> entry) || !(entry.get("docs") instanceof List<?> found)) {
                throw new MalformedAnswer("a result is no object with docs");
            }
            String id = CouchDocument.id(entry.get("id"));
            String revision = asked.get(id);
            for (Object one : found) {
                if (one instanceof Map<?, ?> document
                        && document.get("ok") instanceof Map<?, ?> there
                        && revision != null
                        && revision.equals(there.get("_rev"))) {
                    RemoteRecord rival = documents.record(id, there);
                    if (!rival.deleted()) {
                        rivals.put(id, settledBy(rival, revision));
                    }
                }
            }
        }
        return rivals;
    }

    /** Attachments stay those of what is shown: a stub of the other revision's would stand for nothing there. */
    private static RemoteRecord settledBy(RemoteRecord rival, String revision) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>(rival.fields());
        fields.remove(CouchDocument.ATTACHMENTS);
        fields.put(CouchDocument.CONFLICTS, List.of(revision));
        return new RemoteRecord(rival.id(), rival.version(), false, fields, rival.changedAt());
    }

    /**
     * Deletes what accepted changes have settled. What cannot be deleted now stays a conflict and is told again.
     *
     * @param sent the changes that were sent, by the id of their document
     * @param receipts what became of them
     */
    void settle(String entity, Map<String, OutgoingChange> sent, List<PushReceipt> receipts) {
        Map<String, PushResult> results = receipts.stream()
                .collect(Collectors.toMap(PushReceipt::key, PushReceipt::result, (first, second) -> first));
        List<Map<String, @Nullable Object>> deletions = new ArrayList<>();
        sent.forEach((id, change) -> {
            if (change.kind() == ChangeKind.UPDATE && tookEffect(change, results.get(change.key()))) {
                for (String revision : CouchDocument.revisions(change.fields().get(CouchDocument.CONFLICTS))) {
                    Map<String, @Nullable Object> deletion = new LinkedHashMap<>();
                    deletion.put("_id", id);
                    deletion.put("_rev", revision);
                    deletion.put("_deleted", true);
                    deletions.add(deletion);
                }
            }
        });
        if (!deletions.isEmpty()) {
            delete(entity, deletions);
        }
    }

    /** Also if it meets itself: an earlier try was accepted, and its answer lost. */
    private static boolean tookEffect(OutgoingChange change, @Nullable PushResult result) {
        if (result instanceof PushResult.Conflicted conflicted && conflicted.remote() != null) {
            Map<String, @Nullable Object> sent = new LinkedHashMap<>(change.fields());
            sent.remove(CouchDocument.CONFLICTS);
            return conflicted.remote().fields().equals(sent);
        }
        return result instanceof PushResult.Accepted;
    }

    private void delete(String entity, List<Map<String, @Nullable Object>> deletions) {
        try {
            WholeAnswer answer = sender.send("the end of a conflict", requests.bulk(entity, deletions));
            if (!answer.isSuccess()) {
                log.info("Settled revisions of {} were not removed: status {}", entity, answer.status());
            }
        } catch (SyncException e) {
            log.info("Settled revisions of {} were not removed: {}", entity, e.getMessage());
        }
    }
}
