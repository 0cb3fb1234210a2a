package dev.syncline.simulator;

import dev.syncline.config.SyncOptions;
import dev.syncline.conflict.Conflict;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.exception.StorageException;
import dev.syncline.exception.SyncException;
import dev.syncline.progress.AbortReason;
import dev.syncline.progress.SyncMode;
import dev.syncline.progress.SyncResult;
import dev.syncline.resilience.RetryStrategy;
import dev.syncline.testing.jdbc.Boundary;
import dev.syncline.testing.jdbc.SimulatedCrash;
import dev.syncline.testing.jdbc.Strike;
import dev.syncline.testing.server.ServerInMemory;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import okhttp3.Request;
import okhttp3.Response;

/**
 * One history: some devices and a server, everything that happens to them for a while, and then a time in which nothing goes wrong and
 * all of it must come to rest. What happens is on the tape; what must not happen is what the checkers look for all the time.
 */
final class Simulation implements SimulatedDevice.Surroundings, AutoCloseable {
    private static final List<ResolutionStrategy> DECISIONS = List.of(
            ResolutionStrategy.LOCAL_WINS,
            ResolutionStrategy.REMOTE_WINS,
            ResolutionStrategy.LAST_WRITE_WINS,
            ResolutionStrategy.MERGE);
    /** What lets the server's own answer through. */
    private static final Set<Trouble> SETTLING =
            EnumSet.of(Trouble.NONE, Trouble.TWICE, Trouble.STALE, Trouble.SHUFFLED, Trouble.EXPIRED);

    /** Longer than any history. */
    static final Duration KEYS_LAST = Duration.ofDays(3650);

    static final int REST = 100_000;
    private static final int MEANWHILE = 40;

    private final Tape tape;
    private final Bug bug;
    private final VirtualTime time = new VirtualTime();
    private final Trace trace;
    private final WorldShape shape;
    private final HostEdits edits;
    private final ServerInMemory server;
    private final Network network;
    private final Ledger ledger;
    private final Cascades cascades;
    private final History history;
    private final RequestChecks requests;
    private final FileChecks files;
    private final RunChecks runs;
    private final RestChecks rest;
    private final TransactionChecks transactions;
    private final CausalChecks causes;
    private final DeletionChecks deletions;
    private final RefusalChecks refusals;
    private final OwnRuns ownRuns;
    private final List<SimulatedDevice> devices = new ArrayList<>();
    private final Map<SimulatedDevice, Moments> moments = new HashMap<>();
    private final Map<SimulatedDevice, Set<String>> edited = new HashMap<>();
    private final List<Violation> violations = new ArrayList<>();
    /** Devices whose hosts are asked before more than a few rows of a table are deleted. */
    private final Set<SimulatedDevice> asked = new HashSet<>();
    /** Devices whose hosts have everything read again now and then. */
    private final Set<SimulatedDevice> thorough = new HashSet<>();

    private final int[] phases;
    private boolean calm;
    private int depth;

    /**
     * How a history ended.
     *
     * @param tape what happened
     * @param violations what should not have
     * @param hash of everything that was done, sent, answered and found
     * @param story for the reader
     */
    record Outcome(Tape tape, List<Violation> violations, String hash, List<String> story) {}

