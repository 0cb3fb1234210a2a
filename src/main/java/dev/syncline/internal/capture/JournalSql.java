package dev.syncline.internal.capture;

import static dev.syncline.internal.capture.Identifiers.quote;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The statements of one journal. In them {@code j} is the journal and {@code h} the host's row of the same key.
 *
 * <p>Values are compared by storage class and bytes: {@code IS} alone would call 1 and 1.0 equal and obey the column's collation
 * and affinity. What SQL cannot tell apart is 0.0 and -0.0, which is left to Java; only a column without affinity can hold -0.0.
 */
final class JournalSql {
    final String pending;
    final String find;
    final String keys;
    final String count;
    final @Nullable String unsure;
    final String judged;
    final String insert;
    final String replaceBase;
    final String reused;
    final String stamp;
    final String remove;
    final String touched;

    JournalSql(JournalLayout layout) {
        TableSchema schema = layout.schema();
        String journal = "main." + layout.journal();
        String table = "main." + quote(schema.name());
        String hostKey = "h." + layout.key(0).quoted();
        String join = journal + " j LEFT JOIN " + table + " h ON "
                + layout.keys(i -> layout.hasKey("h", i, "j.k" + i), " AND ");
        List<String> unequal = new ArrayList<>();
        List<String> zeroes = new ArrayList<>();
        for (JournalLayout.Place place : layout.image()) {
            String host = "h." + place.column().quoted();
            String kept = "j." + place.journalColumn();
            unequal.add("typeof(" + host + ") <> typeof(" + kept + ") OR (+" + host + " COLLATE BINARY) IS NOT (+"
                    + kept + ")");
            if (place.column().affinity() == Affinity.BLOB) {
                zeroes.add("(typeof(" + host + ") = 'real' AND " + host + " = 0.0)");
            }
        }
        String differs = "(j.p = 0 AND " + hostKey + " IS NOT NULL OR j.p = 1 AND (" + hostKey + " IS NULL OR "
                + any(unequal) + "))";
        String undecided = "j.p = 1 AND " + hostKey + " IS NOT NULL AND " + any(zeroes);
        String verdict = "CASE WHEN " + differs + " THEN 1 WHEN " + undecided + " THEN NULL ELSE 0 END";
        String columns = "j.seq, " + layout.keys(i -> "j.k" + i, ", ") + ", j.p, j.t, j.d, " + hostKey + " IS NOT NULL"
                + each(layout, place -> ", j." + place.journalColumn())
                + each(layout, place -> ", h." + place.column().quoted());
        String byKey = layout.keys(i -> "j.k" + i + " = ?", " AND ");
        pending = "SELECT " + columns + " FROM " + join + " WHERE j.seq > ? AND (" + differs + " OR " + undecided
                + ") ORDER BY j.seq LIMIT ?";
        keys = "SELECT " + layout.keyColumns() + " FROM " + journal + " LIMIT ?";
        find = "SELECT " + columns + " FROM " + join + " WHERE " + byKey;
        count = "SELECT count(*) FROM " + join + " WHERE " + differs;
        unsure = zeroes.isEmpty() ? null : "SELECT " + columns + " FROM " + join + " WHERE " + verdict + " IS NULL";
        judged = "SELECT " + columns + ", " + verdict + " FROM " + join + " WHERE j.seq > ? ORDER BY j.seq LIMIT ?";
        insert = "INSERT INTO " + journal + "(" + layout.keyColumns() + ", p"
                + each(layout, place -> ", " + place.journalColumn()) + ") VALUES(" + layout.keys(i -> "?", ", ")
                + ", ?" + each(layout, place -> ", ?") + ")";
        replaceBase = "UPDATE " + journal + " SET p = ?" + each(layout, place -> ", " + place.journalColumn() + " = ?")
                + " WHERE " + layout.keys(i -> "k" + i + " = ?", " AND ");
        reused = "SELECT " + layout.keys(i -> "j.k" + i, ", ") + " FROM " + join + " WHERE j.d = 1 AND j.p = 1 AND "
                + hostKey + " IS NOT NULL";
        stamp = "UPDATE " + journal + " SET t = ? WHERE t IS NULL AND " + layout.keys(i -> "k" + i + " = ?", " AND ");
        touched = " w LEFT JOIN " + table + " h ON "
                + layout.keys(i -> layout.hasKey("h", i, "w.column" + (i + 2)), " AND ")
                + " LEFT JOIN " + journal + " j ON " + layout.keys(i -> "j.k" + i + " = w.column" + (i + 2), " AND ")
                + " WHERE " + hostKey + " IS NULL OR j.seq IS NOT NULL";
        remove = "DELETE FROM " + journal + " WHERE " + layout.keys(i -> "k" + i + " = ?", " AND ");
    }

    private static String each(JournalLayout layout, Function<JournalLayout.Place, String> text) {
        return layout.image().stream().map(text).collect(Collectors.joining());
    }

    /** Joined by OR as a balanced tree: SQLite refuses expressions deeper than 1000. */
    private static String any(List<String> conditions) {
        if (conditions.isEmpty()) {
            return "0";
        }
        List<String> level = conditions.stream().map(one -> "(" + one + ")").toList();
        while (level.size() > 1) {
            List<String> pairs = level;
            level = IntStream.range(0, (pairs.size() + 1) / 2)
                    .mapToObj(i -> 2 * i + 1 < pairs.size()
                            ? "(" + pairs.get(2 * i) + " OR " + pairs.get(2 * i + 1) + ")"
                            : pairs.get(2 * i))
                    .toList();
        }
        return level.get(0);
    }
}
