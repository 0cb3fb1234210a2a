package dev.syncline.simulator;

import dev.syncline.config.SyncedTable;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * What must hold of a device's file whenever nobody is in the middle of a transaction: after a run, after a crash, during a run.
 *
 * <ul>
 *   <li>a row that is not marked as changed is some state that the server had: else an edit lost its mark (I05, I06), or a refused
 *       one was given up (I25);
 *   <li>it never goes back to an earlier one (I15);
 *   <li>whatever the cursor has passed is here, marked, or put aside (I12), and the cursor never goes back (I13);
 *   <li>what was taken away since the server had deleted it is not here again, unless it was made anew (I19);
 *   <li>no reference dangles (I23).
 * </ul>
 */
final class FileChecks {
    private final List<SyncedTable> tables;
    private final History history;
    private final Consumer<Violation> found;
    private final Map<String, Long> reached = new HashMap<>();
    private final Map<String, Long> places = new HashMap<>();
    /** How often the cursor of a feed may yet go back. */
    private final Map<String, Integer> goingBack = new HashMap<>();

    private final Set<String> met = new HashSet<>();
    /** Records that a device has let go of because the server deleted them, with the version of the deletion. */
    private final Map<String, Long> buried = new HashMap<>();

    FileChecks(List<SyncedTable> tables, History history, Consumer<Violation> found) {
        this.tables = tables;
        this.history = history;
        this.found = found;
    }

    /** Looks at all of it; edited rows are those that the host wrote to during the run that has just ended. */
    void check(SimulatedDevice device, DeviceView view, Set<String> edited) {
        references(device);
        if (!view.isKnown()) {
            return;
        }
        for (SyncedTable spec : tables) {
            DeviceView.Table table = view.table(spec);
            if (!table.gap) {
                cleanRows(device, spec, table, edited);
                passed(device, spec, table);
            }
            goingBack.remove(device.number() + "/" + spec.entity());
        }
    }

    /** Looks at what another connection sees while the engine is at work. */
    void glance(SimulatedDevice device) {
        if (!device.isCaptured()) {
            // The file may be locked as a whole while it is being prepared.
            return;
        }
        DeviceView view = DeviceView.of(device, tables);
        references(device);
        if (!view.isKnown()) {
            return;
        }
        if (!device.query("SELECT 1 FROM syncline_mute").isEmpty()) {
            found.accept(new Violation("I17", device.number() + " lets others see that capture is silenced"));
        }
        for (SyncedTable spec : tables) {
            if (!view.table(spec).gap) {
                passed(device, spec, view.table(spec));
            }
        }
    }

    /** Lets a device's cursors go back, each once more, until its next run is over: everything is about to be read again. */
    void setBack(SimulatedDevice device) {
        tables.forEach(spec -> goingBack.merge(device.number() + "/" + spec.entity(), 1, Integer::sum));
    }

    /** Whether a row is here that was taken away as deleted before and that the server has not had since. */
    private boolean isBack(String row, TreeMap<Long, History.Known> states, boolean here) {
        if (here) {
            met.add(row);
        } else if (met.contains(row) && states.lastEntry().getValue().state().deleted()) {
            buried.put(row, states.lastKey());
        }
        return here && states.lastKey().equals(buried.get(row));
    }

    private void references(SimulatedDevice device) {
        List<?> dangling = device.query("PRAGMA foreign_key_check");
        if (!dangling.isEmpty()) {
            found.accept(new Violation("I23", device.number() + " has dangling references: " + dangling));
        }
    }