    Simulation(Tape tape, Path folder, Bug bug) throws SQLException {
        this.tape = tape;
        this.bug = bug;
        trace = new Trace(time, folder);
        tape.begin(0);
        shape = new WorldShape(tape);
        edits = new HostEdits(tape, shape.numericCategories());
        VirtualTime.Skewed serverClock = time.clock();
        server = new ServerInMemory(
                options -> shape.rules(options).clock(serverClock).epoch("e").keyRetention(KEYS_LAST));
        network = new Network(server, time, tape, trace);
        ledger = new Ledger(shape.tables(), this::violated);
        cascades = new Cascades(server);
        history = new History(server, shape.tables());
        requests = new RequestChecks(shape.tables(), history, this::violated);
        files = new FileChecks(shape.tables(), history, this::violated);
        runs = new RunChecks(shape.tables(), history, ledger, this::violated);
        rest = new RestChecks(shape.tables(), server, history, ledger, this::violated);
        transactions = new TransactionChecks(ledger, this::violated);
        causes = new CausalChecks(shape.tables(), history, this::violated);
        deletions = new DeletionChecks(shape.tables(), history, this::violated);
        refusals = new RefusalChecks(shape.tables(), this::violated);
        ownRuns = new OwnRuns(time, this::during, this::judge, this::violated);
        phases = new int[1 + tape.nextInt(2)];
        for (int i = 0; i < phases.length; i++) {
            phases[i] = 5 + tape.nextInt(25);
        }
        int count = 1 + Math.max(1, tape.nextInt(4));
        List<SyncOptions> options = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            options.add(options());
        }
        for (int number = 0; number < count; number++) {
            boolean guarded = tape.oneIn(4);
            SyncOptions its = guarded
                    ? options.get(number).toBuilder()
                            .deletionRows(tape.nextInt(3))
                            .build()
                    : options.get(number);
            SimulatedDevice device = new SimulatedDevice(
                    number, folder.resolve("device" + number + ".db"), shape, its, number, time.clock(), this);
            devices.add(device);
            if (guarded) {
                asked.add(device);
            }
            if (tape.oneIn(4)) {
                thorough.add(device);
            }
        }
        devices.stream().filter(device -> tape.oneIn(2)).forEach(ownRuns::allow);
        trace.tell(shape.toString());
    }

    private SyncOptions options() {
        return SyncOptions.builder()
                .retry(tape.oneIn(3) ? RetryStrategy.standard() : RetryStrategy.none())
                .followUps(false)
                .pageSize(1 + tape.nextInt(tape.nextBoolean() ? 4 : 100))
                .commitRows(1 + tape.nextInt(10))
                .pushBatch(1 + tape.nextInt(tape.nextBoolean() ? 3 : 100))
                .requestsInFlight(1 + tape.nextInt(4))
                .busyTimeout(Duration.ZERO)
                .cacheKib(1000)
                .build();
    }

    /** Lets everything happen. */
    Outcome run() {
        int step = 0;
        for (int phase = 0; phase < phases.length && violations.isEmpty(); phase++) {
            for (int i = 0; i < phases[phase] && violations.isEmpty(); i++) {
                step++;
                tape.begin(step);
                if (tape.has(step)) {
                    guarded(this::step);
                }
            }
            tape.begin(REST + phase);
            if (violations.isEmpty()) {
                guarded(this::comeToRest);
            }
        }
        if (violations.isEmpty()) {
            tape.begin(REST + phases.length);
            guarded(this::loseServer);
        }
        return new Outcome(tape, violations, trace.hash(), trace.story());
    }

    private void loseServer() {
        trace.tell("the server begins anew");
        calm = true;
        new ServerReset(shape, ledger, edits::token, this::judge, this::violated)
                .happen(tape.pick(devices), network, time.clock());
    }

    /** Whatever an engine throws that it should not is a finding like any other. */
    private void guarded(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            StringWriter text = new StringWriter();
            e.printStackTrace(new PrintWriter(text));
            violated(new Violation("I34", "something escaped: " + text));
        }
    }

    private void violated(Violation violation) {
        violations.add(violation);
        trace.tell("VIOLATED " + violation);
    }

    private void step() {
        SimulatedDevice device = tape.pick(devices);
        passTime(device);
        ownRuns.due(devices);
        network.storm(Math.max(0, tape.nextInt(6) - 2));
        int what = tape.nextInt(24);
        if (what < 10) {
            edit(device);
        } else if (what < 19) {
            moments.put(device, Moments.draw(tape));
            run(device);
            moments.remove(device);
        } else if (what < 20) {
            trace.tell(device.number() + " reopens");
            device.closeManager();
        } else if (what < 22) {
            decide(device, tape.pick(DECISIONS));
            consent(device);
        } else if (what < 23) {
            boolean writes = tape.nextBoolean();
            boolean reads = tape.nextBoolean();
            trace.tell(device.number() + " is cut off: writes " + writes + ", reads " + reads);
            network.cut(device.number(), writes, reads);
        } else {
            network.deliverLate();
        }
    }

    /** The device's clock may be days off, so that its last writes look earlier or later than all others, and now and then it jumps. */
    private void passTime(SimulatedDevice device) {
        time.pass(Duration.ofSeconds(61));
        int jump = tape.nextInt(24);
        if (jump >= 21) {
            Duration offset = Duration.ofDays(jump - 22);
            if (device.clock().jumps(offset)) {
                // Nobody knows the age of a key from the future, so it is looked up and replaced; that is safe only for
                // what has arrived by then.
                network.deliverAllLate();
                requests.forget(device);
            }
            trace.tell(device.number() + " has its clock set off by " + offset);
        }
    }

    private void edit(SimulatedDevice device) {
        Script script = edits.script();
        ownRuns.edited(device);
        Set<String> changed = ledger.run(device, script);
        trace.tell(
                device.number() + (changed == null ? " finds the file locked and does not run " : " runs ") + script);
        if (changed != null && edited.containsKey(device)) {
            edited.get(device).addAll(changed);
        }
    }

    private void run(SimulatedDevice device) {
        SyncMode mode = thorough.contains(device) && tape.oneIn(4) ? SyncMode.FULL : SyncMode.INCREMENTAL;
        trace.tell(device.number() + " syncs " + mode);
        if (mode == SyncMode.FULL) {
            files.setBack(device);
        }
        during(device, () -> {
            SyncResult result = device.sync(mode);
            if (!device.hasCrashed()) {
                judge(device, result);
            }
        });
    }

    /** Lets a device do a run, and looks at what became of its file. */
    private void during(SimulatedDevice device, Runnable work) {
        DeviceView before = DeviceView.of(device, shape.tables());
        edited.put(device, new HashSet<>());
        ownRuns.begun(device);
        refusals.begun(device);
        try {
            work.run();
        } catch (RuntimeException | Error e) {
            Moments its = moments.get(device);
            boolean explained = e instanceof StorageException && its != null && its.hasFailed();
            if (!device.hasCrashed() && !explained) {
                throw e;
            }
        }
        if (device.hasCrashed()) {
            bury(device);
        }
        ledger.taken(cascades.taken());
        DeviceView after = DeviceView.of(device, shape.tables());
        Set<String> touched = edited.remove(device);
        refusals.check(device, before, after, touched);
        deletions.check(device, before, after, touched);
        causes.check(device, after);
        files.check(device, after, touched);
        runs.check(device, before, after, touched);
    }

    private static void bury(SimulatedDevice device) {
        try {
            device.bury();
        } catch (SQLException e) {
            throw new IllegalStateException("a killed process could not be cleared away", e);
        }
    }

    private void judge(SimulatedDevice device, SyncResult result) {
        judge(device, new OwnRuns.End(result.abortReason(), result.errors()));
    }

    private void judge(SimulatedDevice device, OwnRuns.End result) {
        trace.tell("  " + device.number() + " ends " + result.reason() + " "
                + result.errors().stream().map(Throwable::getMessage).toList());
        Moments its = moments.get(device);
        boolean explained = its != null && its.hasFailed();
        if (!explained) {
            ownRuns.ended(device, result);
        }
        boolean unforeseen = result.reason() == AbortReason.INTERNAL || result.reason() == AbortReason.CONSISTENCY;
        if (unforeseen && !explained) {
            StringWriter text = new StringWriter();
            result.errors().forEach(error -> error.printStackTrace(new PrintWriter(text)));
            violated(new Violation("I34", device.number() + " failed in an unforeseen way: " + text));
        }
    }

    private void decide(SimulatedDevice device, ResolutionStrategy decision) {
        if (device.isOpening()) {
            return;
        }
        try {
            device.manager().conflicts().open().forEach(conflict -> decide(device, decision, conflict));
        } catch (SimulatedCrash died) {
            // Whoever waits for time to pass is told so by the next thing that it does; a timer must not break.
            trace.tell("  " + device.number() + " is dead and decides nothing");
        } catch (StorageException unreadable) {
            trace.tell("  " + device.number() + " cannot read its conflicts: " + unreadable.getMessage());
        }
    }

    /** A host that is asked lets what was deleted go. */
    private void consent(SimulatedDevice device) {
        if (asked.contains(device)) {
            shape.tables().forEach(table -> {
                int waiting = device.manager().allowDeletions(table.name());
                if (waiting > 0) {
                    trace.tell(device.number() + " lets " + waiting + " rows of " + table.name() + " go");
                }
            });
        }
    }

    private void decide(SimulatedDevice device, ResolutionStrategy decision, Conflict conflict) {
        try {
            device.manager().conflicts().resolve(conflict.id(), decision);
            trace.tell(device.number() + " decides " + decision + " for " + conflict);
        } catch (SyncException | IllegalStateException refused) {
            trace.tell(
                    device.number() + " cannot decide " + decision + " for " + conflict + ": " + refused.getMessage());
        }
    }

    @Override
    public Bug bug() {
        return bug;
    }

    @Override
    public Instant now() {
        return time.now();
    }

    @Override
    public void pass(SimulatedDevice device, Duration waited) {
        trace.tell("  " + device.number() + " waits " + waited);
        time.pass(waited);
        meanwhile(device);
    }

    @Override
    public Strike boundary(SimulatedDevice device, Boundary boundary) {
        trace.note(device.number() + " " + boundary.moment() + boundary.call() + boundary.sql());
        Moments its = moments.get(device);
        if (its == null || calm) {
            return Strike.PASS;
        }
        its.next();
        if (its.looks()) {
            files.glance(device);
            edit(device);
        }
        Strike strike = its.strike(boundary);
        if (!strike.equals(Strike.PASS)) {
            trace.tell("  " + device.number() + " meets " + strike + " at " + boundary);
        }
        return strike;
    }

    @Override
    public Response exchange(SimulatedDevice device, Request engines) throws IOException {
        if (device.hasCrashed()) {
            throw new IOException("the process was killed");
        }
        Request request = bug.request(engines);
        ServerInMemory.Request read = Network.read(request);
        List<Outgoing> changes = Outgoing.in(read);
        Map<String, String> keys = changes.isEmpty() ? Map.of() : keys(device);
        if (read.method().equals("GET")) {
            causes.asking(device, read.path());
        }
        changes.forEach(change -> {
            transactions.leaving(device, change);
            causes.leaving(device, change);
            requests.leaving(device, change, keys);
        });
        meanwhile(device);
        Trouble trouble = calm ? Trouble.NONE : network.draw(device.number(), read);
        trace.tell("  " + device.number() + ": " + Network.describe(read)
                + (trouble == Trouble.NONE ? "" : " meets " + trouble));
        if (trouble == Trouble.KILLED) {
            device.kill();
            throw new Killed();
        }
        if (trouble == Trouble.EXPIRED) {
            files.setBack(device);
        }
        ServerInMemory.Response answer = network.carry(read, trouble);
        trace.note(answer.body());
        trace.tell("  " + device.number() + ": → " + answer.status());
        meanwhile(device);
        if (trouble == Trouble.KILLED_AFTER) {
            device.kill();
            throw new Killed();
        }
        boolean cutShort = trouble == Trouble.CUT_SHORT;
        if (SETTLING.contains(trouble)) {
            changes.forEach(change -> requests.settled(device, change));
            refusals.told(device, changes, keys, answer);
        }
        return network.deliver(request, bug.answer(request, answer), cutShort);
    }

    private Map<String, String> keys(SimulatedDevice device) {
        Map<String, String> keys = new HashMap<>();
        device.query("SELECT t, entity_id, idempotency_key FROM syncline_queue WHERE idempotency_key IS NOT NULL")
                .forEach(row -> keys.put(
                        String.valueOf(row.get("idempotency_key")), row.get("t") + "/" + row.get("entity_id")));
        return keys;
    }

    /** Others go on while a device waits for an answer, or for time to pass. */
    private void meanwhile(SimulatedDevice device) {
        if (calm) {
            return;
        }
        time.pass(Duration.ofMillis(tape.nextInt(500)));
        switch (tape.nextInt(MEANWHILE)) {
            case MEANWHILE - 1, MEANWHILE - 2, MEANWHILE - 3 -> edit(device);
            case MEANWHILE - 4 -> edit(tape.pick(devices));
            case MEANWHILE - 5 -> {
                SimulatedDevice other = tape.pick(devices);
                if (depth == 0 && !other.isRunning()) {
                    depth++;
                    run(other);
                    depth--;
                }
            }
            case MEANWHILE - 6 -> network.deliverLate();
            case MEANWHILE - 7 -> decide(device, tape.pick(DECISIONS));
            default -> trace.note("nothing else happens");
        }
    }

    /** Nothing goes wrong any more and nobody writes; in a bounded number of rounds everything has to come to rest. */
    private void comeToRest() {
        ownRuns.eager().forEach(this::run);
        trace.tell("everything heals");
        network.heal();
        calm = true;
        ownRuns.eager().forEach(ownRuns::drain);
        List<Violation> open = List.of();
        for (int round = 0; round < RestChecks.ROUNDS && violations.isEmpty(); round++) {
            for (SimulatedDevice device : devices) {
                passTime(device);
                run(device);
                decide(device, tape.pick(DECISIONS));
                consent(device);
                repair(device);
            }
            open = rest.unrest(devices);
            if (open.isEmpty()) {
                break;
            }
        }
        if (violations.isEmpty()) {
            open.forEach(this::violated);
        }
        if (violations.isEmpty()) {
            rest.lasting(devices);
        }
        if (violations.isEmpty()) {
            SimulatedDevice device = tape.pick(devices);
            rest.startAgain(device, () -> {
                files.setBack(device);
                run(device);
            });
        }
        calm = false;
    }

    /** What a host does about rows that the backend refused because their unique value is taken. */
    private void repair(SimulatedDevice device) {
        device.query("SELECT q.entity_id AS id FROM syncline_queue q WHERE q.status = 'failed'"
                        + " AND q.entity_type = 'ticket' AND q.operation <> 'DELETE'")
                .forEach(failed -> {
                    Script script =
                            Script.of("UPDATE ticket SET code = " + edits.token() + " WHERE id = " + failed.get("id"));
                    trace.tell(device.number() + " repairs " + script);
                    ledger.run(device, script);
                });
    }

    @Override
    public void close() throws SQLException {
        for (SimulatedDevice device : devices) {
            device.close();
        }
        server.close();
    }
}
