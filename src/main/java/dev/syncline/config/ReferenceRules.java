package dev.syncline.config;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What a table's references must keep to, before any file is looked at. Pure. */
final class ReferenceRules {
    private ReferenceRules() {}

    /** Refuses what contradicts itself. */
    static void check(SyncedTableBuilder table) {
        Set<String> referring = new TreeSet<>(SqlNames.ORDER);
        for (Reference reference : table.references) {
            if (!referring.add(reference.column())) {
                throw new IllegalArgumentException(
                        "table " + table.name + ": column " + reference.column() + " refers to two tables");
            }
        }
        List<NestedReference> nested = table.nestedReferences;
        for (int i = 0; i < nested.size(); i++) {
            NestedReference reference = nested.get(i);
            String of = "table " + table.name + ": the references at " + reference.path() + " in column "
                    + reference.column();
            if (table.types.get(reference.column()) != ValueType.JSON
                    || referring.contains(reference.column())
                    || table.localOnly.contains(reference.column())) {
                throw new IllegalArgumentException(
                        of + " need a column that is declared with json(…), travels, and is no key of a row itself");
            }
            if (nested.subList(0, i).stream().anyMatch(reference::isAt)) {
                throw new IllegalArgumentException(of + " are declared twice");
            }
        }
    }
}
