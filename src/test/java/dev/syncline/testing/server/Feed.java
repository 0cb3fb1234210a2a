package dev.syncline.testing.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.syncline.backend.RecordDigest;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The pages of an entity: one feed ordered by the number of each row's last change. A walk passes the live rows and the
 * tombstones that arose since it began; a delta passes everything after its place.
 */
final class Feed {

    private static final int DEFAULT_PAGE = 100;
    private static final Set<String> PARAMETERS = Set.of("cursor", "limit", "updated_since");
    private static final byte[] HEAD = "{\"items\":[".getBytes(StandardCharsets.UTF_8);

    private final Store store;
    private final int maxPage;
    private final boolean fieldSearch;

    Feed(Store store, int maxPage, boolean fieldSearch) {
        this.store = store;
        this.fieldSearch = fieldSearch;
        this.maxPage = maxPage;
    }

    /**
     * A place in the feed.
     *
     * @param after the number of the last change that was passed
     * @param tombstonesAfter tombstones up to here are of no interest
     * @param total what the walk or delta has in all; −1 at its end, where the next one has not begun
     */
    private record Place(long after, long tombstonesAfter, long total) {}

    Answer page(String entity, Map<String, String> query, @Nullable String ifNoneMatch) {
        Map<String, String> values = new TreeMap<>(query);
        values.keySet().removeAll(PARAMETERS);
        String ids = values.remove("ids");
        if (ids != null) {
            return some(entity, ids);
        }
        return fieldSearch && !values.isEmpty()
                ? search(entity, values, limit(query.get("limit")))
                : page(entity, query, ifNoneMatch, limit(query.get("limit")));
    }

    /** The rows of these ids, deleted ones as tombstones. */
    private Answer some(String entity, String ids) {
        String items = store.read(reader -> {
            StringJoiner rows = new StringJoiner(",");
            for (String id : ids.split(",")) {
                Row row = reader.row(entity, id);
                if (row != null) {
                    rows.add(row.doc());
                }
            }
            return rows.toString();
        });
        return Answer.json(
                200, ("{\"items\":[" + items + "],\"more\":false}").getBytes(StandardCharsets.UTF_8), Map.of());
    }

    /** The live rows that hold all the values; a scan, which is fast enough for what asks once after a lost answer. */
    private Answer search(String entity, Map<String, String> values, int limit) {
        if (limit < 1) {
            return badLimit();
        }
        List<String> rows = store.read(reader -> reader.rows(entity)).stream()
                .filter(row -> values.entrySet().stream()
                        .allMatch(value -> row.fields().path(value.getKey()).isValueNode()
                                && row.fields().path(value.getKey()).asText().equals(value.getValue())))
                .map(Row::doc)
                .toList();
        String items = String.join(",", rows.subList(0, Math.min(limit, rows.size())));
        return Answer.json(
                200,
                ("{\"items\":[" + items + "],\"cursor\":\"ask for more at once\",\"more\":" + (rows.size() > limit)
                                + "}")
                        .getBytes(StandardCharsets.UTF_8),
                Map.of());
    }

    /** A page of the ids of the live rows; its cursor is the last id. */
    Answer ids(String entity, Map<String, String> query) {
        int limit = limit(query.get("limit"));
        if (limit < 1) {
            return badLimit();
        }
        String after = query.getOrDefault("cursor", "");
        List<String> left = store.read(reader -> reader.rows(entity)).stream()
                .map(Row::id)
                .filter(id -> id.compareTo(after) > 0)
                .toList();
        List<String> page = left.subList(0, Math.min(limit, left.size()));
        ObjectNode body = ServerJson.object();
        page.forEach(body.putArray("items")::add);
        body.put("cursor", page.isEmpty() ? null : page.get(page.size() - 1));
        body.put("more", page.size() < left.size());
        return Answer.json(200, body.toString().getBytes(StandardCharsets.UTF_8), Map.of());
    }

