package dev.syncline.internal.capture;

import static dev.syncline.internal.capture.Identifiers.quote;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The text of the triggers on one host table. Pure: nothing is read or executed here.
 *
 * <p>Whatever a statement could change is <em>touched</em> before it does: a row goes into the journal unless its key is
 * there already. The body is always {@code INSERT … SELECT … WHERE NOT EXISTS}, the one form that neither fails nor
 * replaces under any conflict clause of the host's statement. Touching too much is harmless, touching too little is a lost
 * write. BEFORE triggers, since a host AFTER trigger could change the row before an AFTER trigger of ours has seen it.
 *
 * <p>Only SQL of SQLite 3.8 is used: one newer object makes the whole file unreadable to an older client.
 */
final class TriggerSql {
    private static final String SPEAKING = "NOT EXISTS(SELECT 1 FROM syncline_mute)";

    /** SQLite's clock in milliseconds since 1970; half a millisecond more, since the day count is not exact. */
    private static final String CLOCK = "CAST((julianday('now')-2440587.5)*86400000.0+0.5 AS INTEGER)";

    private final JournalLayout layout;
    private final TableSchema schema;
    private final CaptureOptions options;
    private final String table;
    private final String journal;
    private final List<NamedSql> triggers = new ArrayList<>();

    private TriggerSql(JournalLayout layout, CaptureOptions options) {
        this.layout = layout;
        this.schema = layout.schema();
        this.options = options;
        this.table = quote(schema.name());
        this.journal = layout.journal();
    }

    static List<NamedSql> of(JournalLayout layout, CaptureOptions options) {
        TriggerSql text = new TriggerSql(layout, options);
        text.onUpdate();
        text.onDelete();
        text.onInsert();
        return List.copyOf(text.triggers);
    }

    private void onUpdate() {
        trigger("update", "BEFORE UPDATE", present("OLD"), touchOld());
        String keyMoves = layout.keys(
                i -> "OLD." + layout.key(i).quoted() + " COLLATE BINARY IS NOT " + incoming(layout.key(i)), " OR ");
        trigger("update_key", "BEFORE UPDATE" + of(schema.key()), "(" + keyMoves + ")", touchIncomingKey(false));
        int number = 0;
        for (UniqueIndex index : schema.uniqueIndexes()) {
            if (foundByKey(index)) {
                continue;
            }
            // The inputs of an expression are not taken apart, nor is a generated column traced to its own.
            List<ColumnSchema> columns = index.computed() ? List.of() : indexed(index);
            boolean traced = !columns.isEmpty() && columns.stream().noneMatch(ColumnSchema::generated);
            String moves = columns.stream()
                    .map(column -> "OLD." + column.quoted() + " COLLATE BINARY IS NOT " + incoming(column))
                    .collect(Collectors.joining(" OR "));
            trigger(
                    "update_unique_" + number++,
                    "BEFORE UPDATE" + (traced ? of(columns) : ""),
                    traced ? "(" + moves + ")" : null,
                    touchCollision(index));
        }
        if (rowidCollides()) {
            List<ColumnSchema> alias = schema.rowidAlias() == null ? List.of() : List.of(schema.rowidAlias());
            String rowid = schema.rowidName();
            trigger(
                    "update_rowid",
                    "BEFORE UPDATE" + ofRowid(alias),
                    "OLD." + rowid + " IS NOT NEW." + rowid,
                    touchRowid());
        }
    }

    private void onDelete() {
        trigger("delete", "BEFORE DELETE", present("OLD"), touchOld());
        if (options.deleteMark()) {
            // AFTER, since a host trigger may have refused the delete. 2: an insert had found the row there, see
            // onInsert.
            trigger(
                    "deleted",
                    "AFTER DELETE",
                    present("OLD"),
                    List.of("UPDATE " + journal + " SET d = CASE WHEN d = 2 THEN 4 WHEN d = 4 THEN 4 ELSE 1 END WHERE "
                            + inJournal(this::old)));
        }
    }

    private void onInsert() {
        List<String> body = new ArrayList<>(touchIncomingKey(true));
        for (UniqueIndex index : schema.uniqueIndexes()) {
            if (!foundByKey(index)) {
                body.addAll(touchCollision(index));
            }
        }
        if (rowidCollides()) {
            body.addAll(touchRowid());
        }
        if (schema.rowidKey()) {
            body.add(touchPredictedKey());
        }
        trigger("insert", "BEFORE INSERT", null, body);
        // What BEFORE could not know: an automatic key, and in old SQLite a default or expression that is evaluated
        // twice.
        List<String> inserted = new ArrayList<>();
        inserted.add("INSERT INTO " + journal + into(false) + " SELECT "
                + layout.keys(this::fresh, ", ") + ", 0"
                + (options.editTime() ? ", " + CLOCK : "") + " WHERE " + unknown(this::fresh));
        if (options.deleteMark()) {
            // Deleted by this very insert: it replaced the row, which is an edit of it.
            inserted.add("UPDATE " + journal + " SET d = NULL WHERE d = 4 AND " + inJournal(this::fresh));
        }
        trigger("inserted", "AFTER INSERT", present("NEW"), inserted);
    }

