package dev.syncline.backend.rest;

import dev.syncline.backend.RemoteRecord;
import dev.syncline.backend.VersionKind;
import dev.syncline.internal.http.MalformedAnswer;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the parts of a row are called, and how a row of JSON becomes a record.
 *
 * @param id the member with the id
 * @param version the member with the version
 * @param deleted the member that marks a tombstone
 * @param changedAt the member with the time of the last change
 * @param kept which of these stay among the fields as well
 * @param versions what a version looks like
 * @param needsTime whether a time that cannot be read makes the row unusable
 */
record RowFormat(
        String id,
        String version,
        String deleted,
        String changedAt,
        Set<String> kept,
        VersionKind versions,
        boolean needsTime) {

    static final int MAX_ID = 1_000;
    private static final int MAX_VERSION = 200;
    private static final int MAX_DIGITS = 18;

    /**
     * Makes a record of a row. The map is taken over.
     *
     * @throws MalformedAnswer if it is no row: no object, no usable id, a version or deletion mark of another form
     */
    RemoteRecord record(@Nullable Object value) {
        if (!(value instanceof Map<?, ?>)) {
            throw new MalformedAnswer("a row is not an object");
        }
        @SuppressWarnings("unchecked") // Json gives no other maps
        Map<String, @Nullable Object> fields = (Map<String, @Nullable Object>) value;
        String rowId = idOf(take(fields, id));
        String rowVersion = versionOf(take(fields, version));
        boolean tombstone = flag(take(fields, deleted));
        Instant time = timeOf(take(fields, changedAt));
        return new RemoteRecord(rowId, rowVersion, tombstone, tombstone ? Map.of() : fields, time);
    }

    /**
     * Makes a record that says no more than its id, of what stands for a row in a list of ids: the id alone, or an object that holds it.
     *
     * @throws MalformedAnswer if it holds none
     */
    RemoteRecord listed(@Nullable Object value) {
        if (value instanceof Map<?, ?> row) {
            return new RemoteRecord(idOf(row.get(id)), null, flag(row.get(deleted)), Map.of(), null);
        }
        return new RemoteRecord(idOf(value), null, false, Map.of(), null);
    }

    private @Nullable Object take(Map<String, @Nullable Object> fields, String name) {
        return kept.contains(name) ? fields.get(name) : fields.remove(name);
    }

    private String idOf(@Nullable Object value) {
        String text = value instanceof String string ? string : whole(value);
        if (text == null || text.isEmpty()) {
            throw new MalformedAnswer("a row has no usable " + id + ": it must be text or a whole number");
        }
        if (text.length() > MAX_ID) {
            throw new MalformedAnswer("a row's " + id + " is longer than " + MAX_ID + " characters");
        }
        return text;
    }

    private @Nullable String versionOf(@Nullable Object value) {
        if (value == null) {
            return null;
        }
        String text = value instanceof String string ? string : whole(value);
        if (text == null || !isVersion(text)) {
            throw new MalformedAnswer("a row's " + version + " is no "
                    + (versions == VersionKind.ORDERED ? "whole number from 0 up" : "short printable text"));
        }
        return text;
    }

    /** Whether the text may stand in an If-Match header, and is a number where versions are. */
    boolean isVersion(String text) {
        if (text.isEmpty() || text.length() > MAX_VERSION) {
            return false;
        }
        boolean ordered = versions == VersionKind.ORDERED;
        boolean sound = !ordered || text.length() <= MAX_DIGITS;
        for (int i = 0; sound && i < text.length(); i++) {
            char c = text.charAt(i);
            sound = ordered ? c >= '0' && c <= '9' : c > ' ' && c < 0x7F && c != '"';
        }
        return sound;
    }

    private boolean flag(@Nullable Object value) {
        if (value == null || value instanceof Boolean) {
            return Boolean.TRUE.equals(value);
        }
        throw new MalformedAnswer("a row's " + deleted + " is neither true nor false");
    }

    private @Nullable Instant timeOf(@Nullable Object value) {
        Instant time = value instanceof String text ? Timestamps.parse(text) : null;
        if (time == null && needsTime && value != null) {
            throw new MalformedAnswer("a row's " + changedAt + " is no ISO-8601 time with an offset");
        }
        return time;
    }

    private static @Nullable String whole(@Nullable Object value) {
        return value instanceof Long || value instanceof BigInteger ? value.toString() : null;
    }
}
