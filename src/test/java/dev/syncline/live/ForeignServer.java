package dev.syncline.live;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.syncline.backend.rest.RestBackend;
import dev.syncline.config.IdAssignment;
import dev.syncline.config.SyncedTable;
import dev.syncline.testing.LiveServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import okhttp3.Headers;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/**
 * A server of somebody else's with one table, and how it is described to the library. A row is known by its title, since ids may be the
 * server's.
 *
 * @param name the script that starts it
 * @param table the table; its columns are id, title and amount
 * @param id the id of the row of a title, where the client chooses it
 * @param backend the description, by the server's address
 * @param all where all rows are listed at once, below the address
 * @param row where single rows are, below the address; their ids follow
 * @param rows where they are in the answer that lists all, as a JSON Pointer
 * @param headers what requests past the library need besides
 * @param requestsAtRest the most requests of a run that has nothing to do
 */
record ForeignServer(
        String name,
        SyncedTable table,
        UnaryOperator<String> id,
        Function<String, RestBackend> backend,
        String all,
        String row,
        String rows,
        Map<String, String> headers,
        int requestsAtRest) {

    private static final ObjectMapper JSON = new ObjectMapper();

    LiveServer start(Path folder) {
        return LiveServer.start(name, folder);
    }

    boolean assignsIds() {
        return table.ids() == IdAssignment.SERVER;
    }

    /** What a host has run before. */
    String schema() {
        return "CREATE TABLE " + table.name() + " (id " + (assignsIds() ? "INTEGER" : "TEXT")
                + " PRIMARY KEY, title TEXT, amount INTEGER)";
    }

    /** What the server has, title and amount, asked for without the library. */
    Map<String, String> rows(String url) {
        try (Response answer = call("GET", url + all, "")) {
            Map<String, String> found = new TreeMap<>();
            for (JsonNode row : JSON.readTree(answer.body().bytes()).at(rows)) {
                String before =
                        found.put(row.get("title").asText(), row.path("amount").asText("null"));
                if (before != null) {
                    throw new AssertionError("the server has a row twice: " + row);
                }
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends what some other program would. */
    int send(String method, String url, String body) {
        try (Response answer = call(method, url, body)) {
            return answer.code();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Response call(String method, String url, String body) throws IOException {
        return new OkHttpClient()
                .newCall(new Request.Builder()
                        .url(url)
                        .headers(Headers.of(headers))
                        .method(
                                method,
                                body.isEmpty() ? null : RequestBody.create(body, MediaType.get("application/json")))
                        .build())
                .execute();
    }

    @Override
    public String toString() {
        return name;
    }
}
