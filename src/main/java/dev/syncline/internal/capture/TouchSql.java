package dev.syncline.internal.capture;

import static dev.syncline.internal.capture.Identifiers.quote;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The statements in our triggers: each <em>touches</em> rows, that is, puts them into the journal as they are before the change
 * unless they are there already. Always {@code INSERT … SELECT … WHERE NOT EXISTS}, the one form that neither fails nor replaces
 * under any conflict clause of the host's statement. Touching too much is harmless, touching too little is a lost write.
 */
final class TouchSql {
    /** SQLite's clock in milliseconds since 1970; half a millisecond more, since the day count is not exact. */
    private static final String CLOCK = "CAST((julianday('now')-2440587.5)*86400000.0+0.5 AS INTEGER)";

    private final JournalLayout layout;
    private final boolean editTime;
    private final boolean deleteMark;
    private final String table;
    private final String journal;

    TouchSql(JournalLayout layout, CaptureOptions options) {
        this.layout = layout;
        this.editTime = options.editTime();
        this.deleteMark = options.deleteMark();
        this.table = quote(layout.schema().name());
        this.journal = layout.journal();
    }

    /** The row of OLD. */
    List<String> old() {
        List<String> body = stamped(in(this::oldKey));
        body.add(into(true) + " SELECT " + layout.keys(this::oldKey, ", ") + ", 1" + time() + image("OLD") + " WHERE "
                + unknown(this::oldKey));
        return body;
    }

    /** The row that has the key of NEW now, or its absence. */
    List<String> incomingKey(boolean insert) {
        Function<Integer, String> key = i -> IncomingRow.value(layout.key(i));
        String holder = layout.keys(i -> layout.hasKey("v", i, key.apply(i)), " AND ");
        String there = "v." + layout.key(0).quoted() + " IS NOT NULL";
        List<String> body = stamped(in(key));
        body.add(into(true) + " SELECT " + layout.keys(key, ", ") + ", " + there + time() + image("v")
                + " FROM (SELECT 1) LEFT JOIN " + table + " v ON " + holder + " WHERE " + unknown(key));
        if (deleteMark) {
            body.addAll(marksBefore(key, "EXISTS(SELECT 1 FROM " + table + " v WHERE " + holder + ")", insert));
        }
        return body;
    }

    /** A row under a key that was not in the journal when it came: nothing was there before. */
    List<String> arrived() {
        return List.of(into(false) + " SELECT " + layout.keys(this::newKey, ", ") + ", 0" + time() + " WHERE "
                + unknown(this::newKey));
    }

    /** The key SQLite will choose: needed where a host AFTER INSERT trigger is newer than ours and edits the row first. */
    List<String> automaticKey() {
        String chosen = new IncomingRow(layout.schema()).automaticKey(layout.key(0));
        List<String> body = new ArrayList<>();
        body.add(into(false) + " SELECT n.k, 0" + time() + " FROM (" + chosen + ") n WHERE " + newKey(0)
                + " = -1 AND typeof(n.k) = 'integer' AND NOT EXISTS(SELECT 1 FROM " + journal + " WHERE k0 = n.k)");
        if (deleteMark) {
            // No row is there, or SQLite would not choose it.
            body.add("UPDATE " + journal + " SET d = 1 WHERE d = 4 AND " + newKey(0) + " = -1 AND k0 = (" + chosen
                    + ")");
        }
        return body;
    }

    /** Rows that may be replaced. */
    List<String> rows(Collision collision) {
        Function<Integer, String> key =
                i -> collision.row() + "." + layout.key(i).quoted();
        String from = " FROM " + collision.from() + " WHERE " + collision.condition();
        // The journal's own names must not meet the bare ones of a host expression, hence no join.
        List<String> body =
                stamped("seq IN (SELECT (SELECT seq FROM " + journal + " WHERE " + in(key) + ")" + from + ")");
        body.add(into(true) + " SELECT " + layout.keys(key, ", ") + ", 1" + time() + image(collision.row()) + from
                + " AND " + unknown(key));
        return body;
    }

    /*
     * Delete marks. A REPLACE is an edit of the row, a DELETE and INSERT is not, and with recursive_triggers on both fire DELETE
     * triggers. So an insert that finds its row there leaves 2; a delete turns that into 4 instead of 1; if the insert goes
     * through then it was what deleted the row; if another insert finds it gone the delete was a real one.
     */

    private List<String> marksBefore(Function<Integer, String> key, String found, boolean insert) {
        List<String> body = new ArrayList<>();
        if (insert) {
            body.add("UPDATE " + journal + " SET d = 2 WHERE d IS NULL AND " + in(key) + " AND " + found);
        }
        body.add("UPDATE " + journal + " SET d = 1 WHERE d = 4 AND " + in(key) + " AND NOT " + found);
        return body;
    }

    /** After a delete; not before, since a host trigger may refuse it. */
    List<String> markDeleted() {
        return List.of(
                "UPDATE " + journal + " SET d = CASE WHEN d IN (2, 4) THEN 4 ELSE 1 END WHERE " + in(this::oldKey));
    }

    /** After an insert. */
    List<String> markReplaced() {
        return deleteMark
                ? List.of("UPDATE " + journal + " SET d = NULL WHERE d = 4 AND " + in(this::newKey))
                : List.of();
    }

    /** With edit times the journal row is stamped on every edit, not only on the first. */
    private List<String> stamped(String which) {
        List<String> body = new ArrayList<>();
        if (editTime) {
            body.add("UPDATE " + journal + " SET t = " + CLOCK + " WHERE " + which);
        }
        return body;
    }

    private String time() {
        return editTime ? ", " + CLOCK : "";
    }

    private String into(boolean withImage) {
        String image = layout.image().stream()
                .map(place -> ", " + place.journalColumn())
                .collect(Collectors.joining());
        return "INSERT INTO " + journal + "(" + layout.keyColumns() + ", p" + (editTime ? ", t" : "")
                + (withImage ? image : "") + ")";
    }

    private String image(String row) {
        return layout.image().stream()
                .map(place -> ", " + row + "." + place.column().quoted())
                .collect(Collectors.joining());
    }

    private String oldKey(int i) {
        return "OLD." + layout.key(i).quoted();
    }

    private String newKey(int i) {
        return "NEW." + layout.key(i).quoted();
    }

    private String in(Function<Integer, String> key) {
        return layout.keys(i -> "k" + i + " = " + key.apply(i), " AND ");
    }

    /** A key that is whole and not in the journal. A BEFORE trigger also sees the NULL that NOT NULL is about to refuse. */
    private String unknown(Function<Integer, String> key) {
        return layout.keys(i -> key.apply(i) + " IS NOT NULL", " AND ") + " AND NOT EXISTS(SELECT 1 FROM " + journal
                + " WHERE " + in(key) + ")";
    }
}
