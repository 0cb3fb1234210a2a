package dev.syncline.internal.capture;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits SQL of sqlite_schema into tokens. It is used only on text SQLite has accepted, so it does not judge: it has to tell
 * names, strings, comments and brackets apart, nothing more.
 */
final class SqlTokens {
    enum Kind {
        BARE,
        QUOTED,
        STRING,
        NUMBER,
        SYMBOL
    }

    /**
     * One token.
     *
     * @param kind what it is
     * @param text its characters as written
     * @param start where it starts in the SQL
     */
    record Token(Kind kind, String text, int start) {
        int end() {
            return start + text.length();
        }

        boolean is(String word) {
            return kind == Kind.BARE && text.equalsIgnoreCase(word);
        }

        boolean symbol(char c) {
            return kind == Kind.SYMBOL && text.charAt(0) == c;
        }

        boolean names() {
            return kind == Kind.BARE || kind == Kind.QUOTED;
        }

        /** The name a token stands for, without its quotes. */
        String name() {
            if (kind != Kind.QUOTED && kind != Kind.STRING) {
                return text;
            }
            String inner = text.substring(1, text.length() - 1);
            String quote = text.substring(0, 1);
            return quote.equals("[") ? inner : inner.replace(quote + quote, quote);
        }

        String folded() {
            return Identifiers.fold(name());
        }
    }

    private final String sql;
    private final List<Token> tokens = new ArrayList<>();
    private int at;

    private SqlTokens(String sql) {
        this.sql = sql;
    }

    static List<Token> of(String sql) {
        SqlTokens scan = new SqlTokens(sql);
        while (scan.at < sql.length()) {
            scan.next();
        }
        return List.copyOf(scan.tokens);
    }

    private void next() {
        char c = sql.charAt(at);
        if (Character.isWhitespace(c)) {
            at++;
        } else if (sql.startsWith("--", at)) {
            at = indexOrEnd("\n", at + 2);
        } else if (sql.startsWith("/*", at)) {
            at = Math.min(sql.length(), indexOrEnd("*/", at + 2) + 2);
        } else if (c == '\'') {
            add(Kind.STRING, quotedEnd('\''));
        } else if (c == '"' || c == '`') {
            add(Kind.QUOTED, quotedEnd(c));
        } else if (c == '[') {
            add(Kind.QUOTED, Math.min(sql.length(), indexOrEnd("]", at + 1) + 1));
        } else if (Character.isDigit(c)) {
            add(Kind.NUMBER, wordEnd());
        } else if (wordPart(c)) {
            add(Kind.BARE, wordEnd());
        } else {
            add(Kind.SYMBOL, at + 1);
        }
    }

    private void add(Kind kind, int end) {
        tokens.add(new Token(kind, sql.substring(at, end), at));
        at = end;
    }

    private int indexOrEnd(String text, int from) {
        int index = sql.indexOf(text, from);
        return index < 0 ? sql.length() : index;
    }

    private int quotedEnd(char quote) {
        int i = at + 1;
        while (i < sql.length()) {
            if (sql.charAt(i) == quote) {
                if (i + 1 < sql.length() && sql.charAt(i + 1) == quote) {
                    i++;
                } else {
                    return i + 1;
                }
            }
            i++;
        }
        return sql.length();
    }

    private int wordEnd() {
        int i = at;
        while (i < sql.length() && wordPart(sql.charAt(i))) {
            i++;
        }
        return i;
    }

    private static boolean wordPart(char c) {
        return c == '_' || c == '$' || c >= 0x80 || Character.isLetterOrDigit(c);
    }
}
