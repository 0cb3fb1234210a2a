package dev.syncline.simulator;

import dev.syncline.testing.server.ServerInMemory;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What the server takes along when it deletes a parent: children that the device which asked for it need never have seen. */
final class Cascades {
    private final ServerInMemory server;
    private final Map<String, String> live = new HashMap<>();
    private int read;

    Cascades(ServerInMemory server) {
        this.server = server;
    }

    /** The values of rows that went together with their parent since the last call: no device's key asked for it. */
    Set<String> taken() {
        Set<String> taken = new HashSet<>();
        List<ServerInMemory.State> all = server.history();
        for (; read < all.size(); read++) {
            ServerInMemory.State state = all.get(read);
            String row = state.entity() + "/" + state.id();
            if (!state.deleted()) {
                live.put(row, state.json());
            } else {
                String last = live.remove(row);
                if (state.key() == null) {
                    Ledger.collect(last, taken);
                }
            }
        }
        return taken;
    }
}
