package dev.syncline.internal.capture;

import dev.syncline.internal.capture.SqlTokens.Kind;
import dev.syncline.internal.capture.SqlTokens.Token;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A DEFAULT as SQL that yields what SQLite would store: with the column's affinity applied, which an expression on its own lacks.
 * {@code REAL DEFAULT 3} stores 3.0, and an index on {@code lower(column)} then holds '3.0'.
 */
final class StoredDefault {
    private static final Pattern NUMBER = Pattern.compile("\\s*[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d+)?\\s*");

    private StoredDefault() {}

    static String of(ColumnSchema column) {
        String written = "(" + column.defaultExpression() + ")";
        List<Token> tokens = SqlTokens.of(String.valueOf(column.defaultExpression()));
        boolean numeric = column.affinity() != Affinity.TEXT && column.affinity() != Affinity.BLOB;
        if (numeric && tokens.size() == 1 && tokens.get(0).kind() == Kind.STRING) {
            String text = tokens.get(0).name();
            if (!NUMBER.matcher(text).matches()) {
                return written;
            }
            written = "(" + text.strip() + ")";
        }
        return switch (column.affinity()) {
            case BLOB -> written;
            case TEXT ->
                "CASE WHEN typeof(" + written + ") IN ('integer', 'real') THEN CAST(" + written + " AS TEXT) ELSE "
                        + written + " END";
            case REAL ->
                "CASE WHEN typeof(" + written + ") = 'integer' THEN CAST(" + written + " AS REAL) ELSE " + written
                        + " END";
            case INTEGER, NUMERIC ->
                "CASE WHEN typeof(" + written + ") = 'real' AND " + written + " = CAST(" + written
                        + " AS INTEGER) THEN CAST(" + written + " AS INTEGER) ELSE " + written + " END";
        };
    }
}
