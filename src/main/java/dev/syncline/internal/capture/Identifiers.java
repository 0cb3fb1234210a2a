package dev.syncline.internal.capture;

import java.util.Collection;
import java.util.stream.Collectors;

/** Names and text as SQL: the only way a name of the host gets into a statement of ours. */
public final class Identifiers {
    private Identifiers() {}

    /**
     * A name as a quoted identifier.
     *
     * @param name any name, as SQLite reports it
     * @return the identifier
     */
    public static String quote(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    /**
     * Text as a string literal.
     *
     * @param text text without NUL
     * @return the literal
     */
    public static String literal(String text) {
        return '\'' + text.replace("'", "''") + '\'';
    }

    /**
     * A name with the case folded that SQLite ignores: ASCII letters only.
     *
     * @param name the name
     * @return the folded name
     */
    static String fold(String name) {
        StringBuilder folded = new StringBuilder(name);
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c >= 'A' && c <= 'Z') {
                folded.setCharAt(i, (char) (c + ('a' - 'A')));
            }
        }
        return folded.toString();
    }

    /**
     * Whether SQLite takes two names for the same.
     *
     * @param a one name
     * @param b the other
     * @return true if they differ in the case of ASCII letters at most
     */
    public static boolean same(String a, String b) {
        return a.equals(b) || fold(a).equals(fold(b));
    }

    /**
     * Names as a comma-separated list of identifiers.
     *
     * @param names the names
     * @return the list
     */
    static String list(Collection<String> names) {
        return names.stream().map(Identifiers::quote).collect(Collectors.joining(", "));
    }
}
