package dev.syncline.internal.capture;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A unique index of a host table, whether made by CREATE INDEX or by a constraint.
 *
 * @param name its name in the schema
 * @param terms what it indexes, in order
 * @param where the condition of a partial index as written in CREATE INDEX; null if it holds every row
 * @param sql its CREATE INDEX text; null if it belongs to a constraint
 */
public record UniqueIndex(
        String name,
        List<IndexTerm> terms,
        @Nullable String where,
        @Nullable String sql) {

    /**
     * Whether the index is defined by host expressions, whose inputs we do not take apart.
     *
     * @return true for partial indexes and indexes on expressions
     */
    boolean computed() {
        return where != null || terms.stream().anyMatch(term -> term.column() == null);
    }
}
