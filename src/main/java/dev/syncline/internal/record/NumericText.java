package dev.syncline.internal.record;

import dev.syncline.internal.capture.Affinity;
import java.util.regex.Pattern;

/** Tells which texts SQLite would turn into a number when a column prefers numbers; such a text never comes back as it was. */
final class NumericText {
    /** Blanks are SQLite's own six; hexadecimal digits, underscores and other alphabets' digits count as text. */
    private static final Pattern NUMBER = Pattern.compile(
            "[ \\t\\n\\x0B\\f\\r]*+[+-]?+(?:[0-9]++(?:\\.[0-9]*+)?+|\\.[0-9]++)(?:[eE][+-]?+[0-9]++)?+[ \\t\\n\\x0B\\f\\r]*+");

    private NumericText() {}

    static boolean isConverted(Affinity affinity, String text) {
        if (!prefersNumbers(affinity)) {
            return false;
        }
        // Some versions of SQLite read no further than to a NUL.
        int end = text.indexOf('\0');
        return NUMBER.matcher(end < 0 ? text : text.substring(0, end)).matches();
    }

    static boolean prefersNumbers(Affinity affinity) {
        return affinity == Affinity.INTEGER || affinity == Affinity.NUMERIC || affinity == Affinity.REAL;
    }
}
