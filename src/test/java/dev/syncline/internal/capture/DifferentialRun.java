package dev.syncline.internal.capture;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.sqlite.ProgressHandler;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteLimits;

/**
 * One seed of the differential test. The same statements run on a file with capture and on a bare one: whatever the host can see
 * must be the same on both, and the journals must hold exactly the difference between the tables before and after.
 */
final class DifferentialRun implements AutoCloseable {
    /** What happened in a run, for the totals. */
    static final class Totals {
        int statements;
        int failures;
        int checks;
        int changes;
        int journalRows;
        int skipped;
        final Map<String, Integer> actions = new TreeMap<>();
    }

    /** Of SQLite's machine, in one statement; hundreds of times what the others take. */
    private static final int STEPS = 20_000_000;

    private static final boolean TRACE = Boolean.getBoolean("capture.trace");

    private final long seed;
    private final Random random;
    private final Totals totals;
    private final List<String> script = new ArrayList<>();
    private final List<Connection> captured = new ArrayList<>();
    private final List<Connection> bare = new ArrayList<>();
    private final Connection sync;
    private final Connection remote;
    private final boolean twoWriters;
    private final RandomSchema schema;
    private final RandomStatements statements;
    private final Map<RandomSchema.Table, Watched> watched = new LinkedHashMap<>();
    private boolean newerTrigger;

    private static final class Watched {
        ChangeCapture capture;
        Journal journal;
        TableContents base;
        boolean guessed;
    }

    DifferentialRun(long seed, Path folder, Totals totals) throws SQLException {
        this.seed = seed;
        this.totals = totals;
        this.random = new Random(seed * 0x9E3779B97F4A7C15L);
        this.twoWriters = random.nextInt(6) == 0;
        this.schema = new RandomSchema(random, true);
        this.statements = new RandomStatements(random, schema);
        List<String> pragmas = pragmas();
        boolean wal = random.nextBoolean();
        for (int i = 0; i < (twoWriters ? 2 : 1); i++) {
            captured.add(open(folder.resolve("captured" + seed).toString(), pragmas, wal, true));
            bare.add(open(folder.resolve("bare" + seed).toString(), pragmas, wal, true));
        }
        sync = open(
                folder.resolve("captured" + seed).toString(),
                List.of("PRAGMA foreign_keys = ON", "PRAGMA synchronous = OFF"),
                false,
                false);
        remote = open(
                folder.resolve("bare" + seed).toString(),
                List.of("PRAGMA foreign_keys = ON", "PRAGMA synchronous = OFF"),
                false,
                false);
    }

    private List<String> pragmas() {
        List<String> pragmas = new ArrayList<>();
        if (random.nextInt(8) == 0) {
            pragmas.add("PRAGMA encoding = '" + (random.nextBoolean() ? "UTF-16le" : "UTF-16be") + "'");
        }
        for (String name : List.of("recursive_triggers", "foreign_keys", "reverse_unordered_selects")) {
            pragmas.add("PRAGMA " + name + " = " + (random.nextInt(3) == 0));
        }
        pragmas.add("PRAGMA trusted_schema = " + (random.nextInt(4) > 0));
        pragmas.add("PRAGMA synchronous = OFF");
        pragmas.add("PRAGMA busy_timeout = 0");
        return pragmas;
    }

    private Connection open(String file, List<String> pragmas, boolean wal, boolean host) throws SQLException {
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        if (host) {
            // What triggers do in four levels is enough; in 1000 a single statement may run for minutes.
            connection.unwrap(SQLiteConnection.class).setLimit(SQLiteLimits.SQLITE_LIMIT_TRIGGER_DEPTH, 4);
        }
        // A statement whose triggers put new rows in its own way never ends.
        ProgressHandler.setHandler(connection, STEPS, new ProgressHandler() {
            @Override
            protected int progress() {
                return 1;
            }
        });
        try (Statement statement = connection.createStatement()) {
            for (String pragma : pragmas) {
                statement.execute(pragma);
            }
            if (wal) {
                statement.execute("PRAGMA journal_mode = WAL");
            }
        }
        return connection;
    }

    void run() throws SQLException {
        try {
            rounds();
        } catch (Undecided e) {
            totals.skipped++;
        }
    }

