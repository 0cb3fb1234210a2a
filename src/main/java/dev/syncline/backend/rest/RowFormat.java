package dev.syncline.backend.rest;

import dev.syncline.backend.RemoteRecord;
import dev.syncline.backend.VersionKind;
import dev.syncline.internal.http.MalformedAnswer;
import dev.syncline.internal.json.Json;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/** Makes records of rows of JSON, as {@link Rows} and {@link Versions} say. Pure. */
final class RowFormat {

    static final int MAX_ID = 1_000;
    private static final int MAX_VERSION = 200;
    private static final int MAX_DIGITS = 18;
    private static final int DIGEST_BYTES = 16;

    private final Rows rows;
    private final Versions versions;
    private final boolean needsTime;
    /** Members that are no fields. What lies deeper stays, since it is part of one. */
    private final List<String> own;

    /**
     * Takes the settings.
     *
     * @param rows what the parts of a row are called
     * @param versions where its version is
     * @param needsTime whether a time that cannot be read makes the row unusable
     */
    RowFormat(Rows rows, Versions versions, boolean needsTime) {
        this.rows = rows;
        this.versions = versions;
        this.needsTime = needsTime;
        List<JsonPlace> parts = new ArrayList<>(rows.changedAt());
        parts.addAll(versions.places());
        parts.add(rows.id());
        if (rows.deleted() != null) {
            parts.add(rows.deleted());
        }
        own = parts.stream()
                .filter(place -> place.names().size() == 1)
                .map(place -> place.names().get(0))
                .filter(name -> !rows.kept().contains(name))
                .toList();
    }

    /**
     * Makes a record of an element of a list. The map is taken over.
     *
     * @throws MalformedAnswer if it is no row: no object, no usable id, a version or deletion mark of another form
     */
    RemoteRecord record(@Nullable Object element) {
        return row(rows.element().in(element), element);
    }

    /**
     * Makes a record of an answer about one row.
     *
     * @return null if there is an empty array in the row's place
     * @throws MalformedAnswer if it is no row
     */
    @Nullable
    RemoteRecord answered(@Nullable Object answer) {
        Object there = rows.answer().in(answer);
        if (there instanceof List<?> found) {
            if (found.size() > 1) {
                throw new MalformedAnswer("there are several rows in place of one");
            }
            return found.isEmpty() ? null : record(found.get(0));
        }
        return row(there, there);
    }

    /** Whether there is an empty array in the row's place. */
    boolean isNone(@Nullable Object answer) {
        return rows.answer().in(answer) instanceof List<?> found && found.isEmpty();
    }

    /** The id in a part of a row; null if it holds none. */
    @Nullable
    String partId(@Nullable Object answer) {
        try {
            return idOf(rows.id().in(rows.answer().in(answer)));
        } catch (MalformedAnswer none) {
            return null;
        }
    }

    private RemoteRecord row(@Nullable Object value, @Nullable Object around) {
        if (!(value instanceof Map<?, ?>)) {
            throw new MalformedAnswer("a row is not an object");
        }
        Map<String, @Nullable Object> row = members(value);
        JsonPlace mark = rows.deleted();
        Object marked = mark == null ? null : mark.in(row);
        if (marked == null && mark != null && around != value) {
            marked = mark.in(around);
        }
        boolean tombstone = isDeleted(marked);
        String id = idOf(rows.id().in(row));
        Object told = version(row);
        Instant time = null;
        for (JsonPlace place : rows.changedAt()) {
            Instant one = timeOf(place.in(row));
            time = time == null || (one != null && one.isAfter(time)) ? one : time;
        }
        row.keySet().removeAll(own);
        if (tombstone) {
            return new RemoteRecord(id, versionOf(told), true, Map.of(), time);
        }
        Map<String, @Nullable Object> fields = row;
        if (!rows.fields().isRoot()) {
            if (!(rows.fields().in(row) instanceof Map<?, ?> inner)) {
                throw new MalformedAnswer("a row has no object at " + rows.fields());
            }
            fields = members(inner);
        }
        if (!rows.without().isEmpty()) {
            fields.keySet().removeAll(rows.without());
        }
        String version = versions.source() == Versions.Source.CONTENT ? digest(fields) : versionOf(told);
        return new RemoteRecord(id, version, false, fields, time);
    }

