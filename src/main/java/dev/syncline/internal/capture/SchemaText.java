package dev.syncline.internal.capture;

import dev.syncline.internal.capture.SqlTokens.Token;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Takes the expressions out of CREATE TABLE and CREATE INDEX text. Expressions are copied as written, never rewritten. */
final class SchemaText {
    private SchemaText() {}

    /**
     * What a CREATE INDEX says beyond what PRAGMAs tell.
     *
     * @param terms the text of each term, without ASC or DESC
     * @param where the condition of a partial index; null if none
     */
    record Index(List<String> terms, @Nullable String where) {}

    static Index index(String sql) {
        List<Token> tokens = SqlTokens.of(sql);
        int on = 0;
        while (!tokens.get(on).is("ON")) {
            on++;
        }
        int open = on;
        while (!tokens.get(open).symbol('(')) {
            open++;
        }
        int close = closing(tokens, open);
        List<String> terms = new ArrayList<>();
        for (List<Token> part : split(tokens, open, close)) {
            Token last = part.get(part.size() - 1);
            List<Token> term = last.is("ASC") || last.is("DESC") ? part.subList(0, part.size() - 1) : part;
            terms.add(text(sql, term));
        }
        String where = close + 1 < tokens.size() && tokens.get(close + 1).is("WHERE")
                ? text(sql, tokens.subList(close + 2, tokens.size()))
                : null;
        return new Index(terms, where);
    }

    /** The generating expressions of a CREATE TABLE, in their parentheses, by folded column name. */
    static Map<String, String> generatedColumns(String sql) {
        List<Token> tokens = SqlTokens.of(sql);
        int open = 0;
        while (!tokens.get(open).symbol('(')) {
            open++;
        }
        Map<String, String> expressions = new HashMap<>();
        for (List<Token> column : split(tokens, open, closing(tokens, open))) {
            int depth = 0;
            for (int i = 1; i < column.size(); i++) {
                Token token = column.get(i);
                depth += token.symbol('(') ? 1 : token.symbol(')') ? -1 : 0;
                if (depth == 0 && token.is("AS")) {
                    int end = closing(column, i + 1);
                    expressions.put(column.get(0).folded(), text(sql, column.subList(i + 1, end + 1)));
                    break;
                }
            }
        }
        return expressions;
    }

    static boolean mentions(String sql, String keyword) {
        return SqlTokens.of(sql).stream().anyMatch(token -> token.is(keyword));
    }

    /** Whether an expression may read the column: any token that could be its name counts. */
    static boolean names(String expression, String column) {
        String wanted = Identifiers.fold(column);
        return SqlTokens.of(expression).stream()
                .anyMatch(token ->
                        token.kind() != SqlTokens.Kind.NUMBER && token.folded().equals(wanted));
    }

    private static int closing(List<Token> tokens, int open) {
        int depth = 0;
        for (int i = open; i < tokens.size(); i++) {
            depth += tokens.get(i).symbol('(') ? 1 : tokens.get(i).symbol(')') ? -1 : 0;
            if (depth == 0) {
                return i;
            }
        }
        throw new CaptureException(
                "A schema text ends inside a bracket. Nothing was changed; check the file with PRAGMA integrity_check.");
    }

    private static List<List<Token>> split(List<Token> tokens, int open, int close) {
        List<List<Token>> parts = new ArrayList<>();
        int from = open + 1;
        int depth = 0;
        for (int i = open + 1; i <= close; i++) {
            Token token = tokens.get(i);
            if (depth == 0 && (i == close || token.symbol(','))) {
                parts.add(tokens.subList(from, i));
                from = i + 1;
            }
            depth += token.symbol('(') ? 1 : token.symbol(')') ? -1 : 0;
        }
        return parts;
    }

    private static String text(String sql, List<Token> tokens) {
        return sql.substring(
                tokens.get(0).start(), tokens.get(tokens.size() - 1).end());
    }
}