    /** How many live rows there are, and the digest of their ids and versions. */
    Answer summary(String entity) {
        List<Row> rows = store.read(reader -> reader.rows(entity));
        RecordDigest digest = new RecordDigest();
        rows.forEach(row -> digest.add(row.id(), Long.toString(row.version())));
        ObjectNode body = ServerJson.object();
        body.put("count", rows.size());
        body.put("digest", digest.value());
        return Answer.json(200, body.toString().getBytes(StandardCharsets.UTF_8), Map.of());
    }

    private Answer page(String entity, Map<String, String> query, @Nullable String ifNoneMatch, int limit) {
        return store.read(reader -> {
            // Taken first: what is committed while this page is read has a greater number and stays for the next delta.
            long top = reader.top(entity);
            Place place;
            try {
                place = place(entity, query, reader, top);
            } catch (DateTimeException e) {
                return Answer.problem(400, "bad-time", "updated_since is not a time", "Use ISO-8601 with an offset");
            }
            if (place == null || place.after() > top) {
                return Answer.problem(410, "cursor-gone", "This cursor is not known", "Start again without one");
            }
            if (limit < 1) {
                return badLimit();
            }
            String etag = "\"" + store.epoch() + "-" + top + "\"";
            return etag.equals(ifNoneMatch)
                    ? Answer.notModified(etag)
                    : Answer.json(200, read(reader, entity, place, top, limit), Map.of("ETag", etag));
        });
    }

    private byte[] read(Reader reader, String entity, Place place, long top, int limit) throws SQLException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(1 << 16);
        out.writeBytes(HEAD);
        long last = place.after();
        boolean more = false;
        try (ResultSet rows = reader.page(entity, place.after(), top, place.tombstonesAfter(), limit + 1)) {
            for (int n = 0; rows.next(); n++) {
                if (n == limit) {
                    more = true;
                    break;
                }
                if (n > 0) {
                    out.write(',');
                }
                last = rows.getLong(1);
                out.writeBytes(rows.getBytes(2));
            }
        }
        Place next = more ? new Place(last, place.tombstonesAfter(), place.total()) : new Place(top, top, -1);
        long total = Math.max(0, place.total());
        out.writeBytes(("],\"cursor\":\"" + encode(entity, next) + "\",\"more\":" + more + ",\"total\":" + total + "}")
                .getBytes(StandardCharsets.UTF_8));
        return out.toByteArray();
    }

    private @Nullable Place place(String entity, Map<String, String> query, Reader reader, long top)
            throws SQLException {
        String cursor = query.get("cursor");
        String since = query.get("updated_since");
        if (cursor != null) {
            Place place = decode(entity, cursor);
            return place == null || place.total() >= 0
                    ? place
                    : new Place(
                            place.after(),
                            place.after(),
                            place.after() == top ? 0 : reader.changedRows(entity, place.after()));
        }
        if (since != null) {
            String time = ServerClock.stamp(OffsetDateTime.parse(since).toInstant());
            long before = reader.before(entity, time, top);
            return new Place(before, before, reader.changedRows(entity, before));
        }
        return new Place(0, top, reader.liveRows(entity));
    }

    private static Answer badLimit() {
        return Answer.problem(400, "bad-limit", "limit is not a whole number above 0", null);
    }

    private int limit(@Nullable String text) {
        if (text == null) {
            return DEFAULT_PAGE;
        }
        return Pattern.matches("[0-9]{1,9}", text) ? Math.min(Integer.parseInt(text), maxPage) : 0;
    }

    private String encode(String entity, Place place) {
        String text = store.epoch() + "/" + place.after() + "/" + place.tombstonesAfter() + "/" + place.total() + "/"
                + entity;
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Null for a cursor of another database or entity, and for anything that is no cursor at all. */
    private @Nullable Place decode(String entity, String cursor) {
        try {
            String[] parts = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8).split("/", 5);
            if (parts.length != 5 || !parts[0].equals(store.epoch()) || !parts[4].equals(entity)) {
                return null;
            }
            return new Place(Long.parseLong(parts[1]), Long.parseLong(parts[2]), Long.parseLong(parts[3]));
        } catch (IllegalArgumentException notOurs) {
            return null;
        }
    }
}
