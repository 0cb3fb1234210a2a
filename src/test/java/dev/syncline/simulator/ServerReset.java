package dev.syncline.simulator;

import dev.syncline.progress.SyncResult;
import dev.syncline.testing.server.ServerInMemory;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The end of a history: the server's database was made anew, and knows neither cursor nor row. What was not sent yet must not go with
 * it (I27): it reaches the new one, stays marked, or waits in a conflict.
 */
final class ServerReset {
    private static final int RUNS = 3;

    private final WorldShape shape;
    private final Ledger ledger;
    private final Supplier<String> token;
    private final BiConsumer<SimulatedDevice, SyncResult> judge;
    private final Consumer<Violation> found;

    ServerReset(
            WorldShape shape,
            Ledger ledger,
            Supplier<String> token,
            BiConsumer<SimulatedDevice, SyncResult> judge,
            Consumer<Violation> found) {
        this.shape = shape;
        this.ledger = ledger;
        this.token = token;
        this.judge = judge;
        this.found = found;
    }

    /** Edits on a device, takes the server away from under it, and looks for what was edited. */
    void happen(SimulatedDevice device, Network network, Clock serverClock) {
        String created = token.get();
        String edited = token.get();
        Set<String> unsent = new HashSet<>();
        ledger.run(device, Script.of("UPDATE memo SET title = " + edited + " WHERE id = (SELECT min(id) FROM memo)"));
        if (!device.query("SELECT 1 FROM memo").isEmpty()) {
            Ledger.collect(edited, unsent);
        }
        ledger.run(
                device,
                Script.of("INSERT INTO memo VALUES('made before', " + token.get() + ", " + created + ", NULL)"));
        Ledger.collect(created, unsent);
        try (ServerInMemory anew = new ServerInMemory(
                options -> shape.rules(options).clock(serverClock).epoch("another"))) {
            network.moveTo(anew);
            for (int run = 0; run < RUNS; run++) {
                judge.accept(device, device.sync());
            }
            lookFor(device, unsent, anew);
        }
    }

    private void lookFor(SimulatedDevice device, Set<String> unsent, ServerInMemory anew) {
        Set<String> lost = new TreeSet<>(unsent);
        Set<String> sent = new HashSet<>();
        anew.rows("memo").all().forEach(row -> Ledger.collect(row.toString(), sent));
        lost.removeAll(sent);
        DeviceView view = DeviceView.of(device, shape.tables());
        lost.removeAll(view.conflictTokens());
        shape.tables().forEach(spec -> {
            DeviceView.Table table = view.table(spec);
            table.rows.values().stream()
                    .filter(row -> table.marked.containsKey(row.localId()))
                    .forEach(row ->
                            lost.removeAll(tokens(List.copyOf(row.fields().values()))));
        });
        if (!lost.isEmpty()) {
            found.accept(new Violation("I27", device.number() + " lost unsent values to a new server: " + lost));
        }
    }

    private static Set<String> tokens(List<String> texts) {
        Set<String> tokens = new HashSet<>();
        texts.forEach(text -> Ledger.collect(text, tokens));
        return tokens;
    }
}
