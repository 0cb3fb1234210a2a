package dev.syncline.internal.capture;

import org.jspecify.annotations.Nullable;

/**
 * One column of a host table.
 *
 * @param name its name, as written by the host
 * @param declaredType its declared type, empty if none
 * @param affinity the affinity that follows from it
 * @param notNull whether NULL is refused
 * @param defaultExpression the text of its DEFAULT, ready to stand in SQL; null if none
 * @param generatedAs the text of its generating expression in parentheses; null for an ordinary column
 */
public record ColumnSchema(
        String name,
        String declaredType,
        Affinity affinity,
        boolean notNull,
        @Nullable String defaultExpression,
        @Nullable String generatedAs) {

    /**
     * Whether SQLite computes the column, so that nobody can write it.
     *
     * @return true for VIRTUAL and STORED columns
     */
    public boolean generated() {
        return generatedAs != null;
    }

    /**
     * Whether {@code OR REPLACE} turns a NULL into the default instead of refusing it, after BEFORE triggers have run.
     *
     * @return true for NOT NULL columns with a default
     */
    boolean replacesNull() {
        return notNull && defaultExpression != null;
    }

    String quoted() {
        return Identifiers.quote(name);
    }
}
