package dev.syncline.testing.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;

/**
 * One stored row.
 *
 * @param entity the entity it belongs to
 * @param id the id as text
 * @param seq its place in the feed: the number of its last change
 * @param version grows by one with each change of this row
 * @param deleted whether it is a tombstone
 * @param changedAt when it was last changed, ISO-8601 with six decimals and {@code Z}, so that text order is time order
 * @param doc the whole row as it is served, built once when it was written
 */
record Row(String entity, String id, long seq, long version, boolean deleted, String changedAt, String doc) {

    /** What the server owns; a client's values for these are ignored. */
    static final Set<String> OWNED = Set.of("id", "version", "deleted", "updated_at");

    static Row live(String entity, String id, String idJson, long seq, long version, String at, String fieldsJson) {
        String head = "{\"id\":" + idJson + ",\"version\":" + version + ",\"updated_at\":\"" + at + "\"";
        String doc = fieldsJson.equals("{}") ? head + "}" : head + "," + fieldsJson.substring(1);
        return new Row(entity, id, seq, version, false, at, doc);
    }

    static Row tombstone(String entity, String id, String idJson, long seq, long version, String at) {
        String doc =
                "{\"id\":" + idJson + ",\"version\":" + version + ",\"deleted\":true,\"updated_at\":\"" + at + "\"}";
        return new Row(entity, id, seq, version, true, at, doc);
    }

    String etag() {
        return "\"" + version + "\"";
    }

    /** The fields without what the server owns. */
    ObjectNode fields() {
        return ServerJson.parse(doc).remove(OWNED);
    }
}
