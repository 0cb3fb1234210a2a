package dev.syncline.backend.couchdb;

import dev.syncline.internal.json.Json;
import dev.syncline.internal.json.JsonFormatException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A place in a database's list of changes.
 *
 * @param since the sequence behind the last change that was told, as it is sent again: a number, or text that only the server
 *     can read
 * @param database which database that was, see {@link DatabaseMark}
 * @param more whether the walk or delta went on there; if not, the database is looked at before the next page
 */
record CouchCursor(String since, String database, boolean more) {

    static final String START = "0";

    /** Reads a cursor; null if the text is none. */
    static @Nullable CouchCursor parse(String text) {
        try {
            return Json.parse(text) instanceof Map<?, ?> parts
                            && parts.get("since") instanceof String since
                            && parts.get("database") instanceof String database
                            && parts.get("more") instanceof Boolean more
                    ? new CouchCursor(since, database, more)
                    : null;
        } catch (JsonFormatException e) {
            return null;
        }
    }

    String text() {
        Map<String, @Nullable Object> parts = new LinkedHashMap<>();
        parts.put("since", since);
        parts.put("database", database);
        parts.put("more", more);
        return Json.write(parts);
    }
}
