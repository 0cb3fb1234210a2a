package dev.syncline.internal.capture;

import static dev.syncline.internal.capture.Identifiers.quote;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The triggers on one host table: which events they hear and what they touch. Pure: nothing is read or executed here.
 *
 * <p>BEFORE triggers, since a host AFTER trigger could change the row before an AFTER trigger of ours has seen it. Only SQL of
 * SQLite 3.8 is used: one newer object makes the whole file unreadable to an older client.
 */
final class TriggerSql {
    private static final String SPEAKING = "NOT EXISTS(SELECT 1 FROM syncline_mute)";

    private final TableSchema schema;
    private final CaptureOptions options;
    private final String prefix;
    private final TouchSql touch;
    private final List<NamedSql> triggers = new ArrayList<>();

    private TriggerSql(JournalLayout layout, CaptureOptions options) {
        this.schema = layout.schema();
        this.options = options;
        this.prefix = CaptureTables.triggerPrefix(layout.id());
        this.touch = new TouchSql(layout, options);
    }

    static List<NamedSql> of(JournalLayout layout, CaptureOptions options) {
        TriggerSql text = new TriggerSql(layout, options);
        text.onUpdate();
        text.onDelete();
        text.onInsert();
        return List.copyOf(text.triggers);
    }

    private void onUpdate() {
        trigger("update", "BEFORE UPDATE", "", touch.old());
        trigger("update_key", "BEFORE UPDATE" + of(schema.key()), changed(schema.key()), touch.incomingKey(false));
        // A host BEFORE trigger that changes another key column of the row makes its key one that nobody announced.
        trigger("updated_key", "AFTER UPDATE" + of(schema.key()), "", touch.arrived());
        int number = 0;
        for (UniqueIndex index : probed()) {
            List<ColumnSchema> columns = traceable(index);
            List<String> body = new ArrayList<>();
            Collision.on(index, schema, false).forEach(collision -> body.addAll(touch.rows(collision)));
            trigger(
                    "update_unique_" + number++,
                    "BEFORE UPDATE" + (columns.isEmpty() ? "" : of(columns)),
                    columns.isEmpty() ? "" : changed(columns),
                    body);
        }
        if (rowidCollides()) {
            String rowid = schema.rowidName();
            trigger(
                    "update_rowid",
                    "BEFORE UPDATE" + ofRowid(schema.rowidAlias() == null ? List.of() : List.of(schema.rowidAlias())),
                    "OLD." + rowid + " IS NOT NEW." + rowid,
                    touch.rows(Collision.onRowid(schema)));
        }
    }

    /** Also hears cascades, and rows replaced where recursive triggers are on. */
    private void onDelete() {
        trigger("delete", "BEFORE DELETE", "", touch.old());
        if (options.deleteMark()) {
            trigger("deleted", "AFTER DELETE", "", touch.markDeleted());
        }
    }

    private void onInsert() {
        List<String> body = new ArrayList<>(touch.incomingKey(true));
        for (UniqueIndex index : probed()) {
            Collision.on(index, schema, true).forEach(collision -> body.addAll(touch.rows(collision)));
        }
        if (rowidCollides()) {
            body.addAll(touch.rows(Collision.onRowid(schema)));
        }
        if (schema.rowidKey()) {
            body.addAll(touch.automaticKey());
        }
        trigger("insert", "BEFORE INSERT", "", body);
        // What BEFORE could not know: an automatic key, and in old SQLite an expression that is evaluated twice.
        List<String> inserted = new ArrayList<>(touch.arrived());
        inserted.addAll(touch.markReplaced());
        trigger("inserted", "AFTER INSERT", "", inserted);
    }

    private void trigger(String name, String event, String condition, List<String> body) {
        triggers.add(new NamedSql(
                prefix + name,
                "CREATE TRIGGER " + prefix + name + " " + event + " ON " + quote(schema.name()) + " WHEN " + SPEAKING
                        + (condition.isEmpty() ? "" : " AND " + condition) + "\nBEGIN\n  " + String.join(";\n  ", body)
                        + ";\nEND"));
    }

    /** Bytes decide, whatever the columns' collations: 'k' to 'K' is a change of a NOCASE key. */
    private static String changed(List<ColumnSchema> columns) {
        return columns.stream()
                .map(column -> "OLD." + column.quoted() + " COLLATE BINARY IS NOT " + IncomingRow.value(column))
                .collect(Collectors.joining(" OR ", "(", ")"));
    }

    /** The unique indexes that touching the key's own row does not cover: it covers one on the key alone that compares bytes. */
    private List<UniqueIndex> probed() {
        return schema.uniqueIndexes().stream()
                .filter(index -> index.where() != null
                        || index.terms().size() != schema.key().size()
                        || !index.terms().stream().allMatch(this::isBinaryKey))
                .toList();
    }

    private boolean isBinaryKey(IndexTerm term) {
        return term.collation().equalsIgnoreCase("BINARY")
                && schema.key().stream().anyMatch(column -> column.name().equals(term.column()));
    }

    /** The columns a change of which can move a row in the index; empty if any column's may. */
    private List<ColumnSchema> traceable(UniqueIndex index) {
        if (index.computed()) {
            return List.of();
        }
        List<ColumnSchema> columns = index.terms().stream()
                .map(term -> schema.column(String.valueOf(term.column())).orElseThrow())
                .toList();
        return columns.stream().anyMatch(ColumnSchema::generated) ? List.of() : columns;
    }

    private boolean rowidCollides() {
        return !schema.rowidKey() && schema.rowidName() != null;
    }

    private String of(List<ColumnSchema> columns) {
        return schema.rowidAlias() != null && columns.contains(schema.rowidAlias())
                ? ofRowid(columns)
                : " OF "
                        + Identifiers.list(
                                columns.stream().map(ColumnSchema::name).toList());
    }

    /** SET rowid moves a true INTEGER PRIMARY KEY without naming it. */
    private static String ofRowid(List<ColumnSchema> columns) {
        Set<String> names =
                new LinkedHashSet<>(columns.stream().map(ColumnSchema::name).toList());
        names.addAll(TableSchema.RowidNames.ALL);
        return " OF " + Identifiers.list(names);
    }
}
