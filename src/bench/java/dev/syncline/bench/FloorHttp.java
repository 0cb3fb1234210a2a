package dev.syncline.bench;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** The floor's network work: a bare OkHttp client and streaming JSON. Thread-safe. */
final class FloorHttp {

    static final int IN_FLIGHT = 8;

    private static final MediaType JSON = MediaType.get("application/json");
    private static final Map<String, Integer> COLUMN = new HashMap<>();

    static {
        for (String column : Transactions.COLUMNS) {
            COLUMN.put(column, COLUMN.size());
        }
    }

    private final String url;
    private final OkHttpClient client = new OkHttpClient.Builder()
            .socketFactory(new NoDelaySocketFactory())
            .connectionPool(new ConnectionPool(IN_FLIGHT, 1, TimeUnit.MINUTES))
            .build();

    FloorHttp(String url) {
        this.url = url;
    }

    /** A page as it came: rows, where to go on, and whether there is more. */
    record Page(List<String[]> rows, FloorStore.Cursor next, boolean more) {}

    /** Fetches the page behind a cursor; nothing if the server says that nothing has changed since. */
    Optional<Page> page(@Nullable String cursor, @Nullable String etag) throws IOException {
        Request.Builder request = new Request.Builder()
                .url(url + "/" + Transactions.ENTITY + "?limit=" + Feed.PAGE_ROWS
                        + (cursor == null ? "" : "&cursor=" + cursor));
        if (etag != null) {
            request.header("If-None-Match", etag);
        }
        try (Response response = client.newCall(request.build()).execute()) {
            if (response.code() == 304) {
                return Optional.empty();
            }
            expect(response, 200);
            try (JsonParser json =
                    Transactions.JSON.createParser(response.body().byteStream())) {
                return Optional.of(read(json, String.valueOf(response.header("ETag"))));
            }
        }
    }

    private static Page read(JsonParser json, String etag) throws IOException {
        List<String[]> rows = new ArrayList<>(Feed.PAGE_ROWS);
        String cursor = "";
        boolean more = false;
        json.nextToken();
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            JsonToken token = json.nextToken();
            switch (name) {
                case "items" -> {
                    while (json.nextToken() == JsonToken.START_OBJECT) {
                        rows.add(row(json));
                    }
                }
                case "cursor" -> cursor = json.getText();
                case "more" -> more = token == JsonToken.VALUE_TRUE;
                default -> json.skipChildren();
            }
        }
        return new Page(rows, new FloorStore.Cursor(cursor, etag), more);
    }

    private static String[] row(JsonParser json) throws IOException {
        String[] row = new String[Transactions.COLUMNS.size()];
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            json.nextToken();
            Integer column = COLUMN.get(name);
            if (column != null) {
                row[column] = json.getText();
            }
        }
        return row;
    }

    /** Creates rows with one request. */
    void createTogether(List<FloorStore.LocalRow> rows) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream(rows.size() * 400);
        try (JsonGenerator json = Transactions.JSON.createGenerator(body)) {
            json.writeStartObject();
            json.writeArrayFieldStart("operations");
            for (FloorStore.LocalRow row : rows) {
                json.writeStartObject();
                json.writeStringField("key", key(row));
                json.writeStringField("method", "create");
                json.writeStringField("entity", Transactions.ENTITY);
                json.writeStringField("id", row.values()[0]);
                json.writeObjectFieldStart("fields");
                Transactions.writeFields(json, row.values());
                json.writeEndObject();
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        try (Response response = post("/_batch", body, null);
                JsonParser json = Transactions.JSON.createParser(response.body().byteStream())) {
            int taken = 0;
            while (json.nextToken() != null) {
                if (json.currentToken() == JsonToken.FIELD_NAME
                        && json.currentName().equals("status")) {
                    taken += json.nextIntValue(0) == 201 ? 1 : 0;
                }
            }
            if (taken != rows.size()) {
                throw new IOException("the server took " + taken + " of " + rows.size() + " rows");
            }
        }
    }

    /** Creates one row. */
    void create(FloorStore.LocalRow row) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream(400);
        try (JsonGenerator json = Transactions.JSON.createGenerator(body)) {
            json.writeStartObject();
            json.writeStringField("id", row.values()[0]);
            Transactions.writeFields(json, row.values());
            json.writeEndObject();
        }
        try (Response response = post("/" + Transactions.ENTITY, body, key(row))) {
            expect(response, 201);
            response.body().bytes();
        }
    }

    private Response post(String path, ByteArrayOutputStream body, @Nullable String key) throws IOException {
        Request.Builder request =
                new Request.Builder().url(url + path).post(RequestBody.create(body.toByteArray(), JSON));
        if (key != null) {
            request.header("Idempotency-Key", key);
        }
        return client.newCall(request.build()).execute();
    }

    private static String key(FloorStore.LocalRow row) {
        return "floor-" + row.outbox();
    }

    private static void expect(Response response, int code) throws IOException {
        if (response.code() != code) {
            throw new IOException("expected " + code + ", the server answered " + response.code());
        }
    }
}
