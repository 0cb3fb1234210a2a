package dev.syncline.simulator;

import dev.syncline.config.SyncedTable;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Runs the hosts' scripts and remembers every value that one of them committed, and every value that one of them took out of its
 * row with its eyes open. Whatever is neither at hand in the end, nor in the second set, nor in a conflict, was lost. It also
 * sees to it that capture marks exactly the rows that a transaction changed (I03).
 */
final class Ledger {
    private static final Pattern TOKEN = Pattern.compile("q[0-9]+z");
    private static final int BUSY = 5;

    private final List<SyncedTable> tables;
    private final Consumer<Violation> found;
    private final Set<String> written = new HashSet<>();
    private final Set<String> overwritten = new HashSet<>();

    Ledger(List<SyncedTable> tables, Consumer<Violation> found) {
        this.tables = tables;
        this.found = found;
    }

    /** Runs a script on a device's own connection; gives the rows that it changed or touched, or null if the file was locked. */
    @Nullable
    Set<String> run(SimulatedDevice device, Script script) {
        try {
            device.sql("BEGIN IMMEDIATE");
        } catch (SQLException e) {
            return locked(e);
        }
        try {
            Map<String, String> before = rows(device);
            Set<String> marksBefore = marks(device);
            for (String sql : script.statements()) {
                try {
                    device.sql(sql);
                } catch (SQLException refused) {
                    if (!String.valueOf(refused.getMessage()).contains("CONSTRAINT")) {
                        throw refused;
                    }
                }
            }
            Map<String, String> after = rows(device);
            device.sql(script.rollback() ? "ROLLBACK" : "COMMIT");
            Set<String> changed = new TreeSet<>();
            if (!script.rollback()) {
                note(before, after);
                changed.addAll(before.keySet());
                changed.addAll(after.keySet());
                changed.removeIf(row -> String.valueOf(before.get(row)).equals(after.get(row)));
            }
            Set<String> marked = marks(device);
            capture(device, marksBefore, marked, changed, script);
            // Rows that were touched and are as they were are marked as well, and nothing is wrong with that.
            changed.addAll(marked);
            return changed;
        } catch (SQLException e) {
            rollBack(device);
            return locked(e);
        }
    }

    private static @Nullable Set<String> locked(SQLException e) {
        if ((e.getErrorCode() & 0xFF) == BUSY) {
            return null;
        }
        throw new IllegalStateException(e);
    }

    private static void rollBack(SimulatedDevice device) {
        try {
            device.sql("ROLLBACK");
        } catch (SQLException e) {
            throw new IllegalStateException("a host's transaction has vanished", e);
        }
    }

    private void note(Map<String, String> before, Map<String, String> after) {
        after.values().forEach(row -> collect(row, written));
        before.forEach((key, row) -> {
            Set<String> left = new HashSet<>();
            Set<String> stayed = new HashSet<>();
            collect(row, left);
            collect(after.get(key), stayed);
            left.removeAll(stayed);
            overwritten.addAll(left);
        });
    }

    private void capture(
            SimulatedDevice device, Set<String> before, Set<String> after, Set<String> changed, Script script) {
        if (!device.isCaptured()) {
            return;
        }
        Set<String> missed = new TreeSet<>(changed);
        missed.removeAll(after);
        if (!missed.isEmpty()) {
            found.accept(new Violation("I03", device.number() + " did not capture " + missed + " of " + script));
        }
        if (script.rollback() && !after.equals(before)) {
            found.accept(new Violation("I03", device.number() + " captured what was rolled back: " + script));
        }
    }

    private Map<String, String> rows(SimulatedDevice device) {
        Map<String, String> rows = new HashMap<>();
        for (SyncedTable table : tables) {
            for (Map<String, @Nullable Object> row : device.query("SELECT * FROM " + table.name())) {
                String key = table.key().stream()
                        .map(column -> String.valueOf(row.get(column)))
                        .collect(Collectors.joining(","));
                rows.put(table.name() + "/" + key, row.toString());
            }
        }
        return rows;
    }

    /** The rows that have a mark of capture's. */
    private Set<String> marks(SimulatedDevice device) {
        Set<String> marks = new HashSet<>();
        if (!device.isCaptured()) {
            return marks;
        }
        for (Map<String, @Nullable Object> table : device.query("SELECT id, name FROM syncline_table")) {
            for (Map<String, @Nullable Object> row :
                    device.query("SELECT * FROM syncline_journal_" + table.get("id"))) {
                String key = row.get("k0") + (row.containsKey("k1") ? "," + row.get("k1") : "");
                marks.add(table.get("name") + "/" + key);
            }
        }
        return marks;
    }

    static void collect(@Nullable String text, Set<String> into) {
        Matcher matcher = TOKEN.matcher(text == null ? "" : text);
        while (matcher.find()) {
            into.add(matcher.group());
        }
    }

    /** Values that went with a row which the backend deletes together with its parent. */
    void taken(Set<String> values) {
        overwritten.addAll(values);
    }

    /** Values that are nowhere, although nobody who knew them took them away. */
    Set<String> lost(Set<String> atHand, Set<String> inConflicts) {
        Set<String> lost = new TreeSet<>(written);
        lost.removeAll(atHand);
        lost.removeAll(overwritten);
        lost.removeAll(inConflicts);
        return lost;
    }

    Set<String> written() {
        return new HashSet<>(written);
    }

    /** Whether a host's committed transaction has written the value. */
    boolean wasWritten(String token) {
        return written.contains(token);
    }

    /** Whether a host took the value out of its row, be it to put it into another one. */
    boolean wasOverwritten(String token) {
        return overwritten.contains(token);
    }
}
