package dev.syncline.testing.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.syncline.testing.server.Operation.Kind;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One entity's rows seen from the server's side: what another client would do, without the HTTP. */
public final class ServerRows {

    private static final int SEED_CHUNK = 5000;

    private final String entity;
    private final Store store;
    private final Writes writes;

    ServerRows(String entity, Store store, Writes writes) {
        this.entity = entity;
        this.store = store;
        this.writes = writes;
    }

    /** Creates a row; the id is null where the server assigns it. Returns the id. */
    public String create(@Nullable String id, Map<String, ?> fields) {
        Answer answer = serve(Kind.CREATE, id, ServerJson.object(fields));
        return ServerJson.parse(answer.text()).path("id").asText();
    }

    /** Changes some fields of a row. */
    public void update(String id, Map<String, ?> fields) {
        serve(Kind.UPDATE, id, ServerJson.object(fields));
    }

    /** Deletes a row. */
    public void delete(String id) {
        serve(Kind.DELETE, id, ServerJson.object());
    }

    /** Takes rows out as if they had never been there: no tombstone tells of it, as after a restored backup. */
    public void lose(String... ids) {
        store.write(writer -> {
            for (String id : ids) {
                writer.lose(entity, id);
            }
            return true;
        });
    }

    /** Creates many rows, in transactions of 5000; each object holds id and fields. */
    public void seed(Stream<Map<String, ?>> rows) {
        Iterator<Map<String, ?>> all = rows.iterator();
        while (all.hasNext()) {
            store.write(writer -> {
                for (int n = 0; n < SEED_CHUNK && all.hasNext(); n++) {
                    ObjectNode row = ServerJson.object(all.next());
                    accepted(writes.serve(Operation.of(Kind.CREATE, entity, null, null, row, null), writer));
                }
                return true;
            });
        }
    }

    /** The row as it is served, if it is there and not deleted. */
    public Optional<ObjectNode> find(String id) {
        return Optional.ofNullable(store.read(reader -> reader.row(entity, id)))
                .filter(row -> !row.deleted())
                .map(row -> ServerJson.parse(row.doc()));
    }

    /** The row's version, of a tombstone too; 0 if it was never there. */
    public long version(String id) {
        Row row = store.read(reader -> reader.row(entity, id));
        return row == null ? 0 : row.version();
    }

    /** All live rows as they are served, by id. */
    public List<ObjectNode> all() {
        return store.read(reader -> reader.rows(entity)).stream()
                .map(row -> ServerJson.parse(row.doc()))
                .toList();
    }

    /** How many live rows there are. */
    public long count() {
        return store.read(reader -> reader.liveRows(entity));
    }

    private Answer serve(Kind kind, @Nullable String id, ObjectNode row) {
        Operation operation = Operation.of(kind, entity, id, "*", row, null);
        return accepted(store.write(writer -> writes.serve(operation, writer)));
    }

    private static Answer accepted(Answer answer) {
        if (!answer.hadEffect()) {
            throw new IllegalStateException(
                    "the server refused the change with " + answer.status() + " " + answer.text());
        }
        return answer;
    }
}
