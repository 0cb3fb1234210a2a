package dev.syncline.testing.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.syncline.testing.server.Operation.Kind;
import java.io.ByteArrayOutputStream;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** From a request to the row, page or batch it is about. */
final class Router {

    /** A request, read whole. */
    record Request(
            String method,
            String rawPath,
            @Nullable String rawQuery,
            @Nullable String key,
            @Nullable String ifMatch,
            @Nullable String ifNoneMatch,
            byte[] body) {}

    private static final Map<String, Kind> BATCH_METHODS =
            Map.of("create", Kind.CREATE, "update", Kind.UPDATE, "replace", Kind.REPLACE, "delete", Kind.DELETE);

    private final Store store;
    private final Feed feed;
    private final Writes writes;
    private final ServerOptions options;
    private final Set<String> inProgress = ConcurrentHashMap.newKeySet();

    Router(Store store, Feed feed, Writes writes, ServerOptions options) {
        this.store = store;
        this.feed = feed;
        this.writes = writes;
        this.options = options;
    }

    /** Serves a request; its key counts as in progress until {@code afterwards} has run. */
    Answer serve(Request request, Runnable afterwards) {
        String key = options.idempotencyKeys ? request.key() : null;
        if (key != null && !inProgress.add(key)) {
            return Answer.problem(
                    409,
                    "key-in-progress",
                    "The first request under this key is still being served",
                    null,
                    List.of(),
                    Map.of("Retry-After", "1"));
        }
        try {
            Answer answer = route(request);
            afterwards.run();
            return answer;
        } finally {
            if (key != null) {
                inProgress.remove(key);
            }
        }
    }

    private Answer route(Request request) {
        String[] path = request.rawPath().split("/", -1);
        if (path.length < 3 || path.length > 4 || !path[1].equals("v1") || path[2].isEmpty()) {
            return notFound();
        }
        String entity = decode(path[2]);
        if (path.length == 4) {
            if (path[3].equals("_ids") && request.method().equals("GET")) {
                return feed.ids(entity, query(request.rawQuery()));
            }
            if (path[3].equals("_summary") && request.method().equals("GET")) {
                return feed.summary(entity);
            }
            return path[3].isEmpty() || entity.startsWith("_") ? notFound() : one(request, entity, decode(path[3]));
        }
        if (entity.equals("_health") && request.method().equals("GET")) {
            return health();
        }
        if (entity.equals("_batch") && request.method().equals("POST") && options.batch) {
            return batch(request);
        }
        if (entity.startsWith("_")) {
            return notFound();
        }
        return switch (request.method()) {
            case "GET" -> feed.page(entity, query(request.rawQuery()), request.ifNoneMatch());
            case "POST" -> write(Kind.CREATE, request, entity, null);
            default -> Answer.problem(405, "method", "This address takes GET and POST", null);
        };
    }

    private Answer one(Request request, String entity, String id) {
        return switch (request.method()) {
            case "GET" -> read(entity, id);
            case "PATCH" -> write(Kind.UPDATE, request, entity, id);
            case "PUT" -> write(Kind.REPLACE, request, entity, id);
            case "DELETE" -> write(Kind.DELETE, request, entity, id);
            default -> Answer.problem(405, "method", "This address takes GET, PATCH, PUT and DELETE", null);
        };
    }

    private Answer read(String entity, String id) {
        Row row = store.read(reader -> reader.row(entity, id));
        return row == null
                ? Answer.problem(404, "unknown-row", "There is no such row", null)
                : Answer.row(row.deleted() ? 410 : 200, row);
    }

    private Answer write(Kind kind, Request request, String entity, @Nullable String id) {
        ObjectNode row = kind == Kind.DELETE ? ServerJson.object() : ServerJson.parse(request.body());
        if (row == null) {
            return Answer.problem(400, "not-json", "The body is not one JSON object", null);
        }
        String version = request.ifMatch();
        if (version != null && version.length() > 2 && version.startsWith("\"") && version.endsWith("\"")) {
            version = version.substring(1, version.length() - 1);
        }
        Operation operation = Operation.of(kind, entity, id, version, row, request.key());
        return store.write(writer -> writes.serve(operation, writer));
    }

