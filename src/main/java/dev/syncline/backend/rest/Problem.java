package dev.syncline.backend.rest;

import dev.syncline.exception.FieldFault;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an RFC 9457 problem says beyond its status.
 *
 * @param type the last part of its type; empty if it has none
 * @param faults its {@code errors}: objects with {@code field}, {@code rule} and {@code fix}, of which only the first is needed
 */
record Problem(String type, List<FieldFault> faults) {

    static final String KEY_IN_PROGRESS = "key-in-progress";
    static final String KEY_REUSED = "key-reused";

    private static final int MOST_FAULTS = 100;

    static Problem of(@Nullable Object json) {
        if (!(json instanceof Map<?, ?> members)) {
            return new Problem("", List.of());
        }
        String type = text(members.get("type"));
        List<FieldFault> faults = new ArrayList<>();
        if (members.get("errors") instanceof List<?> errors) {
            for (Object error : errors) {
                if (faults.size() < MOST_FAULTS
                        && error instanceof Map<?, ?> parts
                        && parts.get("field") instanceof String field) {
                    faults.add(new FieldFault(field, text(parts.get("rule")), text(parts.get("fix"))));
                }
            }
        }
        return new Problem(type.substring(Math.max(type.lastIndexOf(':'), type.lastIndexOf('/')) + 1), faults);
    }

    private static String text(@Nullable Object value) {
        return value instanceof String text ? text : "";
    }
}
