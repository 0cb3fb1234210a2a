package dev.syncline.internal.capture;

/**
 * A schema object of ours.
 *
 * @param name its name
 * @param sql the statement that creates it
 */
record NamedSql(String name, String sql) {}
