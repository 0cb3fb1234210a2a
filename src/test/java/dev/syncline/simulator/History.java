package dev.syncline.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.syncline.config.SyncedTable;
import dev.syncline.testing.RowForms;
import dev.syncline.testing.server.ServerInMemory;
import dev.syncline.testing.server.ServerInMemory.State;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Every state that every row of the server ever had. */
final class History {
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private final ServerInMemory server;
    private final Map<String, SyncedTable> tables = new HashMap<>();
    private final Map<String, Map<String, TreeMap<Long, Known>>> byRow = new HashMap<>();
    private final Set<String> tokens = new HashSet<>();
    private int read;

    /**
     * One state.
     *
     * @param state as the server keeps it
     * @param fields what it says, in the form in which rows are compared
     */
    record Known(State state, Map<String, String> fields) {}

    History(ServerInMemory server, List<SyncedTable> tables) {
        this.server = server;
        tables.forEach(table -> {
            this.tables.put(table.entity(), table);
            byRow.put(table.entity(), new TreeMap<>());
        });
    }

    /** The states of an entity's rows by id and version. */
    Map<String, TreeMap<Long, Known>> rows(String entity) {
        catchUp();
        return byRow.get(entity);
    }

    /** The states of one row by version. */
    TreeMap<Long, Known> of(String entity, String id) {
        return rows(entity).getOrDefault(id, new TreeMap<>());
    }

    /** Every value of a host's that ever reached the server. */
    Set<String> tokens() {
        catchUp();
        return tokens;
    }

    private void catchUp() {
        List<State> all = server.history();
        for (; read < all.size(); read++) {
            State state = all.get(read);
            Ledger.collect(state.json(), tokens);
            byRow.get(state.entity())
                    .computeIfAbsent(state.id(), id -> new TreeMap<>())
                    .put(state.version(), new Known(state, fields(state)));
        }
    }

    private Map<String, String> fields(State state) {
        try {
            ObjectNode row = (ObjectNode) JSON.readTree(state.json());
            return state.deleted() ? Map.of() : RowForms.fields(tables.get(state.entity()), row);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the server keeps what is no JSON", e);
        }
    }
}
