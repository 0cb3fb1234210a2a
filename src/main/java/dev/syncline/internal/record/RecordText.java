package dev.syncline.internal.record;

import dev.syncline.backend.RemoteRecord;
import dev.syncline.internal.json.Json;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Remote records as text, for the tables that keep one aside. Lossless. */
public final class RecordText {

    private RecordText() {}

    /**
     * Writes a record.
     *
     * @param record the record
     * @return JSON text
     */
    public static String write(RemoteRecord record) {
        return Json.write(parts(record));
    }

    private static Map<String, @Nullable Object> parts(RemoteRecord record) {
        Map<String, @Nullable Object> text = new LinkedHashMap<>();
        text.put("id", record.id());
        text.put("version", record.version());
        text.put("deleted", record.deleted());
        text.put("fields", record.fields());
        text.put(
                "changedAt",
                record.changedAt() == null ? null : record.changedAt().toString());
        if (!record.rivals().isEmpty()) {
            text.put("rivals", record.rivals().stream().map(RecordText::parts).toList());
        }
        return text;
    }

    /**
     * Reads a record.
     *
     * @param text what {@link #write} gave
     * @return the record
     */
    @SuppressWarnings("unchecked") // the text is our own
    public static RemoteRecord read(String text) {
        return record((Map<String, @Nullable Object>) present(Json.parse(text)));
    }

    @SuppressWarnings("unchecked") // the text is our own
    private static RemoteRecord record(Map<String, @Nullable Object> parsed) {
        Object changedAt = parsed.get("changedAt");
        return new RemoteRecord(
                (String) present(parsed.get("id")),
                (String) parsed.get("version"),
                (Boolean) present(parsed.get("deleted")),
                (Map<String, @Nullable Object>) present(parsed.get("fields")),
                changedAt == null ? null : Instant.parse((String) changedAt),
                parsed.get("rivals") instanceof List<?> rivals
                        ? rivals.stream()
                                .map(rival -> record((Map<String, @Nullable Object>) rival))
                                .toList()
                        : List.of());
    }

    private static Object present(@Nullable Object value) {
        if (value == null) {
            throw new IllegalStateException(
                    "a record kept aside is incomplete; the table syncline_holding was changed by hand");
        }
        return value;
    }
}
