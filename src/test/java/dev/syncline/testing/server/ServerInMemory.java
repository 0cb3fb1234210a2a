package dev.syncline.testing.server;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The same server without sockets, threads or a file: one request in, one answer out, on the thread that asks. It remembers every
 * state that every row ever had. Not thread-safe.
 */
public final class ServerInMemory implements AutoCloseable {

    /**
     * A request as it came over the wire.
     *
     * @param method the HTTP method
     * @param path the path, escaped
     * @param query the query, escaped; null if there is none
     * @param headers by name in lower case
     * @param body the body; empty if there is none
     */
    public record Request(
            String method, String path, @Nullable String query, Map<String, String> headers, byte[] body) {}

    /**
     * An answer as it goes over the wire.
     *
     * @param status the status
     * @param contentType what the body is
     * @param headers the others
     * @param body the body
     */
    public record Response(int status, String contentType, Map<String, String> headers, byte[] body) {}

    /**
     * A state that a row came to.
     *
     * @param entity the entity
     * @param id the row
     * @param seq its place in the feed
     * @param version the row's version
     * @param deleted whether it is a tombstone
     * @param json the row as it is served from then on
     * @param key the idempotency key of the write that led to it; null for one that had none
     */
    public record State(
            String entity,
            String id,
            long seq,
            long version,
            boolean deleted,
            String json,
            @Nullable String key) {}

    private final List<State> history = new ArrayList<>();
    private final Store store;
    private final Writes writes;
    private final Router router;
    private final ServerClock clock;

    /** A server with these rules; its file is never made. */
    public ServerInMemory(UnaryOperator<ServerOptions> rules) {
        ServerOptions options = rules.apply(new ServerOptions(Path.of("memory")));
        clock = new ServerClock(options.clock);
        store = Store.inMemory(String.valueOf(options.epoch), change -> history.add(state(change)));
        writes = new Writes(options, clock);
        router = new Router(store, new Feed(store, options.maxPage, options.fieldSearch), writes, options);
    }

    private static State state(Writer.Change change) {
        Row row = change.row();
        return new State(row.entity(), row.id(), row.seq(), row.version(), row.deleted(), row.doc(), change.key());
    }

    /** Serves one request. */
    public Response serve(Request request) {
        Answer answer = router.serve(
                new Router.Request(
                        request.method(),
                        request.path(),
                        request.query(),
                        request.headers().get("idempotency-key"),
                        request.headers().get("if-match"),
                        request.headers().get("if-none-match"),
                        request.body()),
                () -> {});
        return new Response(answer.status(), answer.contentType(), answer.headers(), answer.body());
    }

    /** An answer that refuses in the server's own form, as something before it may give. */
    public static Response problem(int status, Map<String, String> headers) {
        Answer answer = Answer.problem(status, "fault", "Switched on by the test", null, List.of(), headers);
        return new Response(answer.status(), answer.contentType(), answer.headers(), answer.body());
    }

    /** Every state of every row, oldest first. */
    public List<State> history() {
        return history;
    }

    /** An entity's rows. */
    public ServerRows rows(String entity) {
        return new ServerRows(entity, store, writes);
    }

    /** The keys under which more than one change was made. */
    public List<String> keysAppliedTwice() {
        return store.read(Reader::keysAppliedTwice);
    }

    /** The place in the feed that a cursor of this server's names: what is at or before it has been told. */
    public static long placeOf(String cursor) {
        String text = new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
        return Long.parseLong(text.split("/", 3)[1]);
    }

    @Override
    public void close() {
        store.close();
    }
}
