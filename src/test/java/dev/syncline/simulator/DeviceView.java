package dev.syncline.simulator;

import dev.syncline.config.SyncedTable;
import dev.syncline.testing.RowForms;
import dev.syncline.testing.server.ServerInMemory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a device's file holds at one moment, read on a connection of the host's: its rows, and what the engine knows of them. */
final class DeviceView {
    private final Map<String, Table> tables = new HashMap<>();
    private final Map<String, Boolean> conflicts = new TreeMap<>();
    private final Map<String, String> keys = new HashMap<>();
    private final Set<String> conflictTokens = new HashSet<>();
    private final Set<String> tokens = new HashSet<>();
    private boolean known;

    /**
     * A row of the host's.
     *
     * @param localId its key as the host sees it
     * @param remoteId the server's id for it
     * @param fields what it says, in the form in which rows are compared
     */
    record Row(String localId, String remoteId, Map<String, String> fields) {}

    /** One synced table. */
    static final class Table {
        final Map<String, Row> rows = new TreeMap<>();
        /** Local ids of rows that differ from the server's, as far as the engine knows, with the reason. */
        final Map<String, String> marked = new TreeMap<>();
        /** Server's ids of records that were put aside. */
        final Set<String> held = new HashSet<>();
        /** Server's ids of the marked rows. */
        final Set<String> markedRemotely = new HashSet<>();
        /** How far the feed was read; −1 if not at all. */
        long place = -1;
        /**
         * Whether all of it is being read again, or was, and the server is still to be asked for some rows: what was deleted before that
         * began is told by nothing, and goes at its end.
         */
        boolean walking;
        /** Whether the engine knows that it may have missed edits. */
        boolean gap;
    }

    static DeviceView of(SimulatedDevice device, List<SyncedTable> synced) {
        DeviceView view = new DeviceView();
        view.known = device.isCaptured();
        if (view.known) {
            view.read(device, synced);
        }
        return view;
    }

    private void read(SimulatedDevice device, List<SyncedTable> synced) {
        RowForms forms = new RowForms(synced, device::query);
        Map<String, Long> numbers = new HashMap<>();
        Map<Long, Table> byNumber = new HashMap<>();
        for (Map<String, @Nullable Object> row : device.query("SELECT id, name, gap FROM syncline_table")) {
            Table table = new Table();
            long id = ((Number) row.get("id")).longValue();
            table.gap = row.get("gap") != null;
            numbers.put(String.valueOf(row.get("name")), id);
            byNumber.put(id, table);
            tables.put(String.valueOf(row.get("name")), table);
        }
        for (SyncedTable spec : synced) {
            Table table = tables.get(spec.name());
            for (Map<String, @Nullable Object> row : device.query("SELECT * FROM " + spec.name())) {
                String localId = localId(row, spec.key());
                table.rows.put(localId, new Row(localId, forms.remoteId(spec, row), forms.fields(spec, row)));
                row.values().forEach(value -> Ledger.collect(value == null ? null : value.toString(), tokens));
            }
            List<String> keys = new ArrayList<>();
            for (int i = 0; i < spec.key().size(); i++) {
                keys.add("k" + i);
            }
            device.query("SELECT * FROM syncline_journal_" + numbers.get(spec.name()))
                    .forEach(row -> table.marked.put(localId(row, keys), "journal"));
        }
        device.query("SELECT t, entity_id, status, idempotency_key FROM syncline_queue")
                .forEach(row -> {
                    byNumber.get(((Number) row.get("t")).longValue())
                            .marked
                            .put(String.valueOf(row.get("entity_id")), String.valueOf(row.get("status")));
                    if (row.get("idempotency_key") != null) {
                        keys.put(String.valueOf(row.get("idempotency_key")), row.get("t") + "/" + row.get("entity_id"));
                    }
                });
        device.query("SELECT id, t, entity_id, resolved_at, ifnull(local_data, '') || ifnull(remote_data, '') AS d"
                        + " FROM syncline_conflicts")
                .forEach(row -> {
                    Ledger.collect(String.valueOf(row.get("d")), conflictTokens);
                    conflicts.put(String.valueOf(row.get("id")), row.get("resolved_at") != null);
                    if (row.get("resolved_at") == null) {
                        byNumber.get(((Number) row.get("t")).longValue())
                                .marked
                                .put(String.valueOf(row.get("entity_id")), "conflict");
                    }
                });
        device.query("SELECT t, id FROM syncline_holding")
                .forEach(row ->
                        byNumber.get(((Number) row.get("t")).longValue()).held.add(String.valueOf(row.get("id"))));
        device.query("SELECT t, cursor FROM syncline_cursor WHERE cursor IS NOT NULL")
                .forEach(row -> byNumber.get(((Number) row.get("t")).longValue()).place =
                        ServerInMemory.placeOf(String.valueOf(row.get("cursor"))));
        device.query("SELECT t FROM syncline_cursor WHERE walking = 1 UNION SELECT t FROM syncline_walk"
                        + " WHERE phase <> 'done' UNION SELECT t FROM syncline_unmet")
                .forEach(row -> byNumber.get(((Number) row.get("t")).longValue()).walking = true);
        for (SyncedTable spec : synced) {
            Table table = tables.get(spec.name());
            table.marked.keySet().forEach(id -> table.markedRemotely.add(forms.remoteId(spec, keyOf(spec, id))));
        }
    }

    private static Map<String, @Nullable Object> keyOf(SyncedTable spec, String localId) {
        String[] parts = spec.key().size() == 1 ? new String[] {localId} : localId.split(",", -1);
        Map<String, @Nullable Object> key = new HashMap<>();
        for (int i = 0; i < parts.length; i++) {
            key.put(spec.key().get(i), parts[i]);
        }
        return key;
    }

    private static String localId(Map<String, @Nullable Object> row, List<String> key) {
        return key.stream().map(column -> String.valueOf(row.get(column))).collect(Collectors.joining(","));
    }

    /** Whether the engine has prepared the file; nothing can be said before. */
    boolean isKnown() {
        return known;
    }

    Table table(SyncedTable spec) {
        return tables.get(spec.name());
    }

    /** Ids of conflicts, with whether they are settled. */
    Map<String, Boolean> conflicts() {
        return conflicts;
    }

    /** The idempotency keys that are on disk, with the row that each is for. */
    Map<String, String> keys() {
        return keys;
    }

    /** The hosts' values in the rows. */
    Set<String> tokens() {
        return tokens;
    }

    /** The hosts' values in the conflicts. */
    Set<String> conflictTokens() {
        return conflictTokens;
    }
}
