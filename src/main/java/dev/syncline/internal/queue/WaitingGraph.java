package dev.syncline.internal.queue;

import dev.syncline.internal.record.BoundTable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Unsent rows and the references by which they hold each other up. Pure; not thread-safe. */
final class WaitingGraph {
    private final Map<String, Node> nodes = new LinkedHashMap<>();

    /** Gives the node of a row, new if the row is. */
    Node node(BoundTable table, String rowId) {
        return nodes.computeIfAbsent(name(table, rowId), name -> new Node(table, rowId));
    }

    /** Takes out what waits for a row that is not of the graph, and all that waits for such. */
    void dropBlocked() {
        Map<String, List<String>> waiters = new HashMap<>();
        Deque<String> blocked = new ArrayDeque<>();
        nodes.forEach((name, node) -> {
            for (String target : node.targets()) {
                waiters.computeIfAbsent(target, t -> new ArrayList<>()).add(name);
                if (!nodes.containsKey(target)) {
                    blocked.add(name);
                }
            }
        });
        while (!blocked.isEmpty()) {
            String name = blocked.pop();
            if (nodes.remove(name) != null) {
                blocked.addAll(waiters.getOrDefault(name, List.of()));
            }
        }
    }

    /**
     * Takes rows out of circles whose references within it may all be empty, until no circle has such a row.
     *
     * @param omissions takes the references of those rows
     */
    void breakUp(Omissions omissions) {
        dropFree();
        for (Node node : List.copyOf(nodes.values())) {
            boolean isLeft = nodes.containsKey(node.name());
            if (isLeft && node.canDoWithout(nodes.keySet()) && !circleOf(node).isEmpty()) {
                omissions.add(node.table, node.rowId, node.columnsTo(nodes.keySet()));
                nodes.remove(node.name());
                dropFree();
            }
        }
    }

    /** The circles that are left, each row in one of them at most. */
    List<List<Node>> cycles() {
        List<List<Node>> cycles = new ArrayList<>();
        Set<Node> told = new HashSet<>();
        for (Node node : nodes.values()) {
            List<Node> circle = circleOf(node);
            if (!circle.isEmpty() && Collections.disjoint(circle, told)) {
                told.addAll(circle);
                cycles.add(circle);
            }
        }
        return cycles;
    }

    /** What waits for nothing of the graph can be sent, then what waits for it. */
    private void dropFree() {
        boolean removed = true;
        while (removed) {
            Set<String> left = new HashSet<>(nodes.keySet());
            removed = nodes.values().removeIf(node -> node.columnsTo(left).isEmpty());
        }
    }

    /** The shortest way from a node back to it; empty if there is none. */
    private List<Node> circleOf(Node start) {
        Map<Node, @Nullable Node> cameFrom = new LinkedHashMap<>();
        Deque<Node> ahead = new ArrayDeque<>();
        ahead.add(start);
        while (!ahead.isEmpty()) {
            Node node = ahead.pop();
            for (String target : node.targets()) {
                Node next = nodes.get(target);
                if (start.equals(next)) {
                    return wayTo(node, cameFrom);
                }
                if (next != null && !cameFrom.containsKey(next)) {
                    cameFrom.put(next, node);
                    ahead.add(next);
                }
            }
        }
        return List.of();
    }

    private static List<Node> wayTo(Node last, Map<Node, @Nullable Node> cameFrom) {
        List<Node> way = new ArrayList<>();
        for (Node node = last; node != null; node = cameFrom.get(node)) {
            way.add(node);
        }
        Collections.reverse(way);
        return way;
    }

    private static String name(BoundTable table, String rowId) {
        return table.id() + "/" + rowId;
    }

    /** A row that waits. */
    static final class Node {
        private final BoundTable table;
        private final String rowId;
        private final Map<String, String> targetByColumn = new LinkedHashMap<>();

        private Node(BoundTable table, String rowId) {
            this.table = table;
            this.rowId = rowId;
        }

        BoundTable table() {
            return table;
        }

        String rowId() {
            return rowId;
        }

        /** Notes that the row holds up another, or is held up by it, through a column. */
        void waitsFor(String column, BoundTable parent, String parentRowId) {
            targetByColumn.put(column, WaitingGraph.name(parent, parentRowId));
        }

        private String name() {
            return WaitingGraph.name(table, rowId);
        }

        private Collection<String> targets() {
            return targetByColumn.values();
        }

        private Set<String> columnsTo(Set<String> names) {
            Set<String> columns = new LinkedHashSet<>();
            targetByColumn.forEach((column, target) -> {
                if (names.contains(target)) {
                    columns.add(column);
                }
            });
            return columns;
        }

        private boolean canDoWithout(Set<String> names) {
            return columnsTo(names).stream().allMatch(column -> Omissions.isPossible(table, column));
        }
    }
}
