package dev.syncline.internal.capture;

import org.jspecify.annotations.Nullable;

/**
 * One term of a unique index.
 *
 * @param column the indexed column; null if the term is an expression
 * @param expression the expression as written in CREATE INDEX; null if the term is a column
 * @param collation the collation the index compares with
 */
public record IndexTerm(@Nullable String column, @Nullable String expression, String collation) {}
