package dev.syncline.live;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.syncline.backend.rest.RestBackend;
import dev.syncline.testing.LiveServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/**
 * A server of somebody else's with the table {@code tags}, and how it is described to the library.
 *
 * @param name the script that starts it
 * @param backend the description, by the server's address
 * @param all where all rows are listed at once, below the address
 * @param rows where they are in that answer; empty for the answer itself
 * @param requestsAtRest the most requests of a run that has nothing to do
 */
record ForeignServer(String name, Function<String, RestBackend> backend, String all, String rows, int requestsAtRest) {

    private static final ObjectMapper JSON = new ObjectMapper();

    LiveServer start(Path folder) {
        return LiveServer.start(name, folder);
    }

    /** What the server has, asked for without the library. */
    Map<String, String> rows(String url) {
        try (Response answer = new OkHttpClient()
                .newCall(new Request.Builder().url(url + all).build())
                .execute()) {
            JsonNode list = JSON.readTree(answer.body().bytes());
            Map<String, String> found = new TreeMap<>();
            for (JsonNode row : rows.isEmpty() ? list : list.get(rows)) {
                String before = found.put(
                        row.get("id").asText(),
                        row.path("title").asText("null") + "|"
                                + row.path("amount").asText("null"));
                if (before != null) {
                    throw new AssertionError("the server has an id twice: " + row.get("id"));
                }
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends what some other program would. */
    static int send(String method, String url, String body) {
        try (Response answer = new OkHttpClient()
                .newCall(new Request.Builder()
                        .url(url)
                        .method(
                                method,
                                body.isEmpty() ? null : RequestBody.create(body, MediaType.get("application/json")))
                        .build())
                .execute()) {
            return answer.code();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
