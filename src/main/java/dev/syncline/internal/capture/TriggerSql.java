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
        // A host BEFORE trigger that changes another key column of the same row makes the key one that nobody
        // announced.
        trigger("updated_key", "AFTER UPDATE" + of(schema.key()), present("NEW"), List.of(touchArrived()));
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
                    touchCollision(index, false));
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
                body.addAll(touchCollision(index, true));
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
        inserted.add(touchArrived());
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
        body.add("INSERT INTO " + journal + into(true) + " SELECT " + layout.keys(key, ", ") + ", " + there
                + (options.editTime() ? ", " + CLOCK : "") + image("v") + " FROM (SELECT 1) LEFT JOIN " + table
                + " v ON "
                + holder + " WHERE " + unknown(key));
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

    /** A row under a key that was not in the journal when it came: nothing was there before. */
    private String touchArrived() {
        return "INSERT INTO " + journal + into(false) + " SELECT " + layout.keys(this::fresh, ", ") + ", 0"
                + (options.editTime() ? ", " + CLOCK : "") + " WHERE " + unknown(this::fresh);
    }

    /** The rows that stand where NEW wants to go in a unique index: under OR REPLACE they vanish without a DELETE trigger. */
    private List<String> touchCollision(UniqueIndex index, boolean insert) {
        Set<ColumnSchema> inputs = inputs(index);
        if (!index.computed() && inputs.stream().noneMatch(ColumnSchema::generated)) {
            return touchRows(
                    table + " v",
                    "v",
                    indexed(index).stream()
                            .map(column -> "v." + column.quoted() + " COLLATE " + quote(collation(index, column))
                                    + " = " + incoming(column))
                            .collect(Collectors.joining(" AND ")));
        }
        List<String> body = new ArrayList<>(touchRows(table, table, computedCollision(index, announcedRow())));
        // The final row's values have no affinity, hence the row as announced first and this only where the two differ.
        String differs = inputs.stream()
                .filter(column -> column.replacesNull() || automatic(column, insert))
                .map(column -> "NEW." + column.quoted() + (automatic(column, insert) ? " = -1" : " IS NULL"))
                .collect(Collectors.joining(" OR "));
        if (!differs.isEmpty()) {
            body.addAll(touchRows(table, table, computedCollision(index, finalRow(insert)) + " AND (" + differs + ")"));
        }
        return body;
    }

    /** The columns an index depends on, those behind generated columns included. */
    private Set<ColumnSchema> inputs(UniqueIndex index) {
        Set<ColumnSchema> inputs = new LinkedHashSet<>();
        for (IndexTerm term : index.terms()) {
            String text = term.column() != null ? quote(term.column()) : String.valueOf(term.expression());
            schema.columns().stream()
                    .filter(column -> SchemaText.names(text, column.name()))
                    .forEach(inputs::add);
        }
        boolean grown = true;
        while (grown) {
            grown = inputs.addAll(schema.columns().stream()
                    .filter(column -> inputs.stream()
                            .anyMatch(input -> input.generated() && SchemaText.names(expression(input), column.name())))
                    .toList());
        }
        return inputs;
    }

    private static String collation(UniqueIndex index, ColumnSchema column) {
        return index.terms().stream()
                .filter(term -> column.name().equals(term.column()))
                .findFirst()
                .orElseThrow()
                .collation();
    }

    /** Whether SQLite may choose the value of the column after BEFORE triggers have run. */
    private boolean automatic(ColumnSchema column, boolean insert) {
        return insert && column.equals(schema.rowidAlias());
    }

    /** Host expressions are copied as written, so both rows must go by the table's own name. */
    private static String computedCollision(UniqueIndex index, String incomingRow) {
        String collides = index.terms().stream()
                .map(term -> {
                    String expression = term.column() != null ? quote(term.column()) : "(" + term.expression() + ")";
                    return expression + " COLLATE " + quote(term.collation()) + " = (SELECT " + expression + " FROM "
                            + incomingRow + ")";
                })
                .collect(Collectors.joining(" AND "));
        return index.where() == null ? collides : collides + " AND (" + index.where() + ")";
    }

    private List<String> touchRowid() {
        String rowid = schema.rowidName();
        return touchRows(table + " v", "v", "v." + rowid + " = NEW." + rowid);
    }

    private List<String> touchRows(String from, String row, String condition) {
        Function<Integer, String> key = i -> row + "." + layout.key(i).quoted();
        List<String> body = new ArrayList<>();
        if (options.editTime()) {
            // The journal's own names must not meet the bare ones of a host expression, hence no join.
            body.add("UPDATE " + journal + " SET t = " + CLOCK + " WHERE seq IN (SELECT (SELECT seq FROM " + journal
                    + " WHERE " + inJournal(key) + ") FROM " + from + " WHERE " + condition + ")");
        }
        body.add("INSERT INTO " + journal + into(true) + " SELECT " + layout.keys(key, ", ") + ", 1"
                + (options.editTime() ? ", " + CLOCK : "") + image(row) + " FROM " + from + " WHERE " + condition
                + " AND "
                + unknown(key));
        return body;
    }

    /** Needed only where a host AFTER INSERT trigger is newer than ours and edits the row first. */
    private String touchPredictedKey() {
        return "INSERT INTO " + journal + into(false) + " SELECT n.k, 0" + (options.editTime() ? ", " + CLOCK : "")
                + " FROM (" + predictedKey(layout.key(0)) + ") n WHERE NEW."
                + layout.key(0).quoted()
                + " = -1 AND typeof(n.k) = 'integer' AND NOT EXISTS(SELECT 1 FROM " + journal + " WHERE k0 = n.k)";
    }

    /** The values of NEW, under the table's own name and column names. */
    private String announcedRow() {
        return schema.columns().stream()
                .map(column -> "NEW." + column.quoted() + " AS " + column.quoted())
                .collect(Collectors.joining(", ", "(SELECT ", ") AS " + table));
    }

    /** The values the row will have once NULLs have become defaults and the automatic key is chosen, generated columns included. */
    private String finalRow(boolean insert) {
        List<ColumnSchema> generated = new ArrayList<>();
        List<String> plain = new ArrayList<>();
        for (ColumnSchema column : schema.columns()) {
            if (column.generated()) {
                generated.add(column);
            } else {
                plain.add(finalValue(column, insert) + " AS " + column.quoted());
            }
        }
        String row = "(SELECT " + String.join(", ", plain) + ")";
        // A generated column may use another, so each is added once those it names are there.
        while (!generated.isEmpty()) {
            ColumnSchema next = generated.stream()
                    .filter(column -> generated.stream()
                            .noneMatch(other ->
                                    !other.equals(column) && SchemaText.names(expression(column), other.name())))
                    .findFirst()
                    .orElse(generated.get(0));
            generated.remove(next);
            row = "(SELECT *, " + expression(next) + " AS " + next.quoted() + " FROM " + row + " AS " + table + ")";
        }
        return row + " AS " + table;
    }

    private String finalValue(ColumnSchema column, boolean insert) {
        String announced = "NEW." + column.quoted();
        if (automatic(column, insert)) {
            return "CASE " + announced + " WHEN -1 THEN (" + predictedKey(column) + ") ELSE " + announced + " END";
        }
        return column.replacesNull() ? "ifnull(" + announced + ", " + StoredDefault.of(column) + ")" : announced;
    }

    /** The key SQLite will choose, unless it is the last possible one or AUTOINCREMENT has skipped some in this statement. */
    private String predictedKey(ColumnSchema alias) {
        String largest = "ifnull(max(" + alias.quoted() + "), 0)";
        String used = schema.autoincrement()
                ? "max(" + largest + ", ifnull((SELECT seq FROM sqlite_sequence WHERE name = "
                        + Identifiers.literal(schema.name()) + "), 0))"
                : largest;
        return "SELECT " + used + " + 1 AS k FROM " + table;
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
