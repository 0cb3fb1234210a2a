package dev.syncline.backend.couchdb;

import dev.syncline.backend.RemoteRecord;
import dev.syncline.internal.http.MalformedAnswer;
import dev.syncline.internal.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an answer of {@code _changes} tells.
 *
 * @param records the documents and deletions in it; what the server keeps for itself is left out
 * @param beside of documents with conflicting revisions the first that is not shown, by id
 * @param last the sequence to go on from
 * @param more whether changes follow
 * @param total how many changes there are from this page on; −1 if it does not say
 */
record ChangesPage(List<RemoteRecord> records, Map<String, String> beside, String last, boolean more, long total) {

    private static final String DESIGN = "_design/";

    /**
     * Reads an answer.
     *
     * @param since where the page began
     * @param limit how many changes were asked for
     * @throws MalformedAnswer if it is none
     */
    static ChangesPage read(@Nullable Object json, String since, int limit, CouchDocument documents) {
        if (!(json instanceof Map<?, ?> body) || !(body.get("results") instanceof List<?> results)) {
            throw new MalformedAnswer("results is missing or no array");
        }
        String last = sequence(body.get("last_seq"));
        List<RemoteRecord> records = new ArrayList<>(results.size());
        Map<String, String> beside = new LinkedHashMap<>();
        for (Object result : results) {
            if (!(result instanceof Map<?, ?> change)) {
                throw new MalformedAnswer("a change is no object");
            }
            String id = CouchDocument.id(change.get("id"));
            if (!id.startsWith(DESIGN)) {
                records.add(
                        Boolean.TRUE.equals(change.get("deleted"))
                                ? RemoteRecord.tombstone(id, winner(change))
                                : documents.record(id, change.get("doc")));
                if (change.get("doc") instanceof Map<?, ?> document) {
                    CouchDocument.revisions(document.get(CouchDocument.CONFLICTS)).stream()
                            .findFirst()
                            .ifPresent(revision -> beside.put(id, revision));
                }
            }
        }
        long pending = body.get("pending") instanceof Long count && count >= 0 ? count : -1;
        boolean more = pending >= 0 ? pending > 0 : results.size() >= limit;
        // A server that announces more and stays where it is would be asked for ever.
        boolean moves = !results.isEmpty() && !last.equals(since);
        return new ChangesPage(records, beside, last, more && moves, pending < 0 ? -1 : pending + results.size());
    }

    /** Of a document with conflicting revisions the first is the one that a read gives. */
    private static String winner(Map<?, ?> change) {
        if (change.get("changes") instanceof List<?> leaves
                && !leaves.isEmpty()
                && leaves.get(0) instanceof Map<?, ?> leaf) {
            return CouchDocument.revision(leaf.get("rev"));
        }
        throw new MalformedAnswer("a change names no revision");
    }

    /** A number, a text or, in old clusters, an array; it goes back as it came. */
    private static String sequence(@Nullable Object value) {
        if (value == null) {
            throw new MalformedAnswer("last_seq is missing");
        }
        return value instanceof String text ? text : Json.write(value);
    }
}
