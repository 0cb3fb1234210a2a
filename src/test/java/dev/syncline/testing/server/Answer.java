package dev.syncline.testing.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One HTTP answer before it goes on the wire: status, body and the few headers the protocol uses. */
record Answer(int status, String contentType, byte[] body, Map<String, String> headers) {

    private static final String JSON = "application/json";
    private static final String PROBLEM = "application/problem+json";

    /** One broken rule of a refused write. */
    record FieldError(String field, String rule, String fix) {}

    static Answer json(int status, byte[] body, Map<String, String> headers) {
        return new Answer(status, JSON, body, headers);
    }

    /** A row as the whole body, with its version as the ETag. */
    static Answer row(int status, Row row) {
        return json(status, row.doc().getBytes(StandardCharsets.UTF_8), Map.of("ETag", row.etag()));
    }

    static Answer created(Row row, String location) {
        return json(201, row.doc().getBytes(StandardCharsets.UTF_8), Map.of("ETag", row.etag(), "Location", location));
    }

    static Answer notModified(String etag) {
        return json(304, new byte[0], Map.of("ETag", etag));
    }

    /** An RFC 9457 problem; {@code type} is the last part of its URN. */
    static Answer problem(int status, String type, String title, @Nullable String detail) {
        return problem(status, type, title, detail, List.of(), Map.of());
    }

    static Answer problem(
            int status,
            String type,
            String title,
            @Nullable String detail,
            List<FieldError> errors,
            Map<String, String> headers) {
        ObjectNode problem = ServerJson.object();
        problem.put("type", "urn:syncline:problem:" + type);
        problem.put("title", title);
        problem.put("status", status);
        if (detail != null) {
            problem.put("detail", detail);
        }
        if (!errors.isEmpty()) {
            ArrayNode list = problem.putArray("errors");
            for (FieldError error : errors) {
                list.addObject()
                        .put("field", error.field())
                        .put("rule", error.rule())
                        .put("fix", error.fix());
            }
        }
        return new Answer(status, PROBLEM, ServerJson.text(problem).getBytes(StandardCharsets.UTF_8), headers);
    }

    boolean hadEffect() {
        return status == 200 || status == 201;
    }

    String text() {
        return new String(body, StandardCharsets.UTF_8);
    }
}
