package dev.syncline.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.syncline.testing.server.ServerInMemory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One change as it was seen on the wire, alone or in a batch.
 *
 * @param key the idempotency key
 * @param kind create, update, replace or delete
 * @param entity the entity
 * @param id the server's id; null for a create without one
 * @param version what it was made on
 * @param fields its fields
 */
record Outgoing(
        String key,
        String kind,
        String entity,
        @Nullable String id,
        @Nullable String version,
        JsonNode fields) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, String> KINDS =
            Map.of("POST", "create", "PATCH", "update", "PUT", "replace", "DELETE", "delete");

    /** The changes that a request carries; none for a read. */
    static List<Outgoing> in(ServerInMemory.Request request) {
        List<Outgoing> changes = new ArrayList<>();
        if (request.method().equals("GET")) {
            return changes;
        }
        try {
            JsonNode body = request.body().length == 0 ? JSON.createObjectNode() : JSON.readTree(request.body());
            String[] path = request.path().split("/", -1);
            if (path[2].equals("_batch")) {
                body.path("operations")
                        .forEach(one -> changes.add(new Outgoing(
                                text(one, "key"),
                                text(one, "method"),
                                text(one, "entity"),
                                text(one, "id"),
                                text(one, "version"),
                                one.has("fields") ? one.get("fields") : JSON.createObjectNode())));
            } else {
                String version = request.headers().get("if-match");
                changes.add(new Outgoing(
                        String.valueOf(request.headers().get("idempotency-key")),
                        KINDS.getOrDefault(request.method(), request.method().toLowerCase(Locale.ROOT)),
                        path[2],
                        path.length > 3
                                ? URLDecoder.decode(path[3].replace("+", "%2B"), StandardCharsets.UTF_8)
                                : text(body, "id"),
                        version == null ? null : version.replace("\"", ""),
                        body));
            }
            return changes;
        } catch (IOException e) {
            throw new UncheckedIOException("a request holds what is no JSON", e);
        }
    }

    private static @Nullable String text(JsonNode node, String name) {
        JsonNode value = node.path(name);
        return value.isMissingNode() || value.isNull() ? null : value.asText();
    }

    /** What it means, whatever form it travels in. */
    String meaning() {
        JsonNode own = fields;
        if (fields.has("id")) {
            own = fields.deepCopy();
            ((ObjectNode) own).remove("id");
        }
        return kind + " " + entity + " " + id + " " + version + " " + own;
    }
}