    private void cleanRows(SimulatedDevice device, SyncedTable spec, DeviceView.Table table, Set<String> edited) {
        for (DeviceView.Row row : table.rows.values()) {
            if (table.marked.containsKey(row.localId())) {
                continue;
            }
            String name = device.number() + "/" + spec.entity() + "/" + row.remoteId();
            long least = reached.getOrDefault(name, 0L);
            boolean waits = table.held.contains(row.remoteId());
            TreeMap<Long, History.Known> states = history.of(spec.entity(), row.remoteId());
            boolean unread =
                    !states.isEmpty() && states.lastEntry().getValue().state().seq() > table.place;
            Long now = states.entrySet().stream()
                    .filter(state ->
                            isState(spec, row.fields(), state.getValue().fields(), waits, unread))
                    .map(Map.Entry::getKey)
                    .filter(version -> version >= least)
                    .findFirst()
                    .orElse(null);
            if (now != null) {
                reached.put(name, now);
                continue;
            }
            boolean earlier = states.values().stream()
                    .anyMatch(state -> isState(spec, row.fields(), state.fields(), waits, unread));
            String invariant = earlier ? "I15" : edited.contains(spec.name() + "/" + row.localId()) ? "I06" : "I05";
            found.accept(new Violation(
                    invariant,
                    name
                            + (earlier
                                    ? " went back behind version " + least
                                    : " is unmarked, but the server never had it")
                            + ": " + row.fields()));
        }
    }

    /**
     * Tells whether a row is what the server had. One that refers to a row which the server deleted, and which is new to it under
     * another id since it was kept here, is what the server had, but what it refers to is called otherwise now. That lasts until
     * its own newer state, in which it refers to that row no more, is read; it may be read already and put aside.
     */
    private boolean isState(
            SyncedTable spec, Map<String, String> row, Map<String, String> state, boolean waits, boolean unread) {
        if (row.equals(state)) {
            return true;
        }
        if ((!waits && !unread) || state.isEmpty()) {
            return false;
        }
        Map<String, String> called = new HashMap<>(row);
        spec.references().stream()
                .filter(reference -> state.containsKey(reference.column()))
                .filter(reference -> waits || isDeleted(reference.table(), state.get(reference.column())))
                .forEach(reference -> called.put(reference.column(), state.get(reference.column())));
        return called.equals(state);
    }

    private boolean isDeleted(String table, String id) {
        String entity = tables.stream()
                .filter(spec -> spec.name().equals(table))
                .findFirst()
                .orElseThrow()
                .entity();
        TreeMap<Long, History.Known> states = history.of(entity, id);
        return !states.isEmpty() && states.lastEntry().getValue().state().deleted();
    }

    private void passed(SimulatedDevice device, SyncedTable spec, DeviceView.Table table) {
        String feed = device.number() + "/" + spec.entity();
        Long before = places.get(feed);
        boolean back = before != null && table.place < before;
        if (back && goingBack.computeIfPresent(feed, (f, times) -> times > 0 ? times - 1 : null) == null) {
            found.accept(new Violation("I13", feed + " read up to " + before + " and then up to " + table.place));
        }
        places.put(feed, table.place);
        Map<String, DeviceView.Row> here = new HashMap<>();
        table.rows.values().forEach(row -> here.put(row.remoteId(), row));
        Set<String> excused = new HashSet<>(table.held);
        excused.addAll(table.markedRemotely);
        Set<String> holes = new TreeSet<>();
        history.rows(spec.entity()).forEach((id, states) -> {
            History.Known last = states.lastEntry().getValue();
            boolean live = !last.state().deleted();
            boolean told = live || !table.walking;
            if (!excused.contains(id) && isBack(feed + "/" + id, states, here.containsKey(id))) {
                found.accept(new Violation("I19", feed + "/" + id + " is here again, but nobody has made it anew"));
            } else if (told
                    && last.state().seq() <= table.place
                    && !excused.contains(id)
                    && live != here.containsKey(id)) {
                holes.add(id + (live ? " is missing" : " is still there"));
            } else if (live
                    && last.state().seq() <= table.place
                    && !excused.contains(id)
                    && !last.fields().equals(here.get(id).fields())) {
                holes.add(id + " is not what was passed: " + here.get(id).fields());
            }
        });
        if (!holes.isEmpty()) {
            found.accept(new Violation("I12", feed + " was read up to " + table.place + ", but " + holes));
        }
    }
}
