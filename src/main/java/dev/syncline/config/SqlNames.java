package dev.syncline.config;

import java.util.Comparator;

/** Names of tables and columns as SQLite compares them: the case of ASCII letters makes no difference, that of others does. */
final class SqlNames {
    static final Comparator<String> ORDER = Comparator.comparing(SqlNames::fold);

    private SqlNames() {}

    static boolean same(String a, String b) {
        return ORDER.compare(a, b) == 0;
    }

    private static String fold(String name) {
        StringBuilder folded = new StringBuilder(name);
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c >= 'A' && c <= 'Z') {
                folded.setCharAt(i, (char) (c + ('a' - 'A')));
            }
        }
        return folded.toString();
    }
}
