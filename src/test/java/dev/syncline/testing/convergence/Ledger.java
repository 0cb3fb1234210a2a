package dev.syncline.testing.convergence;

import dev.syncline.testing.Device;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Runs the hosts' scripts and remembers every value that one of them committed, and every value that one of them overwrote or
 * deleted with its eyes open. Whatever is neither at hand in the end, nor in the second set, nor in a conflict, was lost.
 */
final class Ledger implements AutoCloseable {
    private static final Pattern TOKEN = Pattern.compile("q[0-9]+z");

    private final List<String> tables;
    private final Map<Device, Connection> connections = new HashMap<>();
    private final Set<String> written = new HashSet<>();
    private final Set<String> overwritten = new HashSet<>();

    Ledger(List<String> tables) {
        this.tables = tables;
    }

    synchronized void run(Device device, Script script) {
        try (Statement statement = connection(device).createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            Set<String> before = tokens(statement);
            for (String sql : script.statements()) {
                try {
                    statement.execute(sql);
                } catch (SQLException refused) {
                    if (!String.valueOf(refused.getMessage()).contains("CONSTRAINT")) {
                        throw refused;
                    }
                }
            }
            Set<String> after = tokens(statement);
            statement.execute(script.rollback() ? "ROLLBACK" : "COMMIT");
            if (!script.rollback()) {
                written.addAll(after);
                before.removeAll(after);
                overwritten.addAll(before);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(script.toString(), e);
        }
    }

    /** Hosts keep their connection, also while managers come and go. */
    private Connection connection(Device device) throws SQLException {
        Connection known = connections.get(device);
        if (known == null) {
            known = device.connect();
            try (Statement statement = known.createStatement()) {
                statement.execute("PRAGMA busy_timeout = 20000");
                statement.execute("PRAGMA synchronous = OFF");
            }
            connections.put(device, known);
        }
        return known;
    }

    @Override
    public synchronized void close() throws SQLException {
        for (Connection connection : connections.values()) {
            connection.close();
        }
    }

    private Set<String> tokens(Statement statement) throws SQLException {
        Set<String> found = new HashSet<>();
        for (String table : tables) {
            try (ResultSet rows = statement.executeQuery("SELECT * FROM " + table)) {
                while (rows.next()) {
                    for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                        collect(rows.getString(i), found);
                    }
                }
            }
        }
        return found;
    }

    static void collect(@org.jspecify.annotations.Nullable String text, Set<String> into) {
        Matcher matcher = TOKEN.matcher(text == null ? "" : text);
        while (matcher.find()) {
            into.add(matcher.group());
        }
    }

    /** Values that went with a row which the backend deletes together with its parent. */
    synchronized void taken(Set<String> values) {
        overwritten.addAll(values);
    }

    /** Values that are nowhere, although nobody who knew them took them away. */
    synchronized Set<String> lost(Set<String> atHand, Set<String> inConflicts) {
        Set<String> lost = new TreeSet<>(written);
        lost.removeAll(atHand);
        lost.removeAll(overwritten);
        lost.removeAll(inConflicts);
        return lost;
    }

    synchronized Set<String> written() {
        return new HashSet<>(written);
    }

    synchronized boolean wasOverwritten(String token) {
        return overwritten.contains(token);
    }
}