    /**
     * A run about which nothing more can be said: the host's statement corrupted an index, which it does without capture too, or
     * recursed to the limit, one level of which is ours, or ran out of rowids: how much SQLITE_FULL rolls back depends on
     * whether any trigger writes. Nor where a STRICT table refuses a value in a host's trigger: without capture, inside a
     * transaction and under OR IGNORE, SQLite 3.54.1 then keeps the row whose insert it reports as failed; with capture it does not.
     */
    private static final class Undecided extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private void rounds() throws SQLException {
        for (String sql : schema.ddl()) {
            both(0, sql);
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            both(0, statements.hostTrigger(i));
        }
        for (int i = random.nextInt(20); i > 0; i--) {
            both(0, statements.write());
        }
        if (inTransaction(0)) {
            both(0, "COMMIT");
        }
        install();
        for (int i = random.nextInt(3) == 0 ? 1 + random.nextInt(2) : 0; i > 0; i--) {
            newerTrigger |= both(0, statements.hostTrigger(10 + i)) == null;
        }
        if (newerTrigger && random.nextInt(3) > 0) {
            for (Watched one : watched.values()) {
                one.journal = one.capture.rebuild(sync);
            }
            newerTrigger = false;
        }
        for (int round = 2 + random.nextInt(4); round > 0; round--) {
            for (int i = 3 + random.nextInt(12); i > 0; i--) {
                hostStep(random.nextInt(captured.size()));
            }
            if (twoWriters || random.nextBoolean()) {
                for (int i = 0; i < captured.size(); i++) {
                    if (inTransaction(i) && both(i, "COMMIT") != null) {
                        both(i, "ROLLBACK");
                    }
                }
            }
            if (corrupt()) {
                throw new Undecided();
            }
            check();
            if (!inTransaction(0)) {
                act(sync);
                check();
            }
        }
    }

    private void install() throws SQLException {
        Connection connection = sync;
        for (RandomSchema.Table table : schema.tables) {
            if (exists(connection, table.name)) {
                execute(remote, inert(table));
            }
        }
        execute(connection, CaptureTables.DDL);
        for (RandomSchema.Table table : schema.tables) {
            if (!exists(connection, table.name)) {
                continue;
            }
            Watched one = new Watched();
            boolean editTime = random.nextInt(4) == 0;
            boolean deleteMark = random.nextInt(4) == 0;
            one.capture = new ChangeCapture(new CaptureOptions(table.name, table.declaredKey, editTime, deleteMark));
            one.journal = one.capture.install(connection);
            one.base = TableContents.of(connection, one.journal.schema());
            one.guessed = table.autoincrement;
            watched.put(table, one);
            script.add("-- capture " + table.name + " editTime=" + editTime + " deleteMark=" + deleteMark);
        }
    }

    /**
     * Triggers that do nothing, for the bare file. Any trigger changes the order in which an UPDATE visits rows and in which
     * constraints are checked; what is compared is what ours do beyond that.
     */
    private static List<String> inert(RandomSchema.Table table) {
        List<String> sql = new ArrayList<>();
        for (String event : List.of("INSERT", "UPDATE", "DELETE")) {
            String row = event.equals("INSERT") ? "NEW." : "OLD.";
            String all = table.columns.stream().map(column -> row + column.q()).collect(Collectors.joining(", "));
            for (String time : List.of("BEFORE", "AFTER")) {
                sql.add("CREATE TRIGGER " + Identifiers.quote(time + event + table.name) + " " + time + " " + event
                        + " ON " + table.q() + " BEGIN SELECT " + all + "; END");
            }
        }
        return sql;
    }

    private void hostStep(int writer) throws SQLException {
        int kind = random.nextInt(30);
        if (kind == 0) {
            both(writer, random.nextBoolean() ? "BEGIN" : "BEGIN IMMEDIATE");
        } else if (kind == 1) {
            both(writer, random.nextInt(3) == 0 ? "ROLLBACK" : "COMMIT");
        } else if (kind == 2) {
            both(writer, "SAVEPOINT s" + random.nextInt(2));
        } else if (kind == 3) {
            both(writer, "ROLLBACK TO s" + random.nextInt(2));
        } else if (kind == 4) {
            both(writer, "RELEASE s" + random.nextInt(2));
        } else {
            both(writer, statements.write());
        }
    }