    private void trigger(String name, String event, @Nullable String condition, List<String> body) {
        String fullName = CaptureTables.triggerPrefix(layout.id()) + name;
        triggers.add(new NamedSql(
                fullName,
                "CREATE TRIGGER " + fullName + " " + event + " ON " + table + " WHEN " + SPEAKING
                        + (condition == null || condition.isEmpty() ? "" : " AND " + condition) + "\nBEGIN\n  "
                        + String.join(";\n  ", body) + ";\nEND"));
    }

    /** The row of OLD. With edit times the journal row is stamped on every edit, not only on the first. */
    private List<String> touchOld() {
        List<String> body = new ArrayList<>();
        if (options.editTime()) {
            body.add("UPDATE " + journal + " SET t = " + CLOCK + " WHERE " + inJournal(this::old));
        }
        body.add("INSERT INTO " + journal + into(true) + " SELECT " + layout.keys(this::old, ", ") + ", 1"
                + (options.editTime() ? ", " + CLOCK : "") + image("OLD") + " WHERE NOT EXISTS(SELECT 1 FROM " + journal
                + " WHERE " + inJournal(this::old) + ")");
        return body;
    }

    /** The row that has the key of NEW now, or its absence. */
    private List<String> touchIncomingKey(boolean insert) {
        Function<Integer, String> key = i -> incoming(layout.key(i));
        List<String> body = new ArrayList<>();
        if (options.editTime()) {
            body.add("UPDATE " + journal + " SET t = " + CLOCK + " WHERE " + inJournal(key));
        }
        String holder = layout.keys(
                i -> matches(
                        "v." + layout.key(i).quoted(),
                        key.apply(i),
                        schema.keyCollations().get(i)),
                " AND ");
        String there = "v." + layout.key(0).quoted() + " IS NOT NULL";
        // An automatic key reads -1 here; only if a row really has that key it means anything.
        String automatic = insert && schema.rowidKey() ? " AND (" + key.apply(0) + " <> -1 OR " + there + ")" : "";
        body.add("INSERT INTO " + journal + into(true) + " SELECT " + layout.keys(key, ", ") + ", " + there
                + (options.editTime() ? ", " + CLOCK : "") + image("v") + " FROM (SELECT 1) LEFT JOIN " + table
                + " v ON "
                + holder + " WHERE " + unknown(key) + automatic);
        if (options.deleteMark()) {
            // 0→2: this insert may be about to replace the row. 4→1: the row is gone, so that delete was a real one.
            String found = "EXISTS(SELECT 1 FROM " + table + " v WHERE " + holder + ")";
            if (insert) {
                body.add("UPDATE " + journal + " SET d = 2 WHERE d IS NULL AND " + inJournal(key) + " AND " + found);
            }
            body.add("UPDATE " + journal + " SET d = 1 WHERE d = 4 AND " + inJournal(key) + " AND NOT " + found);
        }
        return body;
    }

    /** The rows that stand where NEW wants to go in a unique index: under OR REPLACE they vanish without a DELETE trigger. */
    private List<String> touchCollision(UniqueIndex index) {
        List<String> conditions = new ArrayList<>();
        String from = table + " v";
        String source = "v";
        if (index.computed() || indexed(index).stream().anyMatch(this::lateGenerated)) {
            // Host expressions are copied as written, so the row must go by the table's own name.
            from = table;
            source = table;
            for (IndexTerm term : index.terms()) {
                String expression = term.column() != null ? quote(term.column()) : "(" + term.expression() + ")";
                conditions.add(expression + " COLLATE " + quote(term.collation()) + " = (SELECT " + expression
                        + " FROM " + incomingRow() + ")");
            }
            if (index.where() != null) {
                conditions.add("(" + index.where() + ")");
            }
        } else {
            for (IndexTerm term : index.terms()) {
                ColumnSchema column =
                        schema.column(String.valueOf(term.column())).orElseThrow();
                conditions.add(
                        "v." + column.quoted() + " COLLATE " + quote(term.collation()) + " = " + incoming(column));
            }
        }
        return touchRows(from, source, String.join(" AND ", conditions));
    }

    private List<String> touchRowid() {
        String rowid = schema.rowidName();
        return touchRows(table + " v", "v", "v." + rowid + " = NEW." + rowid);
    }

    private List<String> touchRows(String from, String row, String condition) {
        Function<Integer, String> key = i -> row + "." + layout.key(i).quoted();
        List<String> body = new ArrayList<>();
        if (options.editTime()) {
            body.add("UPDATE " + journal + " SET t = " + CLOCK + " WHERE seq IN (SELECT j.seq FROM " + from + " JOIN "
                    + journal + " j ON " + layout.keys(i -> "j.k" + i + " = " + key.apply(i), " AND ") + " WHERE "
                    + condition + ")");
        }
        body.add("INSERT INTO " + journal + into(true) + " SELECT " + layout.keys(key, ", ") + ", 1"
                + (options.editTime() ? ", " + CLOCK : "") + image(row) + " FROM " + from + " WHERE " + condition
                + " AND "
                + unknown(key));
        return body;
    }

