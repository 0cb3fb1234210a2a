package dev.syncline.demo;

import dev.syncline.testing.server.EntityRules.ParentDelete;
import dev.syncline.testing.server.Fault;
import dev.syncline.testing.server.Faults;
import dev.syncline.testing.server.ReferenceServer;
import dev.syncline.testing.server.ServerOptions;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** The reference server with the rules of the demo's tables, and the cable to it. */
final class DemoServer implements AutoCloseable {

    private static final String RULE_FIELD = "[A-Za-z0-9_]{1,64}";

    /** Below the ports that systems hand out by themselves, so that it is still free when a killed run goes on. */
    private static final int FIRST_PORT = 20_000;

    private static final int LAST_PORT = 30_000;
    private static final int PORTS_TRIED = 50;

    private final ReferenceServer server;

    private DemoServer(ReferenceServer server) {
        this.server = server;
    }

    /**
     * Starts it. It refuses children without their parent and the deletion of parents that have children, so that a wrong
     * order would not pass unseen.
     *
     * @param port where it was before, since cursors belong to an address; 0 for any
     */
    static DemoServer start(Path file, List<DemoTable> tables, int port) {
        if (port != 0) {
            return new DemoServer(options(file, tables).port(port).start());
        }
        SplittableRandom random = new SplittableRandom(System.nanoTime());
        for (int n = 1; ; n++) {
            try {
                int drawn = random.nextInt(FIRST_PORT, LAST_PORT);
                return new DemoServer(options(file, tables).port(drawn).start());
            } catch (IllegalStateException taken) {
                if (n == PORTS_TRIED) {
                    throw taken;
                }
            }
        }
    }

    private static ServerOptions options(Path file, List<DemoTable> tables) {
        Map<String, DemoTable> byName = tables.stream().collect(Collectors.toMap(DemoTable::name, table -> table));
        ServerOptions options = ReferenceServer.on(file);
        Set<String> before = new HashSet<>();
        for (DemoTable table : tables) {
            before.add(table.name());
            options.entity(table.synced().entity(), rules -> {
                if (table.serverIds()) {
                    rules.serverIds();
                }
                table.references().forEach((column, parent) -> {
                    DemoTable parentTable = byName.get(parent);
                    String field = table.synced().fieldOf(column);
                    // Two tables that refer to each other cannot both be first; the later one is not checked.
                    if (parentTable != null && before.contains(parent) && field.matches(RULE_FIELD)) {
                        rules.references(field, parentTable.synced().entity(), ParentDelete.REFUSE);
                    }
                });
            });
        }
        return options;
    }

    ReferenceServer reference() {
        return server;
    }

    /** From now on nothing gets through. */
    void unplug() {
        server.faults().cut(true);
    }

    /** Everything gets through again. */
    void plugIn() {
        server.faults().clear();
    }

    /** The answer to the n-th write from now is lost after the server did the work, and nothing gets through after it. */
    void cutAtWrite(int n) {
        server.journal().clear();
        AtomicInteger writes = new AtomicInteger();
        Faults faults = server.faults();
        faults.when((method, path) -> !method.equals("GET") && writes.incrementAndGet() == n, Fault.loseAnswer());
        faults.when((method, path) -> writes.get() >= n, Fault.reset());
    }

    /** How many answers were lost on purpose since the last cut began. */
    long lostAnswers() {
        return server.journal().entries().stream()
                .filter(entry -> entry.fault() instanceof Fault.LoseAnswer)
                .count();
    }

    @Override
    public void close() {
        server.close();
    }
}