    private Answer batch(Request request) {
        ObjectNode body = ServerJson.parse(request.body());
        if (body == null || !body.path("operations").isArray()) {
            return Answer.problem(400, "not-json", "The body is not an object with operations", null);
        }
        JsonNode operations = body.get("operations");
        if (operations.size() > options.maxBatch) {
            return Answer.problem(413, "batch-too-large", "At most " + options.maxBatch + " operations", null);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(1 << 14);
        out.writeBytes(utf8("{\"results\":["));
        List<Answer> answers = body.path("atomic").asBoolean() ? together(operations) : oneByOne(operations);
        for (int i = 0; i < answers.size(); i++) {
            Answer answer = answers.get(i);
            String key = ServerJson.text(operations.get(i).path("key"));
            out.writeBytes(utf8((i == 0 ? "" : ",") + "{\"key\":" + (key.isEmpty() ? "null" : key) + ",\"status\":"
                    + answer.status() + ",\"body\":"));
            out.writeBytes(answer.body());
            out.write('}');
        }
        out.writeBytes(utf8("]}"));
        return Answer.json(200, out.toByteArray(), Map.of());
    }

    private List<Answer> oneByOne(JsonNode operations) {
        return store.write(writer -> {
            List<Answer> served = new ArrayList<>();
            for (JsonNode operation : operations) {
                served.add(inBatch(operation, writer));
            }
            return served;
        });
    }

    /** All of them or, if one is refused, none. */
    private List<Answer> together(JsonNode operations) {
        List<Answer> served = new ArrayList<>();
        try {
            return store.write(writer -> {
                for (JsonNode operation : operations) {
                    Answer answer = inBatch(operation, writer);
                    served.add(answer);
                    if (answer.status() >= 400) {
                        throw new TakenBack();
                    }
                }
                return served;
            });
        } catch (TakenBack refused) {
            Answer leftOut = Answer.problem(424, "left-out", "Another operation was refused", null);
            List<Answer> told = new ArrayList<>(Collections.nCopies(operations.size(), leftOut));
            told.set(served.size() - 1, served.get(served.size() - 1));
            return told;
        }
    }

    /** Ends a transaction without storing it. */
    private static final class TakenBack extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private Answer inBatch(JsonNode operation, Writer writer) throws SQLException {
        Kind kind = BATCH_METHODS.get(operation.path("method").asText());
        String entity = operation.path("entity").asText();
        if (kind == null || entity.isEmpty() || entity.startsWith("_")) {
            return Answer.problem(400, "bad-operation", "method or entity is missing or not known", null);
        }
        ObjectNode fields = operation.get("fields") instanceof ObjectNode object ? object : ServerJson.object();
        Operation one = Operation.of(
                kind, entity, text(operation, "id"), text(operation, "version"), fields, text(operation, "key"));
        return writes.serve(one, writer);
    }

    private Answer health() {
        ObjectNode about = ServerJson.object();
        about.put("status", "ok");
        about.put("epoch", store.epoch());
        return Answer.json(200, utf8(ServerJson.text(about)), Map.of());
    }

    private static Answer notFound() {
        return Answer.problem(404, "unknown-address", "There is nothing at this address", null);
    }

    private static @Nullable String text(JsonNode node, String name) {
        JsonNode value = node.get(name);
        return value == null || value.isNull() ? null : value.asText();
    }

    static String segment(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String decode(String segment) {
        return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    private static Map<String, String> query(@Nullable String raw) {
        Map<String, String> query = new HashMap<>();
        if (raw != null) {
            for (String pair : raw.split("&")) {
                int equals = pair.indexOf('=');
                if (equals > 0) {
                    query.put(
                            URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8),
                            URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
                }
            }
        }
        return query;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
