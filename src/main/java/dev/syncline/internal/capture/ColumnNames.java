package dev.syncline.internal.capture;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Column names in order with their places, shared by all images of a table. */
final class ColumnNames {
    private final List<String> list;
    private final Map<String, Integer> exact = new HashMap<>();
    private final Map<String, Integer> folded = new HashMap<>();

    ColumnNames(List<String> list) {
        this.list = List.copyOf(list);
        for (int i = 0; i < list.size(); i++) {
            exact.put(list.get(i), i);
            folded.put(Identifiers.fold(list.get(i)), i);
        }
    }

    List<String> list() {
        return list;
    }

    /** The place of a name, ignoring case; -1 if absent. */
    int index(String name) {
        Integer place = exact.get(name);
        if (place == null) {
            place = folded.get(Identifiers.fold(name));
        }
        return place == null ? -1 : place;
    }

    ColumnNames plus(String name) {
        List<String> more = new ArrayList<>(list);
        more.add(name);
        return new ColumnNames(more);
    }
}
