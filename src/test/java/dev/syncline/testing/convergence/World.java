package dev.syncline.testing.convergence;

import dev.syncline.backend.rest.RestBackend;
import dev.syncline.config.SyncOptions;
import dev.syncline.config.SyncedTable;
import dev.syncline.conflict.Conflict;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.exception.SyncException;
import dev.syncline.progress.AbortReason;
import dev.syncline.progress.SyncResult;
import dev.syncline.resilience.RetryStrategy;
import dev.syncline.testing.Device;
import dev.syncline.testing.Replicas;
import dev.syncline.testing.SettableClock;
import dev.syncline.testing.server.Fault;
import dev.syncline.testing.server.ReferenceServer;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Some devices, a server and a seed. The seed decides every edit, fault and decision; what the threads make of them may differ
 * from run to run, and the promises hold either way.
 */
public final class World implements AutoCloseable {
    private static final ResolutionStrategy[] DECISIONS = {
        ResolutionStrategy.LOCAL_WINS,
        ResolutionStrategy.REMOTE_WINS,
        ResolutionStrategy.LAST_WRITE_WINS,
        ResolutionStrategy.MERGE
    };
    private static final int ROUNDS = 16;

    private final long seed;
    private final SplittableRandom random;
    private final WorldShape shape;
    private final HostEdits edits;
    private final Ledger ledger;
    private final ReferenceServer server;
    private final ServerCascades cascades;
    private final SettableClock serverClock;
    private final List<Device> devices = new ArrayList<>();
    private final List<SettableClock> clocks = new ArrayList<>();
    private final List<String> story = new ArrayList<>();
    private final List<String> complaints = new ArrayList<>();
    private final Resurrections resurrections = new Resurrections();

