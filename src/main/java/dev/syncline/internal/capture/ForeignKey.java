package dev.syncline.internal.capture;

import java.util.List;

/**
 * A reference of a host table to another.
 *
 * @param columns the referring columns
 * @param parentTable the table referred to
 * @param parentColumns the columns referred to; empty if the parent's primary key is meant
 * @param onDelete what happens to the child, in SQLite's words: {@code CASCADE}, {@code SET NULL}, {@code NO ACTION} …
 */
public record ForeignKey(List<String> columns, String parentTable, List<String> parentColumns, String onDelete) {}