    /** Runs a statement on both files and compares everything its caller can see. Returns the error, null if none. */
    private String both(int writer, String sql) throws SQLException {
        script.add((twoWriters ? "/* writer " + writer + " */ " : "") + sql);
        totals.statements++;
        String there = outcome(bare.get(writer), sql);
        String here = outcome(captured.get(writer), sql);
        boolean limited = (here + there).contains("nested too deep")
                || (here + there).contains("SQLITE_FULL")
                || (here + there).contains("SQLITE_INTERRUPT");
        if (limited) {
            throw new Undecided();
        }
        if (here.equals(there) && here.contains("SQLITE_CONSTRAINT_DATATYPE") && parted()) {
            throw new Undecided();
        }
        if (TRACE) {
            compare();
        }
        if (!here.equals(there)) {
            throw failure(
                    "the host sees another outcome of: " + sql + "\n bare:     " + there + "\n captured: " + here);
        }
        if (here.startsWith("error")) {
            totals.failures++;
            return here;
        }
        return null;
    }

    /** The same for the connections of the sync, which nobody compares in detail. */
    private String quietly(String sql) throws SQLException {
        script.add("/* sync */ " + sql);
        String there = outcome(remote, sql);
        String here = outcome(sync, sql);
        if ((here + there).contains("SQLITE_INTERRUPT")) {
            throw new Undecided();
        }
        boolean parted = here.startsWith("error") != there.startsWith("error");
        if (parted || inTransaction(sync) != inTransaction(remote)) {
            // A bulk commit takes the triggers off. SQLite then counts dangling references otherwise, and of several
            // faults of a row in a STRICT table it names, and obeys, another one.
            boolean dangling = sql.equals("COMMIT") && (here + there).contains("SQLITE_CONSTRAINT_FOREIGNKEY");
            if (dangling || (here + there).contains("SQLITE_CONSTRAINT_DATATYPE")) {
                throw new Undecided();
            }
            throw failure(
                    "remote data meets another outcome of: " + sql + "\n bare:     " + there + "\n captured: " + here);
        }
        return here.startsWith("error") ? here : null;
    }

