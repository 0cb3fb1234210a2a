package dev.syncline.internal.queue;

import dev.syncline.internal.capture.RowImage;
import dev.syncline.internal.record.BoundTable;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What rows are sent without for the moment, so that none has to wait for another that waits for it. A deletion is preceded by an
 * update of that kind. What was left out stays pending, and a later update brings it. Not thread-safe.
 */
public final class Omissions {
    private final Map<BoundTable, Map<String, Set<String>>> columns = new LinkedHashMap<>();
    private final Set<String> anyway = new HashSet<>();
    private final Set<String> claimed = new HashSet<>();
    private final Set<String> together = new HashSet<>();

    /**
     * Gives no omissions.
     *
     * @return a new, empty collection
     */
    public static Omissions none() {
        return new Omissions();
    }

    /**
     * Leaves columns of a row empty in what is sent next.
     *
     * @param table the row's table
     * @param rowId its local id as text
     * @param without the columns, for all of which that {@linkplain #isPossible is possible}
     */
    public void add(BoundTable table, String rowId, Set<String> without) {
        columns.computeIfAbsent(table, t -> new LinkedHashMap<>()).put(rowId, Set.copyOf(without));
    }

    /**
     * Tells whether a column can be left empty in what is sent.
     *
     * @param table the row's table
     * @param column the column
     * @return true if it travels, and may be NULL here at least
     */
    public static boolean isPossible(BoundTable table, String column) {
        return table.columns().stream().anyMatch(c -> c.column().equals(column) && !c.derived())
                && table.schema().column(column).filter(c -> !c.notNull()).isPresent();
    }

    /** Lets a deletion go although rows at the backend refer to the record: it is for the backend to say what comes of it. */
    void sendAnyway(BoundTable table, String rowId) {
        columns.computeIfAbsent(table, t -> new LinkedHashMap<>());
        anyway.add(table.id() + "/" + rowId);
    }

    boolean isSentAnyway(BoundTable table, String rowId) {
        return anyway.contains(table.id() + "/" + rowId);
    }

    /** Whether rows go with others that take effect with them or not at all. */
    boolean sendsTogether() {
        return !together.isEmpty();
    }

    /** Lets a row go with others that take effect with it or not at all, so that none of them waits for the answer to another. */
    void sendTogether(BoundTable table, String rowId) {
        together.add(table.id() + "/" + rowId);
    }

    boolean isTogether(BoundTable table, String rowId) {
        return !together.isEmpty() && together.contains(table.id() + "/" + rowId);
    }

    /** Notes that a row was claimed in part: what was left out goes when all that these omissions let go has gone. */
    void claimed(BoundTable table, String rowId) {
        claimed.add(table.id() + "/" + rowId);
    }

    /**
     * Gives what a claim may change.
     *
     * @return a copy, made before the unit that claims
     */
    public Set<String> memory() {
        return Set.copyOf(claimed);
    }

    /**
     * Begins a unit that claims, for the first time or once more.
     *
     * @param before what was there before the first time
     */
    public void backTo(Set<String> before) {
        claimed.clear();
        claimed.addAll(before);
    }

    boolean isClaimed(BoundTable table, String rowId) {
        return !claimed.isEmpty() && claimed.contains(table.id() + "/" + rowId);
    }

    Set<String> of(BoundTable table, String rowId) {
        return columns.getOrDefault(table, Map.of()).getOrDefault(rowId, Set.of());
    }

    /**
     * Gives the tables that have such rows.
     *
     * @return the tables, in the order in which rows were added
     */
    public List<BoundTable> tables() {
        return List.copyOf(columns.keySet());
    }

    static RowImage without(RowImage image, Set<String> columns) {
        RowImage less = image;
        for (String column : columns) {
            less = less.with(column, null);
        }
        return less;
    }
}
