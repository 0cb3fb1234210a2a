package dev.syncline.testing.couch;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The documents of one database, each at its newest revision, in the order of their last change. Guarded by the server. */
final class CouchDatabase {

    private final boolean cluster;
    private final Map<String, Map<String, @Nullable Object>> documents = new LinkedHashMap<>();
    private final Map<String, Map<String, @Nullable Object>> local = new TreeMap<>();
    private final Map<String, Long> places = new TreeMap<>();
    private final Map<String, Map<String, Map<String, @Nullable Object>>> beside = new TreeMap<>();
    private long sequence;

    CouchDatabase(boolean cluster) {
        this.cluster = cluster;
    }

    /** What a document is now; null if there never was one. */
    @Nullable
    Map<String, @Nullable Object> find(String id) {
        return documents.get(id);
    }

    Map<String, Map<String, @Nullable Object>> all() {
        return documents;
    }

    Map<String, Map<String, @Nullable Object>> local() {
        return local;
    }

    /** Leaves a revision beside the one that is shown, as replication does. */
    void leave(String id, String revision, Map<String, ?> fields) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>(fields);
        document.put("_id", id);
        document.put("_rev", revision);
        beside.computeIfAbsent(id, any -> new TreeMap<>()).put(revision, document);
        places.put(id, ++sequence);
        documents.put(id, documents.remove(id));
    }

    /** The revisions beside the one that is shown. */
    Map<String, Map<String, @Nullable Object>> beside(String id) {
        return beside.getOrDefault(id, Map.of());
    }

    /** Writes one document as {@code _bulk_docs} does. */
    Map<String, @Nullable Object> write(Map<?, ?> sent, String ifNameless) {
        Map<String, @Nullable Object> document = new LinkedHashMap<>();
        sent.forEach((name, value) -> document.put((String) name, value));
        String id = document.get("_id") instanceof String given ? given : ifNameless;
        Map<String, @Nullable Object> present = documents.get(id);
        boolean live = present != null && present.get("_deleted") == null;
        Object follows = document.get("_rev");
        boolean fits =
                present == null ? follows == null : follows == null ? !live : follows.equals(present.get("_rev"));
        Map<String, @Nullable Object> entry = new LinkedHashMap<>();
        if (Boolean.TRUE.equals(document.get("_deleted")) && beside(id).containsKey(String.valueOf(follows))) {
            beside.get(id).remove(String.valueOf(follows));
            places.put(id, ++sequence);
            documents.put(id, documents.remove(id));
            entry.put("ok", true);
            entry.put("id", id);
            entry.put("rev", "9-gone");
            return entry;
        }
        if (!fits) {
            entry.put("id", id);
            entry.put("error", "conflict");
            entry.put("reason", "Document update conflict.");
            return entry;
        }
        long generation = present == null ? 1 : generation(present) + 1;
        String revision = generation + "-" + Integer.toHexString(document.hashCode());
        document.put("_id", id);
        document.put("_rev", revision);
        if (!Boolean.TRUE.equals(document.get("_deleted"))) {
            document.remove("_deleted");
            keepAttachments(document, present);
        } else {
            document.keySet().retainAll(List.of("_id", "_rev", "_deleted"));
        }
        documents.remove(id);
        documents.put(id, document);
        places.put(id, ++sequence);
        entry.put("ok", true);
        entry.put("id", id);
        entry.put("rev", revision);
        return entry;
    }

    /** A stub stands for what is there; what no stub names is gone. */
    private static void keepAttachments(
            Map<String, @Nullable Object> document, @Nullable Map<String, @Nullable Object> present) {
        if (document.get("_attachments") instanceof Map<?, ?> stubs) {
            Object before = present == null ? null : present.get("_attachments");
            boolean known = before instanceof Map<?, ?> there && there.keySet().containsAll(stubs.keySet());
            boolean isNew =
                    stubs.values().stream().noneMatch(s -> s instanceof Map<?, ?> stub && stub.get("stub") != null);
            if (!known && !isNew) {
                throw new IllegalStateException("a stub stands for an attachment that is not there");
            }
        }
    }

    private static long generation(Map<String, @Nullable Object> document) {
        String revision = String.valueOf(document.get("_rev"));
        return Long.parseLong(revision.substring(0, revision.indexOf('-')));
    }

    Map<String, @Nullable Object> changes(String since, int limit) {
        // As the servers do: a sequence that never was is taken for the end.
        long from = Long.parseLong(since.contains("-") ? since.substring(0, since.indexOf('-')) : since);
        List<@Nullable Object> results = new ArrayList<>();
        long last = from;
        long pending = 0;
        for (Map.Entry<String, Map<String, @Nullable Object>> document : documents.entrySet()) {
            long place = places.get(document.getKey());
            if (place <= from) {
                continue;
            }
            if (results.size() == limit) {
                pending++;
                continue;
            }
            results.add(change(document.getKey(), document.getValue(), place));
            last = place;
        }
        Map<String, @Nullable Object> answer = new LinkedHashMap<>();
        answer.put("results", results);
        answer.put("last_seq", shown(last));
        if (cluster) {
            answer.put("pending", pending);
        }
        return answer;
    }

    private Map<String, @Nullable Object> change(String id, Map<String, @Nullable Object> document, long place) {
        Map<String, @Nullable Object> change = new LinkedHashMap<>();
        change.put("id", id);
        change.put("seq", shown(place));
        change.put("changes", List.of(Map.of("rev", String.valueOf(document.get("_rev")))));
        Map<String, @Nullable Object> shown = new LinkedHashMap<>(document);
        if (!beside(id).isEmpty()) {
            shown.put("_conflicts", List.copyOf(beside(id).keySet()));
        }
        change.put("doc", shown);
        if (document.get("_deleted") != null) {
            change.put("deleted", true);
        }
        return change;
    }

    /** In a cluster a text that begins with a number; on one node the number. */
    Object shown(long place) {
        return cluster ? place + "-g1AAAA" + Long.toString(place * 7919, 36) : place;
    }

    long sequence() {
        return sequence;
    }
}
