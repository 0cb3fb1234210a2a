package dev.syncline.simulator;

import dev.syncline.config.SyncedTable;
import dev.syncline.testing.Replicas;
import dev.syncline.testing.server.ServerInMemory;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What must hold when nothing goes wrong any more and nobody writes: it comes to rest in time (I02, and I24 if a refused change holds
 * up others), everybody holds the same (I01) to the last byte (I35), nothing is lost (I05, I20), made twice (I07), brought back (I19)
 * or put into another table (I36), and reading everything again changes nothing (I14).
 */
final class RestChecks {
    /** Rounds over all devices until everything has come to rest. */
    static final int ROUNDS = 16;

    private static final Pattern TOKEN = Pattern.compile("q([0-9]+)z");

    private final List<SyncedTable> tables;
    private final ServerInMemory server;
    private final History history;
    private final Ledger ledger;
    private final Consumer<Violation> found;
    private final Resurrections resurrections = new Resurrections();

    RestChecks(
            List<SyncedTable> tables,
            ServerInMemory server,
            History history,
            Ledger ledger,
            Consumer<Violation> found) {
        this.tables = tables;
        this.server = server;
        this.history = history;
        this.ledger = ledger;
        this.found = found;
    }

    /** What still has to come to rest. */
    List<Violation> unrest(List<SimulatedDevice> devices) {
        List<Violation> unrest = new ArrayList<>();
        Replicas replicas = new Replicas(tables, server::rows);
        for (SimulatedDevice device : devices) {
            long pending = device.manager().pendingChanges();
            if (pending > 0) {
                boolean failed = !device.query("SELECT 1 FROM syncline_queue WHERE status = 'failed'")
                        .isEmpty();
                unrest.add(new Violation(
                        failed ? "I24" : "I02", device.number() + " has " + pending + " pending changes"));
            }
            if (device.manager().conflicts().count() > 0) {
                unrest.add(new Violation("I02", device.number() + " has open conflicts"));
            }
            replicas.differences(device.number(), device::query)
                    .forEach(difference -> unrest.add(new Violation("I01", difference)));
        }
        return unrest;
    }

    /** What must be so once it has. */
    void lasting(List<SimulatedDevice> devices) {
        Set<String> live = new HashSet<>();
        Set<String> markers = new HashSet<>();
        Set<String> twice = new TreeSet<>();
        Set<String> elsewhere = new TreeSet<>();
        Set<String> mangled = new TreeSet<>();
        for (SyncedTable table : tables) {
            Set<String> columns = new HashSet<>(Set.of("id", "version", "updated_at"));
            devices.get(0)
                    .query("SELECT name FROM pragma_table_info('" + table.name() + "')")
                    .forEach(column -> columns.add(String.valueOf(column.get("name"))));
            server.rows(table.entity()).all().forEach(row -> {
                Ledger.collect(row.toString(), live);
                Set<String> marker = new HashSet<>();
                Ledger.collect(row.path("m").asText(), marker);
                marker.stream()
                        .filter(one -> !markers.add(one) && !ledger.wasOverwritten(one))
                        .forEach(twice::add);
                row.properties().forEach(field -> {
                    if (field.getValue().isTextual()
                            && isMangled(field.getValue().asText())) {
                        mangled.add(field.toString());
                    }
                });
                if (row.properties().stream().anyMatch(field -> !columns.contains(field.getKey()))) {
                    elsewhere.add(row.toString());
                }
            });
        }
        Set<String> inConflicts = new HashSet<>();
        devices.forEach(
                device -> inConflicts.addAll(DeviceView.of(device, tables).conflictTokens()));
        Set<String> lost = ledger.lost(live, inConflicts);
        complain(lost.stream().anyMatch(this::wasDeleted) ? "I20" : "I05", "values are lost: ", lost);
        complain("I19", "deleted rows came back: ", resurrections.among(markers));
        resurrections.bury(ledger.written(), live);
        complain("I07", "rows were made twice: ", twice);
        complain("I07", "keys were applied twice: ", server.keysAppliedTwice());
        complain("I35", "values are not what was written: ", mangled);
        complain("I36", "rows of another table: ", elsewhere);
        for (SimulatedDevice device : devices) {
            complain("I34", device.number() + " is damaged: ", texts(device.query("PRAGMA integrity_check")));
        }
    }

    private static boolean isMangled(String text) {
        Matcher token = TOKEN.matcher(text);
        while (token.find()) {
            if (!text.startsWith(HostEdits.behind(Integer.parseInt(token.group(1))), token.end())) {
                return true;
            }
        }
        return false;
    }

    /** Whether the value was at the server, in a row that was deleted since. */
    private boolean wasDeleted(String token) {
        return history.tokens().contains(token);
    }

    private static List<String> texts(List<Map<String, @Nullable Object>> integrity) {
        return integrity.stream()
                .map(row -> String.valueOf(row.values().iterator().next()))
                .filter(text -> !text.equals("ok"))
                .toList();
    }

    /** Reads everything once more from the beginning. */
    void startAgain(SimulatedDevice device, Runnable run) {
        String before = device.query("SELECT count(*) FROM syncline_conflicts") + contents(device);
        try {
            device.sql("UPDATE syncline_cursor SET cursor = NULL, walking = 1");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        run.run();
        String after = device.query("SELECT count(*) FROM syncline_conflicts") + contents(device);
        if (!before.equals(after) || device.manager().pendingChanges() > 0) {
            found.accept(new Violation(
                    "I14",
                    device.number() + " changed what it read again\n  before " + before + "\n  after  " + after));
        }
    }

    private String contents(SimulatedDevice device) {
        StringBuilder text = new StringBuilder();
        tables.forEach(table -> text.append(device.query("SELECT * FROM " + table.name() + " ORDER BY 1, 2")));
        return text.toString();
    }

    private void complain(String invariant, String what, Collection<String> which) {
        if (!which.isEmpty()) {
            found.accept(new Violation(invariant, what + which));
        }
    }
}
