package dev.syncline.demo;

import dev.syncline.conflict.Conflict;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.progress.SyncResult;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The demo from its first to its last phase. */
final class Story {

    private static final int MOST_RUNS = 8;
    private static final int CONFLICTS_SHOWN = 3;
    private static final int BATCH = 500;

    private final DemoFolder folder;
    private final Scenario scenario;
    private final Screen screen;
    private final RunTable runs = new RunTable();
    private final List<String> problems = new ArrayList<>();

    Story(DemoFolder folder, Scenario scenario, Screen screen) {
        this.folder = folder;
        this.scenario = scenario;
        this.screen = screen;
    }

    /** Tells it; true if all three databases are equal and every conflict is accounted for. */
    boolean tell() throws IOException, SQLException, InterruptedException {
        prepare();
        List<DemoTable> tables;
        try (Sql a = Sql.read(folder.file("device-a.db"))) {
            tables = DemoTable.of(scenario.tables(), a);
        }
        String port = folder.noted("port");
        try (DemoServer server =
                DemoServer.start(folder.file("server.db"), tables, port.isEmpty() ? 0 : Integer.parseInt(port))) {
            folder.note("port", Integer.toString(server.reference().port()));
            try (Device a = open("A", "device-a.db", server);
                    Device b = open("B", "device-b.db", server)) {
                fill(server, a);
                join(b);
                workOffline(server);
                meetAgain(server, a, b);
                settle(a, b);
                return verdict(server, tables, a, b);
            }
        }
    }

    private Device open(String name, String file, DemoServer server) throws SQLException {
        return new Device(name, folder.file(file), scenario.tables(), server, screen, runs);
    }

    private void prepare() throws IOException, SQLException {
        screen.phase("Device A holds its data, device B empty tables; nobody is connected");
        once("prepared", () -> scenario.prepare().forEach(screen::detail));
    }

    private void fill(DemoServer server, Device a) throws IOException, SQLException {
        screen.phase("A fills the empty server; the network is cut in the middle");
        once("filled", () -> {
            server.cutAtWrite((int) Math.max(1, a.pending() * 2 / 5 / BATCH));
            synchronizeThroughCut(server, a, "fill the server");
        });
    }

    private void join(Device b) throws IOException, SQLException {
        screen.phase("B begins with nothing and fetches everything");
        once("joined", () -> synchronizeUntilThrough(b, "fetch everything"));
    }

    private void workOffline(DemoServer server) throws IOException, SQLException {
        screen.phase("Both go offline and work on: edits, new rows, deletions, collisions");
        once("worked", () -> {
            server.unplug();
            scenario.workOffline().forEach(screen::detail);
            server.plugIn();
        });
    }

    private void meetAgain(DemoServer server, Device a, Device b) throws IOException, SQLException {
        screen.phase("B is back first, then A; A's network is cut again in the middle");
        once("met", () -> {
            synchronizeUntilThrough(b, "send offline work");
            server.cutAtWrite(1);
            synchronizeThroughCut(server, a, "meet B's work");
        });
    }

    /** Runs into the cut, shows what remains, and goes on once the network is back. */
    private void synchronizeThroughCut(DemoServer server, Device device, String title) {
        device.synchronize(title + ", cut");
        screen.detail(device.name() + ": " + Screen.count(device.pending(), "change")
                + " not confirmed yet"
                + (server.lostAnswers() > 0 ? "; the server did some of them, only its answer was lost" : ""));
        server.plugIn();
        synchronizeUntilThrough(device, title);
    }

    private void synchronizeUntilThrough(Device device, String title) {
        for (int n = 0; n < MOST_RUNS; n++) {
            SyncResult result = device.synchronize(title);
            if (result.success() && device.pending() <= device.openConflicts().size()) {
                return;
            }
        }
        problems.add(device.name() + " has sent all that is not in dispute after " + MOST_RUNS + " runs");
    }

    private void settle(Device a, Device b) {
        screen.phase("The rest is decided by hand and synchronized until nobody has news");
        for (int n = 0; n < MOST_RUNS; n++) {
            boolean decided = decideConflicts(a);
            boolean quiet = isQuiet(a.synchronize("settle"));
            decided |= decideConflicts(b);
            quiet &= isQuiet(b.synchronize("settle"));
            if (quiet && !decided && a.pending() + b.pending() == 0) {
                return;
            }
        }
        problems.add("nobody has news after " + MOST_RUNS + " rounds");
    }

    private static boolean isQuiet(SyncResult result) {
        return result.success()
                && result.total() == 0
                && result.byEntity().values().stream().allMatch(stats -> stats.applied() == 0);
    }

    private boolean decideConflicts(Device device) {
        List<Conflict> open = device.openConflicts();
        Map<ResolutionStrategy, Integer> decisions = new TreeMap<>();
        for (Conflict conflict : open) {
            ResolutionStrategy decision = scenario.decide(conflict);
            if (decisions.values().stream().mapToInt(n -> n).sum() < CONFLICTS_SHOWN) {
                screen.detail(device.name() + ": " + conflict.entityType() + " " + conflict.entityId() + ", "
                        + conflict.conflictType() + ", " + conflict.severity()
                        + (conflict.conflictingFields().isEmpty() ? "" : " " + conflict.conflictingFields()) + " -> "
                        + decision);
            }
            device.resolve(conflict, decision);
            decisions.merge(decision, 1, Integer::sum);
        }
        if (!open.isEmpty()) {
            screen.detail(device.name() + ": " + Screen.count(open.size(), "conflict") + " decided by hand, "
                    + decisions.entrySet().stream()
                            .map(entry -> entry.getValue() + " as " + entry.getKey())
                            .collect(Collectors.joining(", ")));
        }
        return !open.isEmpty();
    }

    private boolean verdict(DemoServer server, List<DemoTable> tables, Device a, Device b)
            throws IOException, SQLException, InterruptedException {
        screen.phase("What the runs came to");
        runs.print(screen);
        screen.phase("The three databases, row by row");
        Verdict verdict = new Verdict(screen);
        try (Sql sqlA = Sql.read(a.file());
                Sql sqlB = Sql.read(b.file())) {
            verdict.tables(new Comparison(tables).compare(sqlA, sqlB, server.reference()));
        }
        verdict.conflicts("A", a.conflictAccount());
        verdict.conflicts("B", b.conflictAccount());
        verdict.check(
                "no change took effect twice on the server",
                server.reference().keysAppliedTwice().isEmpty());
        problems.forEach(problem -> verdict.check(problem, false));
        for (Scenario.Check check : scenario.checks()) {
            verdict.check(check.what(), check.holds());
        }
        folder.done("completed");
        return verdict.isGood();
    }

    /** Runs a phase unless an earlier run of this folder did; the phase itself bears being run again. */
    private void once(String step, Phase phase) throws IOException, SQLException {
        if (folder.isDone(step)) {
            screen.detail("done before the interruption");
            return;
        }
        phase.run();
        folder.done(step);
    }

    private interface Phase {
        void run() throws IOException, SQLException;
    }
}