    @SuppressWarnings("unchecked") // Json gives no other maps
    private static Map<String, @Nullable Object> members(Object value) {
        return (Map<String, @Nullable Object>) value;
    }

    /**
     * Makes a record that says no more than its id, of what stands for a row in a list of ids: the id alone, or an object that holds it.
     *
     * @throws MalformedAnswer if it holds none
     */
    RemoteRecord listed(@Nullable Object element) {
        Object value = rows.element().in(element);
        if (value instanceof Map<?, ?> row) {
            JsonPlace mark = rows.deleted();
            boolean deleted = mark != null && isDeleted(mark.in(row));
            return new RemoteRecord(idOf(rows.id().in(row)), null, deleted, Map.of(), null);
        }
        return new RemoteRecord(idOf(value), null, false, Map.of(), null);
    }

    /** The name under which a body holds the id. */
    String idMember() {
        List<String> names = rows.id().names();
        return names.get(names.size() - 1);
    }

    /** The id as a body holds it. */
    Object idValue(String id) {
        boolean number = rows.hasNumericIds() && id.matches("0|-?[1-9][0-9]{0,17}");
        return number ? Long.valueOf(id) : id;
    }

    /** Whether ids are parts of addresses, so that a body has none. */
    boolean hasIdsInAddresses() {
        return rows.idPattern() != null;
    }

    Versions versions() {
        return versions;
    }

    private @Nullable Object version(Map<String, @Nullable Object> row) {
        Object told = null;
        for (JsonPlace place : versions.places()) {
            told = told == null ? place.in(row) : told;
        }
        return told;
    }

    /** The id in a text such as an address; null if there is none. */
    @Nullable
    String idWithin(@Nullable String text) {
        if (text == null || rows.idPattern() == null) {
            return null;
        }
        Matcher found = rows.idPattern().matcher(text);
        return found.find() ? found.group(1) : null;
    }

    private String idOf(@Nullable Object value) {
        String text = value instanceof String string ? string : whole(value);
        if (rows.idPattern() != null) {
            text = idWithin(text);
        }
        if (text == null || text.isEmpty()) {
            throw new MalformedAnswer("a row has no usable " + rows.id() + ": it must be text or a whole number");
        }
        if (text.length() > MAX_ID) {
            throw new MalformedAnswer("a row's " + rows.id() + " is longer than " + MAX_ID + " characters");
        }
        return text;
    }

    private @Nullable String versionOf(@Nullable Object value) {
        if (value == null) {
            return null;
        }
        String text = value instanceof String string ? string : whole(value);
        if (text == null || !isVersion(text)) {
            throw new MalformedAnswer("a row's " + versions.places() + " is no "
                    + (versions.kind() == VersionKind.ORDERED ? "whole number from 0 up" : "short printable text"));
        }
        return text;
    }

    /** Whether the text may stand in an If-Match header where it does, and is a number where versions are. */
    boolean isVersion(String text) {
        if (text.isEmpty() || text.length() > MAX_VERSION) {
            return false;
        }
        boolean ordered = versions.kind() == VersionKind.ORDERED;
        char least = versions.areCompared() ? '!' : ' ';
        boolean sound = !ordered || text.length() <= MAX_DIGITS;
        for (int i = 0; sound && i < text.length(); i++) {
            char c = text.charAt(i);
            sound = ordered ? c >= '0' && c <= '9' : c >= least && c < 0x7F && c != '"';
        }
        return sound;
    }

    private static String digest(Map<String, @Nullable Object> fields) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(Json.canonical(fields).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, DIGEST_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }

    private boolean isDeleted(@Nullable Object value) {
        if (value == null) {
            return false;
        }
        Set<String> values = rows.deletedValues();
        boolean flag = values.size() == 1 && values.contains("true");
        if (flag && !(value instanceof Boolean)) {
            throw new MalformedAnswer("a row's " + rows.deleted() + " is neither true nor false");
        }
        return values.contains(String.valueOf(value));
    }

    private @Nullable Instant timeOf(@Nullable Object value) {
        Instant time = rows.times().read(value);
        if (time == null && needsTime && value != null) {
            throw new MalformedAnswer("a row's time of change is not written as it was said to be");
        }
        return time;
    }

    private static @Nullable String whole(@Nullable Object value) {
        return value instanceof Long || value instanceof BigInteger ? value.toString() : null;
    }
}