    /** The key SQLite will choose. Needed only where a host AFTER INSERT trigger is newer than ours and edits the row first. */
    private String touchPredictedKey() {
        String largest = "ifnull(max(" + layout.key(0).quoted() + "), 0)";
        String used = schema.autoincrement()
                ? "max(" + largest + ", ifnull((SELECT seq FROM sqlite_sequence WHERE name = "
                        + Identifiers.literal(schema.name()) + "), 0))"
                : largest;
        return "INSERT INTO " + journal + into(false) + " SELECT n.k, 0" + (options.editTime() ? ", " + CLOCK : "")
                + " FROM (SELECT " + used + " + 1 AS k FROM " + table + ") n WHERE NEW."
                + layout.key(0).quoted()
                + " = -1 AND typeof(n.k) = 'integer' AND NOT EXISTS(SELECT 1 FROM " + journal + " WHERE k0 = n.k)";
    }

    /** The values the row will have, under the table's own name and column names, for expressions of the host. */
    private String incomingRow() {
        String row = schema.columns().stream()
                .filter(column -> !column.generated() || !lateGenerated(column))
                .map(column -> incoming(column) + " AS " + column.quoted())
                .collect(Collectors.joining(", ", "(SELECT ", ")"));
        List<ColumnSchema> late = new ArrayList<>(
                schema.columns().stream().filter(this::lateGenerated).toList());
        // A generated column may use another, so each is added once those it names are there.
        while (!late.isEmpty()) {
            ColumnSchema next = late.stream()
                    .filter(column -> late.stream()
                            .noneMatch(other ->
                                    !other.equals(column) && SchemaText.names(expression(column), other.name())))
                    .findFirst()
                    .orElse(late.get(0));
            late.remove(next);
            row = "(SELECT *, " + expression(next) + " AS " + next.quoted() + " FROM " + row + " AS " + table + ")";
        }
        return row + " AS " + table;
    }

    /** Whether a generated column depends on one whose NULL becomes a default only after BEFORE triggers have run. */
    private boolean lateGenerated(ColumnSchema column) {
        return column.generated() && schema.columns().stream().anyMatch(ColumnSchema::replacesNull);
    }

    private static String expression(ColumnSchema column) {
        return String.valueOf(column.generatedAs());
    }

    private String incoming(ColumnSchema column) {
        return column.replacesNull()
                ? "ifnull(NEW." + column.quoted() + ", (" + column.defaultExpression() + "))"
                : "NEW." + column.quoted();
    }

    private String old(int i) {
        return "OLD." + layout.key(i).quoted();
    }

    private String fresh(int i) {
        return "NEW." + layout.key(i).quoted();
    }

    private String into(boolean withImage) {
        return "(" + layout.keyColumns() + ", p" + (options.editTime() ? ", t" : "")
                + (withImage
                        ? layout.image().stream()
                                .map(place -> ", " + place.journalColumn())
                                .collect(Collectors.joining())
                        : "")
                + ")";
    }

    private String image(String row) {
        return layout.image().stream()
                .map(place -> ", " + row + "." + place.column().quoted())
                .collect(Collectors.joining());
    }

    private String inJournal(Function<Integer, String> key) {
        return layout.keys(i -> "k" + i + " = " + key.apply(i), " AND ");
    }

    /** A key that is whole and not in the journal. */
    private String unknown(Function<Integer, String> key) {
        return layout.keys(i -> key.apply(i) + " IS NOT NULL", " AND ") + " AND NOT EXISTS(SELECT 1 FROM " + journal
                + " WHERE " + inJournal(key) + ")";
    }

    private String present(String row) {
        return layout.keys(i -> row + "." + layout.key(i).quoted() + " IS NOT NULL", " AND ");
    }

    /** Equal to the last byte, but found through an index that may compare more loosely. */
    private static String matches(String column, String value, String collation) {
        String exact = column + " COLLATE BINARY = " + value;
        return collation.equalsIgnoreCase("BINARY")
                ? exact
                : column + " COLLATE " + quote(collation) + " = " + value + " AND " + exact;
    }

    /** Whether touching the key's own row covers the index: one on the key alone that compares byte by byte. */
    private boolean foundByKey(UniqueIndex index) {
        return index.where() == null
                && index.terms().stream().allMatch(term -> term.collation().equalsIgnoreCase("BINARY"))
                && index.terms().size() == schema.key().size()
                && schema.key().stream()
                        .allMatch(column -> index.terms().stream()
                                .anyMatch(term -> column.name().equals(term.column())));
    }

    private boolean rowidCollides() {
        return !schema.rowidKey() && schema.rowidName() != null;
    }

    private List<ColumnSchema> indexed(UniqueIndex index) {
        return index.terms().stream()
                .map(term -> schema.column(String.valueOf(term.column())).orElseThrow())
                .toList();
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
