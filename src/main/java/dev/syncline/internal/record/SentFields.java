package dev.syncline.internal.record;

import dev.syncline.backend.RemoteRecord;
import dev.syncline.internal.json.Json;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Tells our own write from a foreign one: a record that holds every field as it was sent is what the write led to. Pure. */
public final class SentFields {

    private SentFields() {}

    /**
     * Gives what was sent.
     *
     * @param payload the fields as they were sent, as JSON text; null if none were
     * @return the fields
     */
    @SuppressWarnings("unchecked") // the text is our own
    public static Map<String, @Nullable Object> of(@Nullable String payload) {
        return payload != null && Json.parse(payload) instanceof Map<?, ?> sent
                ? (Map<String, @Nullable Object>) sent
                : Map.of();
    }

    /**
     * Compares by content, so that {@code 1.0} and {@code 1} are the same number.
     *
     * @param record the backend's record
     * @param payload the fields as they were sent, as JSON text; null if none were
     * @return whether the record lives and holds them all
     */
    public static boolean areHeldBy(RemoteRecord record, @Nullable String payload) {
        if (record.deleted() || payload == null || !(Json.parse(payload) instanceof Map<?, ?> sent)) {
            return false;
        }
        return sent.entrySet().stream()
                .allMatch(field -> record.fields().containsKey(String.valueOf(field.getKey()))
                        && Objects.equals(
                                Json.canonical(record.fields().get(String.valueOf(field.getKey()))),
                                Json.canonical(field.getValue())));
    }
}
