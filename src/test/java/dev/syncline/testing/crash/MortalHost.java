package dev.syncline.testing.crash;

import dev.syncline.config.SyncedTable;
import dev.syncline.testing.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A host in a process of its own, made to be killed: one thread edits without end, another synchronizes without end. Arguments:
 * database, url, log of what was done, seed. Says {@code open} and, after the
 * first run, {@code synchronized}; ends with its standard input.
 */
public final class MortalHost {
    public static final List<SyncedTable> TABLES = List.of(
            SyncedTable.named("account").key("id").build(),
            SyncedTable.named("payment")
                    .key("id")
                    .references("account_id", "account")
                    .build());
    public static final String[] SCHEMA = {
        "CREATE TABLE account(id INTEGER PRIMARY KEY, name TEXT UNIQUE NOT NULL, value INTEGER, note TEXT)",
        "CREATE TABLE payment(id TEXT PRIMARY KEY, account_id INTEGER REFERENCES account(id), value INTEGER)"
    };
    /** More would make each run longer and show nothing new. */
    private static final long MOST_ROWS = 200;

    /** Shorter than a run, so that most kills meet edits on their way; long enough that a run comes to an end between two. */
    private static final int PAUSE_MILLIS = 25;

    private final AckLog log;
    private final SplittableRandom random;
    private long number;

    private MortalHost(AckLog log, long seed) {
        this.log = log;
        random = new SplittableRandom(seed);
        number = seed * 1_000_000;
    }

    public static void main(String[] args) throws SQLException {
        endWithParent();
        Device device = new Device(Path.of(args[0]), args[1], TABLES);
        device.manager();
        System.out.println("open");
        Thread syncing = new Thread(() -> {
            device.sync();
            System.out.println("synchronized");
            while (true) {
                device.sync();
            }
        });
        syncing.setDaemon(true);
        syncing.start();
        MortalHost host = new MortalHost(new AckLog(Path.of(args[2])), Long.parseLong(args[3]));
        Connection connection = device.connect();
        // Without a pause it would hold the write lock all the time, and nothing would ever be synchronized.
        Executors.newSingleThreadScheduledExecutor()
                .scheduleWithFixedDelay(() -> host.edit(connection), 0, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** A parent that is gone reads nothing of what this process does, and kills it no more. */
    private static void endWithParent() {
        Thread watch = new Thread(() -> {
            try {
                while (System.in.read() >= 0) {
                    // Nothing is ever said.
                }
            } catch (IOException e) {
                System.err.println("the parent is gone: " + e);
            }
            Runtime.getRuntime().halt(0);
        });
        watch.setDaemon(true);
        watch.start();
    }

    private void edit(Connection connection) {
        try {
            tryEdit(connection);
        } catch (SQLException | RuntimeException e) {
            // Here the end of the process is a failure of the test.
            e.printStackTrace();
            Runtime.getRuntime().halt(1);
        }
    }

    private void tryEdit(Connection connection) throws SQLException {
        number++;
        Map<String, String> effects = new LinkedHashMap<>();
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA busy_timeout = 10000");
            statement.execute("BEGIN IMMEDIATE");
            for (String sql : statements(statement, effects)) {
                statement.execute(sql);
            }
            log.tries(number, effects);
            statement.execute("COMMIT");
        }
        log.done(number);
    }

    private List<String> statements(Statement look, Map<String, String> effects) throws SQLException {
        String account = one(look, "SELECT name FROM account ORDER BY random() LIMIT 1");
        String payment = one(look, "SELECT id FROM payment ORDER BY random() LIMIT 1");
        int kind = account == null ? 0 : payment == null ? 1 : random.nextInt(7);
        boolean full = Long.parseLong(String.valueOf(one(look, "SELECT count(*) FROM payment"))) > MOST_ROWS;
        switch (full && kind < 2 ? 4 : kind) {
            case 0 -> {
                effects.put("account a" + number, Long.toString(number));
                effects.put("payment p" + number, Long.toString(number));
                return List.of(
                        "INSERT INTO account(name, value) VALUES('a" + number + "', " + number + ")",
                        "INSERT INTO payment SELECT 'p" + number + "', id, " + number + " FROM account WHERE name = 'a"
                                + number + "'");
            }
            case 1 -> {
                effects.put("payment p" + number, Long.toString(number));
                return List.of("INSERT INTO payment SELECT 'p" + number + "', id, " + number
                        + " FROM account WHERE name = '" + account + "'");
            }
            case 2, 3 -> {
                effects.put("account " + account, Long.toString(number));
                return List.of("UPDATE account SET value = " + number + " WHERE name = '" + account + "'");
            }
            case 4 -> {
                effects.put("payment " + payment, AckLog.GONE);
                return List.of("DELETE FROM payment WHERE id = '" + payment + "'");
            }
            default -> {
                effects.put("payment " + payment, Long.toString(number));
                return List.of("UPDATE payment SET value = " + number
                        + ", account_id = (SELECT id FROM account WHERE name = '" + account + "') WHERE id = '"
                        + payment + "'");
            }
        }
    }

    private static @Nullable String one(Statement look, String sql) throws SQLException {
        try (ResultSet row = look.executeQuery(sql)) {
            return row.next() ? row.getString(1) : null;
        }
    }
}
