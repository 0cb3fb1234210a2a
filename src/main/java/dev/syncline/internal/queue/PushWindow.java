package dev.syncline.internal.queue;

import dev.syncline.internal.capture.PendingChange;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.record.KeyReuse;
import dev.syncline.internal.store.TransactionManager;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * What one run's push is about: what the journals held when it began, and rows that have come back from the backend since. What is
 * recorded later is the next run's, so that a host which writes without pause does not keep a run from ending. A row that comes back
 * again and again is left as well. Not thread-safe.
 */
public final class PushWindow {
    private static final int COLLISIONS = 3;

    /**
     * Where each journal ended. A place is free again once its row was claimed, and a later row may take it; so the mark is drawn
     * back in the very unit that claims, and what comes afterwards stands behind it.
     */
    private final Map<BoundTable, Long> marks = new HashMap<>();

    private final Set<String> again = new HashSet<>();
    private final Map<String, Integer> collisions = new HashMap<>();
    private final BiConsumer<BoundTable, PendingChange> later;
    private boolean leftLater;
    private boolean leftMoving;

    /**
     * Makes a window that nothing is in.
     *
     * @param later hears of each change that is left since it came later; within a unit of work
     */
    public PushWindow(BiConsumer<BoundTable, PendingChange> later) {
        this.later = later;
    }

    /** Begins a run. */
    public void clear() {
        marks.clear();
        again.clear();
        collisions.clear();
        leftLater = false;
        leftMoving = false;
    }

    /**
     * Begins the push: what is in the journals now is this run's.
     *
     * @param tables the tables
     * @param transactions units of work
     */
    public void open(List<BoundTable> tables, TransactionManager transactions) {
        Map<BoundTable, Long> ends = transactions.read(unit -> ends(tables, unit.connection()));
        if (ends.values().stream().anyMatch(end -> end > 0) && tables.stream().anyMatch(BoundTable::serverIds)) {
            // A row that was made under the number of a deleted one takes a new place when they are told apart.
            ends = transactions.write(unit -> {
                for (BoundTable table : tables) {
                    KeyReuse.separate(unit, table);
                }
                return ends(tables, unit.connection());
            });
        }
        marks.clear();
        marks.putAll(ends);
    }

    private static Map<BoundTable, Long> ends(List<BoundTable> tables, Connection connection) throws SQLException {
        Map<BoundTable, Long> ends = new LinkedHashMap<>();
        for (BoundTable table : tables) {
            ends.put(table, table.journal().lastSeq(connection, Long.MAX_VALUE));
        }
        return ends;
    }

    /** Begins to look for all that can go: only what is left from now on is left in the end. */
    public void lookAgain() {
        leftLater = false;
        leftMoving = false;
    }

    /** Whether a change that can go is left to the next run, since it came later. */
    boolean leavesAsLater(BoundTable table, PendingChange change, String rowId) {
        boolean isLater = change.seq() > marks.getOrDefault(table, 0L) && !again.contains(name(table, rowId));
        if (isLater) {
            leftLater = true;
            later.accept(table, change);
        }
        return isLater;
    }

    /** Whether a row that keeps moving at the backend is left to the next run. */
    boolean leavesAsMoving(BoundTable table, String rowId) {
        boolean moves = !collisions.isEmpty() && collisions.getOrDefault(name(table, rowId), 0) >= COLLISIONS;
        leftMoving |= moves;
        return moves;
    }

    /** A change of a row is claimed; what is behind it is this run's only if that is a part of what it was. */
    void claimed(BoundTable table, String rowId, boolean inPart) {
        if (inPart) {
            again.add(name(table, rowId));
        } else {
            again.remove(name(table, rowId));
        }
    }

    /** Lets later rows take the places of those that were claimed in this unit. */
    void drawBack(Connection connection, BoundTable table) throws SQLException {
        Long mark = marks.get(table);
        if (mark != null && mark > 0) {
            marks.put(table, table.journal().lastSeq(connection, mark));
        }
    }

    /**
     * What a claim changes here. A unit that claims may be repeated whole, and has to find this as it was.
     *
     * @param marks where each journal ended
     * @param again the rows that go again
     */
    public record Memory(Map<BoundTable, Long> marks, Set<String> again) {}

    /**
     * Gives what a claim may change.
     *
     * @return a copy, made before the unit that claims
     */
    public Memory memory() {
        return new Memory(Map.copyOf(marks), Set.copyOf(again));
    }

    /**
     * Begins a unit that claims, for the first time or once more.
     *
     * @param before what was there before the first time
     */
    public void backTo(Memory before) {
        marks.clear();
        marks.putAll(before.marks());
        again.clear();
        again.addAll(before.again());
    }

    /**
     * A change has met another state of its row at the backend, and may go again on that.
     *
     * @param table its table
     * @param rowId its row
     */
    public void collided(BoundTable table, String rowId) {
        collisions.merge(name(table, rowId), 1, Integer::sum);
        sendAgain(table, rowId);
    }

    /**
     * A change that has come back goes again in this run.
     *
     * @param table its table
     * @param rowId its row
     */
    public void sendAgain(BoundTable table, String rowId) {
        again.add(name(table, rowId));
    }

    /**
     * Whether changes were left because they came later.
     *
     * @return true if another run would send them
     */
    public boolean leftLater() {
        return leftLater;
    }

    /**
     * Whether rows were left because they keep moving at the backend.
     *
     * @return true if another run would try again
     */
    public boolean leftMoving() {
        return leftMoving;
    }

    private static String name(BoundTable table, String rowId) {
        return table.id() + "/" + rowId;
    }
}