    /** A world of this seed, with its files in the folder. */
    public World(long seed, Path folder) {
        this.seed = seed;
        random = new SplittableRandom(seed);
        shape = new WorldShape(random);
        edits = new HostEdits(random, shape.numericCategories());
        ledger = new Ledger(tableNames());
        // SQLite stamps edits with the real time; everything else lives in the worlds' own.
        Instant start = Clock.systemUTC().instant();
        serverClock = new SettableClock(start);
        server = shape.rules(ReferenceServer.on(folder.resolve("server.db")))
                .clock(serverClock)
                .epoch("e" + seed)
                .start();
        cascades = new ServerCascades(shape.tables(), server);
        int count = 2 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            devices.add(device(folder, i, start));
        }
    }

    private List<String> tableNames() {
        return shape.tables().stream().map(SyncedTable::name).toList();
    }

    private Device device(Path folder, int number, Instant start) {
        SettableClock clock = new SettableClock(start);
        clocks.add(clock);
        AtomicLong ids = new AtomicLong();
        SyncOptions options = SyncOptions.builder()
                .retry(RetryStrategy.none())
                .pageSize(1 + random.nextInt(random.nextBoolean() ? 4 : 100))
                .pushBatch(1 + random.nextInt(random.nextBoolean() ? 3 : 100))
                .requestsInFlight(1 + random.nextInt(4))
                .build();
        SplittableRandom jitter = random.split();
        Device device =
                new Device(folder.resolve("device" + number + ".db"), server.url(), shape.tables(), shape.schema());
        return device.with(builder -> {
            var backend = RestBackend.at(server.url()).clock(clock).callTimeout(Duration.ofSeconds(60));
            return builder.options(options)
                    .clock(clock)
                    .random(jitter)
                    .ids(() -> "d" + number + "-" + ids.incrementAndGet())
                    .backend(
                            shape.batches()
                                    ? backend.build()
                                    : backend.noBatch().build());
        });
    }

    /** Lets everything happen for a while, then heals it and looks; several times over. */
    public List<String> live() {
        int phases = 1 + random.nextInt(3);
        for (int phase = 0; phase < phases && complaints.isEmpty(); phase++) {
            int steps = 10 + random.nextInt(40);
            for (int step = 0; step < steps && complaints.isEmpty(); step++) {
                step();
            }
            heal();
        }
        return complaints;
    }

    private void step() {
        int number = random.nextInt(devices.size());
        Device device = devices.get(number);
        Script script = edits.script();
        FaultPlan plan = FaultPlan.draw(random);
        ResolutionStrategy decision = DECISIONS[random.nextInt(DECISIONS.length)];
        boolean slow = random.nextBoolean();
        passTime(number, slow);
        int what = random.nextInt(20);
        if (what < 9) {
            tell(number, script);
            ledger.run(device, script);
        } else if (what < 17) {
            sync(number, plan, script);
        } else if (what < 18) {
            story.add(number + " reopens");
            device.close();
        } else {
            resolve(number, decision);
        }
    }

    /** The device's clock may be days off, so that its last writes look earlier or later than all others. */
    private void passTime(int number, boolean slow) {
        serverClock.advance(Duration.ofSeconds(61));
        clocks.get(number).set(serverClock.instant().plus(Duration.ofDays(slow ? -1 : 1)));
    }

    private void tell(int number, Script script) {
        story.add(
                number + " " + (script.rollback() ? "rolls back " : "runs ") + String.join("; ", script.statements()));
    }

    private void sync(int number, FaultPlan plan, Script script) {
        story.add(number + " syncs with " + plan);
        Device device = devices.get(number);
        CountDownLatch served = new CountDownLatch(1);
        CountDownLatch until = new CountDownLatch(1);
        plan.arm(server.faults(), new Fault.Hold(served, until), () -> {
            tell(number, script);
            ledger.run(device, script);
        });
        CompletableFuture<SyncResult> result =
                device.manager().synchronize().toCompletionStage().toCompletableFuture();
        if (plan.holds() && isServed(served, result)) {
            if (plan.kind() == FaultPlan.Kind.CLOSE_DURING) {
                story.add(number + " closes meanwhile");
                // The answer comes while the manager is closing: a blocked read cannot be interrupted, so it would wait
                // for it.
                CompletableFuture<Void> closing = CompletableFuture.runAsync(device::close);
                until.countDown();
                closing.join();
            } else {
                tell(number, script);
                ledger.run(device, script);
            }
        }
        until.countDown();
        judge(number, result);
        server.faults().clear();
        ledger.taken(cascades.taken());
        foreignKeys(number);
    }

    private static boolean isServed(CountDownLatch served, CompletableFuture<SyncResult> result) {
        try {
            while (!served.await(2, TimeUnit.MILLISECONDS)) {
                if (result.isDone()) {
                    return served.getCount() == 0;
                }
            }
            return true;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void judge(int number, CompletableFuture<SyncResult> result) {
        try {
            SyncResult told = result.get(60, TimeUnit.SECONDS);
            story.add("  " + told.abortReason() + " "
                    + told.errors().stream().map(Throwable::getMessage).toList());
            if (told.abortReason() == AbortReason.INTERNAL || told.abortReason() == AbortReason.CONSISTENCY) {
                complain(number + " failed in an unforeseen way: " + trace(told));
            }
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            complain(number + " gave no result: " + e);
        }
    }

    private static String trace(SyncResult result) {
        java.io.StringWriter text = new java.io.StringWriter();
        result.errors().forEach(error -> error.printStackTrace(new java.io.PrintWriter(text)));
        return text.toString();
    }

    private void resolve(int number, ResolutionStrategy decision) {
        for (Conflict conflict : devices.get(number).manager().conflicts().open()) {
            try {
                devices.get(number).manager().conflicts().resolve(conflict.id(), decision);
                story.add(number + " decides " + decision + " for " + conflict);
            } catch (SyncException | IllegalStateException refused) {
                story.add(number + " cannot decide " + decision + " for " + conflict + ": " + refused.getMessage());
            }
        }
    }

    /** Nothing goes wrong any more and nobody writes; in a bounded number of rounds everything has to come to rest. */
    private void heal() {
        story.add("heal");
        server.faults().clear();
        List<String> found = List.of("no round");
        for (int round = 0; round < ROUNDS && complaints.isEmpty(); round++) {
            for (int number = 0; number < devices.size(); number++) {
                passTime(number, random.nextBoolean());
                sync(number, FaultPlan.none(), Script.of());
                resolve(number, DECISIONS[random.nextInt(DECISIONS.length)]);
                repair(number);
            }
            found = inspect();
            if (found.isEmpty()) {
                break;
            }
        }
        complaints.addAll(found);
        if (complaints.isEmpty()) {
            lasting();
        }
    }

    /** What a host does about rows that the backend refused because their unique value is taken. */
    private void repair(int number) {
        for (Map<String, ?> failed : devices.get(number)
                .query(
                        "SELECT q.entity_id AS id FROM syncline_queue q WHERE q.status = 'failed' AND q.entity_type = 'ticket'"
                                + " AND q.operation <> 'DELETE'")) {
            Script script = Script.of("UPDATE ticket SET code = " + edits.token() + " WHERE id = " + failed.get("id"));
            tell(number, script);
            ledger.run(devices.get(number), script);
        }
    }

    private List<String> inspect() {
        List<String> found = new ArrayList<>();
        Replicas replicas = new Replicas(shape.tables(), server);
        for (int number = 0; number < devices.size(); number++) {
            Device device = devices.get(number);
            if (device.manager().pendingChanges() > 0) {
                found.add(number + " has " + device.manager().pendingChanges() + " pending changes");
            }
            if (device.manager().conflicts().count() > 0) {
                found.add(number + " has open conflicts");
            }
            found.addAll(replicas.differences(number, device));
        }
        return found;
    }

    private void lasting() {
        Tokens tokens = new Tokens(shape.tables(), server, devices);
        complain("values lost: ", ledger.lost(tokens.live(), tokens.inConflicts()));
        complain("deleted rows came back: ", resurrections.among(tokens.markers()));
        resurrections.bury(ledger.written(), tokens.live());
        complain("rows made twice: ", tokens.markersTwice(ledger));
        complain("keys applied twice: ", server.keysAppliedTwice());
        for (int number = 0; number < devices.size(); number++) {
            Object integrity = devices.get(number).value("PRAGMA integrity_check");
            if (!"ok".equals(integrity)) {
                complain(number + " integrity: " + integrity);
            }
        }
    }

    private void foreignKeys(int number) {
        List<?> dangling = devices.get(number).query("PRAGMA foreign_key_check");
        if (!dangling.isEmpty()) {
            complain(number + " has dangling references: " + dangling);
        }
    }

    private void complain(String what, java.util.Collection<String> which) {
        if (!which.isEmpty()) {
            complain(what + which);
        }
    }

    private void complain(String what) {
        complaints.add(what);
    }

    /** Everything that happened, for whoever has to find out why. */
    public String story() {
        StringBuilder text = new StringBuilder("seed " + seed + "\n" + shape);
        story.forEach(line -> text.append(line).append('\n'));
        for (int number = 0; number < devices.size(); number++) {
            text.append("device ").append(number).append('\n');
            for (String table : List.of(
                    "account",
                    "payment",
                    "memo",
                    "link",
                    "category",
                    "ticket",
                    "syncline_id_mapping",
                    "syncline_row_state",
                    "syncline_tombstone",
                    "syncline_queue",
                    "syncline_holding",
                    "syncline_table",
                    "syncline_conflicts WHERE resolved_at IS NULL")) {
                if (devices.get(number)
                        .query("SELECT 1 FROM sqlite_master WHERE name = 'syncline_queue'")
                        .isEmpty()) {
                    continue;
                }
                devices.get(number)
                        .query("SELECT * FROM " + table)
                        .forEach(row -> text.append("  ")
                                .append(table)
                                .append(' ')
                                .append(row)
                                .append('\n'));
            }
        }
        for (String table : tableNames()) {
            server.rows(table)
                    .all()
                    .forEach(row -> text.append("server ")
                            .append(table)
                            .append(' ')
                            .append(row)
                            .append('\n'));
        }
        return text.toString();
    }

    @Override
    public void close() throws SQLException {
        ledger.close();
        devices.forEach(Device::close);
        server.close();
    }
}