    private static String outcome(Connection connection, String sql) {
        StringBuilder seen = new StringBuilder();
        try (Statement statement = connection.createStatement()) {
            if (statement.execute(sql)) {
                try (ResultSet rows = statement.getResultSet()) {
                    while (rows.next()) {
                        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                            seen.append(rows.getString(i)).append('|');
                        }
                    }
                }
            }
            try (ResultSet counts = statement.executeQuery("SELECT changes(), last_insert_rowid()")) {
                counts.next();
                return seen + " changes " + counts.getLong(1) + " rowid " + counts.getLong(2);
            }
        } catch (SQLException e) {
            return "error " + e.getErrorCode() + " " + e.getMessage();
        }
    }

    /** Asks SQLite by an operation that fails inside a transaction only. */
    private boolean inTransaction(int writer) throws SQLException {
        return inTransaction(bare.get(writer));
    }

    private static boolean inTransaction(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("BEGIN");
            statement.execute("ROLLBACK");
            return false;
        } catch (SQLException e) {
            return true;
        }
    }

    /** The host's tables themselves must be the same with capture and without. */
    private void compare() throws SQLException {
        for (Watched one : watched.values()) {
            TableSchema table = one.journal.schema();
            if (parted(table)) {
                throw failure("table " + table.name() + " itself is another with capture: "
                        + TableContents.of(bare.get(0), table).changesTo(TableContents.of(captured.get(0), table)));
            }
        }
    }

    private boolean parted() throws SQLException {
        for (Watched one : watched.values()) {
            if (parted(one.journal.schema())) {
                return true;
            }
        }
        return false;
    }

    private boolean parted(TableSchema table) throws SQLException {
        TableContents now = TableContents.of(captured.get(0), table);
        TableContents bareNow = TableContents.of(bare.get(0), table);
        return !bareNow.changesTo(now).isEmpty() || now.withoutKey() != bareNow.withoutKey();
    }

    private void check() throws SQLException {
        compare();
        Connection connection = captured.get(0);
        for (Map.Entry<RandomSchema.Table, Watched> entry : watched.entrySet()) {
            Watched one = entry.getValue();
            TableSchema table = one.journal.schema();
            TableContents now = TableContents.of(connection, table);
            List<PendingChange> pending = pending(connection, one.journal);
            Map<String, String> expected = one.base.changesTo(now);
            Map<String, String> actual = TableContents.captured(pending);
            if (!actual.keySet().equals(expected.keySet())
                    || !expected.keySet().stream()
                            .allMatch(key -> explained(one) || actual.get(key).equals(expected.get(key)))) {
                throw failure("table " + table.name() + "\n expected " + expected + "\n captured " + actual);
            }
            if (one.journal.count(connection) != actual.size()) {
                throw failure("count of " + table.name() + " is " + one.journal.count(connection) + ", pending are "
                        + actual.size());
            }
            try (JournalRows rows = one.journal.rows(connection)) {
                for (PendingChange change : pending) {
                    if (!rows.isPending(change.key())) {
                        throw failure("a pending row of " + table.name() + " is not found by its key");
                    }
                }
            }
            if (one.journal.rowsWithoutKey(connection) != now.withoutKey()) {
                throw failure("rows without key of " + table.name());
            }
            totals.checks++;
            totals.changes += actual.size();
            totals.journalRows += journalKeys(connection, one.journal).size();
        }
    }

    /**
     * While a host trigger is newer than ours it may edit an inserted row before we know its key, if AUTOINCREMENT chose one that
     * was not predicted. The base is then the inserted row instead of nothing; a change of a row the backend never had is a
     * create all the same.
     */
    private boolean explained(Watched one) {
        return newerTrigger && one.guessed;
    }

    private List<PendingChange> pending(Connection connection, Journal journal) throws SQLException {
        int limit = 1 + random.nextInt(7);
        List<PendingChange> all = new ArrayList<>();
        long after = 0;
        List<PendingChange> page;
        do {
            page = journal.pending(connection, after, limit, HostFile::readable);
            all.addAll(page);
            after = page.isEmpty() ? after : page.get(page.size() - 1).seq();
        } while (page.size() == limit);
        return all;
    }

    /** Something the engine does between the host's transactions, with its effect on what counts as in step. */
    private void act(Connection connection) throws SQLException {
        String[] actions = {"nothing", "sweep", "acknowledge", "rebase", "remote", "bulk", "adopt"};
        String action = actions[random.nextInt(actions.length)];
        script.add("-- " + action);
        totals.actions.merge(action, 1, Integer::sum);
        switch (action) {
            case "sweep" -> sweep(connection);
            case "acknowledge" -> acknowledge(connection);
            case "rebase" -> rebase(connection);
            case "remote", "bulk" -> remote(action.equals("bulk"));
            case "adopt" -> adopt(connection);
            default -> {}
        }
    }

    private void sweep(Connection connection) throws SQLException {
        for (Watched one : watched.values()) {
            Journal.Sweep step = new Journal.Sweep(0, 0, true);
            while (step.more()) {
                step = one.journal.sweep(connection, step.lastSeq(), 1 + random.nextInt(5));
            }
            if (journalKeys(connection, one.journal).size() != one.journal.count(connection)) {
                throw failure("the sweep left rows that differ in nothing");
            }
        }
    }

    private void acknowledge(Connection connection) throws SQLException {
        for (Watched one : watched.values()) {
            boolean all = random.nextBoolean();
            try (JournalRows rows = one.journal.rows(connection)) {
                for (PendingChange change : pending(connection, one.journal)) {
                    if (all || random.nextBoolean()) {
                        rows.remove(change.key());
                        one.base.inStep(TableContents.keyText(change.key()), change.now());
                    }
                }
            }
        }
    }

    private void rebase(Connection connection) throws SQLException {
        for (Watched one : watched.values()) {
            for (PendingChange change : pending(connection, one.journal)) {
                if (random.nextInt(3) > 0) {
                    RowImage base = random.nextInt(4) == 0 ? null : change.now() != null ? change.now() : change.base();
                    if (base != null && !base.columns().isEmpty()) {
                        String column =
                                base.columns().get(random.nextInt(base.columns().size()));
                        Object[] values = {
                            null, 1L, "x\0y", 2.5, -0.0, new byte[] {1, 2}, Double.NEGATIVE_INFINITY, new byte[0]
                        };
                        base = base.with(column, values[random.nextInt(values.length)]);
                        base = RowImageCodec.fromJson(RowImageCodec.toJson(base));
                    }
                    try (JournalRows rows = one.journal.rows(connection)) {
                        rows.put(change.key(), base);
                    }
                    if (base != null) {
                        for (ColumnSchema column : one.journal.schema().imageColumns()) {
                            base = base.with(column.name(), column.affinity().stored(base.get(column.name())));
                        }
                    }
                    one.base.inStep(TableContents.keyText(change.key()), base);
                }
            }
        }
    }

    /** Writes that capture must not see, as when remote data is applied. */
    private void remote(boolean bulk) throws SQLException {
        if (watched.isEmpty()) {
            return;
        }
        Connection connection = sync;
        sweep(connection);
        Map<Watched, Set<String>> pendingKeys = new LinkedHashMap<>();
        Map<Watched, TableContents> before = new LinkedHashMap<>();
        for (Watched one : watched.values()) {
            pendingKeys.put(one, journalKeys(connection, one.journal));
            before.put(one, TableContents.of(connection, one.journal.schema()));
        }
        quietly("BEGIN IMMEDIATE");
        if (bulk) {
            for (Watched one : watched.values()) {
                one.capture.dropTriggers(connection);
            }
        } else {
            CaptureMute.on(connection);
        }
        boolean alive = true;
        for (int i = 1 + random.nextInt(6); i > 0 && alive; i--) {
            quietly(statements.write());
            alive = inTransaction(remote);
        }
        if (alive) {
            if (bulk) {
                for (Watched one : watched.values()) {
                    one.capture.recreateTriggers(connection);
                }
            } else {
                CaptureMute.off(connection);
            }
            CaptureMute.requireOff(connection);
            if (quietly("COMMIT") != null) {
                quietly("ROLLBACK");
            }
        }
        for (Watched one : watched.values()) {
            TableContents after = TableContents.of(connection, one.journal.schema());
            Set<String> keys = new HashSet<>(before.get(one).keys());
            keys.addAll(after.keys());
            keys.removeAll(pendingKeys.get(one));
            keys.forEach(key -> one.base.inStep(key, after));
            if (one.capture.inspect(connection).kind() == CaptureState.Kind.GAP) {
                throw failure("a bulk commit looks like a gap: " + one.capture.inspect(connection));
            }
        }
    }

    private void adopt(Connection connection) throws SQLException {
        for (Watched one : watched.values()) {
            Set<String> known = journalKeys(connection, one.journal);
            TableContents now = TableContents.of(connection, one.journal.schema());
            Object[] after = null;
            int limit = 1 + random.nextInt(4);
            List<Journal.HostRow> rows;
            do {
                rows = one.journal.hostRows(connection, after, limit);
                try (JournalRows journal = one.journal.rows(connection)) {
                    for (Journal.HostRow row : rows) {
                        if (!row.journaled()) {
                            journal.put(row.key(), null);
                        }
                    }
                }
                for (Journal.HostRow row : rows) {
                    if (row.journaled() != known.contains(TableContents.keyText(row.key()))) {
                        throw failure(
                                "a row of " + one.journal.schema().name() + " is wrongly said to be in the journal");
                    }
                    after = row.key();
                }
            } while (rows.size() == limit);
            for (String key : now.keys()) {
                if (!known.contains(key)) {
                    one.base.inStep(key, (RowImage) null);
                }
            }
        }
    }

    private static Set<String> journalKeys(Connection connection, Journal journal) throws SQLException {
        Set<String> keys = new HashSet<>();
        int width = journal.schema().key().size();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT k0" + (width > 1 ? ", k1" : "") + " FROM main."
                        + CaptureTables.journal(journal.tableId()))) {
            while (rows.next()) {
                Object[] key = new Object[width];
                for (int i = 0; i < width; i++) {
                    key[i] = rows.getObject(i + 1);
                }
                keys.add(TableContents.keyText(key));
            }
        }
        return keys;
    }

    /** Some host statements corrupt an index without any capture, see the bare file; nothing can be said about them. */
    private boolean corrupt() throws SQLException {
        try (Statement statement = bare.get(0).createStatement();
                ResultSet rows = statement.executeQuery("PRAGMA integrity_check")) {
            rows.next();
            String verdict = rows.getString(1);
            return !verdict.equals("ok");
        }
    }

    private static boolean exists(Connection connection, String table) throws SQLException {
        return new CaptureRegistry(connection).tableExists(table);
    }

    private static void execute(Connection connection, List<String> sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String one : sql) {
                statement.execute(one);
            }
        }
    }

    private AssertionError failure(String what) {
        return new AssertionError(
                what + "\n reproduce with -Dcapture.seed=" + seed + (TRACE ? "\n" + String.join(";\n", script) : ""));
    }

    @Override
    public void close() throws SQLException {
        for (Connection connection : captured) {
            connection.close();
        }
        for (Connection connection : bare) {
            connection.close();
        }
        sync.close();
        remote.close();
    }
}
