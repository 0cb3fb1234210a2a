package dev.syncline.conflict;

import dev.syncline.internal.json.Json;
import dev.syncline.internal.json.JsonFormatException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The JSON form of a conflict. Members it does not know are ignored, so that an older library reads a newer one's text. */
final class ConflictJson {

    private final Map<?, ?> members;

    private ConflictJson(Map<?, ?> members) {
        this.members = members;
    }

    static String write(Conflict conflict) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("id", conflict.id());
        members.put("operation_id", conflict.operationId());
        members.put("entity_type", conflict.entityType());
        members.put("entity_id", conflict.entityId());
        members.put("conflict_type", conflict.conflictType().name());
        members.put("local_data", conflict.localData());
        members.put("remote_data", conflict.remoteData());
        members.put("base_data", conflict.baseData());
        members.put("conflicting_fields", conflict.conflictingFields());
        members.put("severity", conflict.severity().name());
        members.put("detected_at", conflict.detectedAt().toString());
        Instant resolvedAt = conflict.resolvedAt();
        ResolutionStrategy strategy = conflict.resolutionStrategy();
        ResolvedBy resolvedBy = conflict.resolvedBy();
        members.put("resolved_at", resolvedAt == null ? null : resolvedAt.toString());
        members.put("resolution_strategy", strategy == null ? null : strategy.name());
        members.put("resolved_by", resolvedBy == null ? null : resolvedBy.text());
        members.put("notes", conflict.notes());
        return Json.write(members);
    }

    static Conflict read(String json) {
        if (Json.parse(json) instanceof Map<?, ?> members) {
            return new ConflictJson(members).read();
        }
        throw new JsonFormatException("a conflict is a JSON object");
    }

    private Conflict read() {
        String strategy = optional("resolution_strategy");
        String resolvedBy = optional("resolved_by");
        return new Conflict(
                text("id"),
                optional("operation_id"),
                text("entity_type"),
                text("entity_id"),
                constant(ConflictType.class, "conflict_type", text("conflict_type")),
                version("local_data"),
                version("remote_data"),
                version("base_data"),
                names("conflicting_fields"),
                constant(ConflictSeverity.class, "severity", text("severity")),
                time("detected_at", text("detected_at")),
                optional("resolved_at") == null ? null : time("resolved_at", text("resolved_at")),
                strategy == null ? null : constant(ResolutionStrategy.class, "resolution_strategy", strategy),
                resolvedBy == null ? null : ResolvedBy.of(resolvedBy),
                optional("notes"));
    }

    private String text(String member) {
        String text = optional(member);
        if (text == null) {
            throw wrong(member, "is missing");
        }
        return text;
    }

    private @Nullable String optional(String member) {
        Object value = members.get(member);
        if (value == null) {
            return null;
        }
        if (value instanceof String text) {
            return text;
        }
        throw wrong(member, "is no text");
    }

    private @Nullable Map<String, @Nullable Object> version(String member) {
        Object value = members.get(member);
        if (value == null) {
            return null;
        }
        if (value instanceof Map<?, ?> fields) {
            Map<String, @Nullable Object> version = new LinkedHashMap<>();
            fields.forEach((name, field) -> version.put((String) name, field));
            return version;
        }
        throw wrong(member, "is no object");
    }

    private List<String> names(String member) {
        if (!(members.get(member) instanceof List<?> elements)) {
            throw wrong(member, "is no list");
        }
        List<String> names = new ArrayList<>();
        for (Object element : elements) {
            if (!(element instanceof String name)) {
                throw wrong(member, "holds something that is no text");
            }
            names.add(name);
        }
        return names;
    }

    private static Instant time(String member, String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw wrong(member, "is no time such as 2026-01-31T12:00:00Z");
        }
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String member, String name) {
        for (E constant : type.getEnumConstants()) {
            if (constant.name().equals(name)) {
                return constant;
            }
        }
        throw wrong(member, "is none of the known names");
    }

    private static JsonFormatException wrong(String member, String fault) {
        return new JsonFormatException("in the JSON of a conflict, " + member + " " + fault);
    }
}
