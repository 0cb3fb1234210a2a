package dev.syncline.simulator;

import dev.syncline.config.SyncedTable;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Who sees a write of others sees every write that came before it in the same table, or a later one of the row (I18). The cursor has
 * no say in this: what counts is what the rows themselves give away.
 */
final class CausalChecks {
    private final List<SyncedTable> tables;
    private final History history;
    private final Consumer<Violation> found;
    /** For each device the rows that it has had a hand in or asked for: their states may come with an answer, ahead of the feed. */
    private final Map<Integer, Set<String>> own = new HashMap<>();

    private final Map<Integer, Set<String>> ownKeys = new HashMap<>();

    CausalChecks(List<SyncedTable> tables, History history, Consumer<Violation> found) {
        this.tables = tables;
        this.history = history;
        this.found = found;
    }

    /** Notes what a device sends. */
    void leaving(SimulatedDevice device, Outgoing change) {
        ownKeys.computeIfAbsent(device.number(), number -> new HashSet<>()).add(change.key());
        if (change.id() != null) {
            own.computeIfAbsent(device.number(), number -> new HashSet<>()).add(change.entity() + "/" + change.id());
        }
    }

    /** Notes a row that a device asks for by itself: a list out of a stale cache may lag behind what that answer says. */
    void asking(SimulatedDevice device, String path) {
        String[] parts = path.split("/", -1);
        if (parts.length == 4) {
            String id = URLDecoder.decode(parts[3].replace("+", "%2B"), StandardCharsets.UTF_8);
            own.computeIfAbsent(device.number(), number -> new HashSet<>()).add(parts[2] + "/" + id);
        }
    }

    /** Looks at a file that nobody is in the middle of changing. */
    void check(SimulatedDevice device, DeviceView view) {
        if (!view.isKnown()) {
            return;
        }
        for (SyncedTable spec : tables) {
            if (!view.table(spec).gap) {
                check(device, spec, view.table(spec));
            }
        }
    }

    private void check(SimulatedDevice device, SyncedTable spec, DeviceView.Table table) {
        Map<String, DeviceView.Row> here = new HashMap<>();
        table.rows.values().forEach(row -> here.put(row.remoteId(), row));
        Set<String> excused = new HashSet<>(table.held);
        excused.addAll(table.markedRemotely);
        OptionalLong seen = here.values().stream()
                .filter(row -> !excused.contains(row.remoteId()) && !isOwn(device, spec, row.remoteId()))
                .flatMapToLong(row -> first(spec, row).stream())
                .max();
        if (seen.isEmpty()) {
            return;
        }
        Set<String> unseen = new TreeSet<>();
        history.rows(spec.entity()).forEach((id, states) -> {
            History.Known last = states.lastEntry().getValue();
            boolean untold = table.walking && last.state().deleted();
            if (last.state().seq() >= seen.getAsLong() || excused.contains(id) || untold) {
                return;
            }
            DeviceView.Row row = here.get(id);
            boolean asItIs =
                    last.state().deleted() ? row == null : row != null && Objects.equals(row.fields(), last.fields());
            if (!asItIs) {
                unseen.add(id + " of " + last.state().seq());
            }
        });
        if (!unseen.isEmpty()) {
            found.accept(new Violation(
                    "I18",
                    device.number() + " shows the write " + seen.getAsLong() + " of " + spec.entity()
                            + " without what came before it: " + unseen));
        }
    }

    private boolean isOwn(SimulatedDevice device, SyncedTable spec, String id) {
        Set<String> keys = ownKeys.getOrDefault(device.number(), Set.of());
        return own.getOrDefault(device.number(), Set.of()).contains(spec.entity() + "/" + id)
                || history.of(spec.entity(), id).values().stream()
                        .anyMatch(state ->
                                keys.contains(String.valueOf(state.state().key())));
    }

    /** The earliest write that can have led to what the row says. */
    private OptionalLong first(SyncedTable spec, DeviceView.Row row) {
        return history.of(spec.entity(), row.remoteId()).values().stream()
                .filter(state -> !state.state().deleted() && state.fields().equals(row.fields()))
                .mapToLong(state -> state.state().seq())
                .min();
    }
}
