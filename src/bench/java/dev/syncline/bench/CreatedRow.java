package dev.syncline.bench;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A create and its answer, the row as it now stands. The fields are passed on as the bytes they came in, so that answering a
 * large batch costs the server little.
 *
 * @param id the row's id
 * @param answer the row, whole, in its first version
 */
record CreatedRow(String id, byte[] answer) {

    /** From the body of a request that creates one row. */
    static CreatedRow read(byte[] body) throws IOException {
        try (JsonParser json = Transactions.JSON.createParser(body)) {
            require(json.nextToken(), JsonToken.START_OBJECT);
            String id = null;
            for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
                json.nextToken();
                id = name.equals("id") ? json.getText() : id;
                json.skipChildren();
            }
            return of(required(id, "id"), false, body, 0, body.length);
        }
    }

    /** From the body of a batch, every operation of which creates a row. */
    static byte[] answerBatch(byte[] body, Consumer<String> created) throws IOException {
        ByteArrayOutputStream results = new ByteArrayOutputStream(body.length + body.length / 4);
        write(results, "{\"results\":");
        char before = '[';
        try (JsonParser json = Transactions.JSON.createParser(body)) {
            require(json.nextToken(), JsonToken.START_OBJECT);
            if (!"operations".equals(json.nextFieldName())) {
                throw new IOException("a batch starts with its operations");
            }
            require(json.nextToken(), JsonToken.START_ARRAY);
            while (json.nextToken() == JsonToken.START_OBJECT) {
                Operation operation = operation(json, body);
                created.accept(operation.row().id());
                write(results, before + "{\"key\":\"" + operation.key() + "\",\"status\":201,\"body\":");
                results.write(operation.row().answer());
                results.write('}');
                before = ',';
            }
        }
        write(results, "]}");
        return results.toByteArray();
    }

    private record Operation(String key, CreatedRow row) {}

    private static Operation operation(JsonParser json, byte[] body) throws IOException {
        String key = null;
        String id = null;
        int from = 0;
        int to = 0;
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            json.nextToken();
            switch (name) {
                case "key" -> key = json.getText();
                case "id" -> id = json.getText();
                case "method" -> {
                    if (!json.getText().equals("create")) {
                        throw new IOException("no scenario sends the operation " + json.getText());
                    }
                }
                case "fields" -> {
                    from = (int) json.currentTokenLocation().getByteOffset();
                    json.skipChildren();
                    to = (int) json.currentLocation().getByteOffset();
                }
                default -> json.skipChildren();
            }
        }
        return new Operation(required(key, "key"), of(required(id, "id"), true, body, from, to));
    }

    /** Opens the object in {@code bytes[from, to)} and puts in what the server adds. */
    private static CreatedRow of(String id, boolean addId, byte[] bytes, int from, int to) throws IOException {
        ByteArrayOutputStream answer = new ByteArrayOutputStream(to - from + 128);
        write(
                answer,
                "{" + (addId ? "\"id\":\"" + id + "\"," : "") + "\"version\":1,\"updated_at\":\"" + BenchServer.STAMP
                        + "\",");
        answer.write(bytes, from + 1, to - from - 1);
        return new CreatedRow(id, answer.toByteArray());
    }

    private static String required(@Nullable String value, String name) throws IOException {
        if (value == null) {
            throw new IOException("an operation has no " + name);
        }
        return value;
    }

    private static void require(@Nullable JsonToken found, JsonToken expected) throws IOException {
        if (found != expected) {
            throw new IOException("expected " + expected + ", found " + found);
        }
    }

    private static void write(ByteArrayOutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
    }
}
