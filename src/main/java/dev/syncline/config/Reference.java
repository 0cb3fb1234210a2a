package dev.syncline.config;

/**
 * A column that holds the key of a row in another synced table (or in the same one).
 *
 * @param column the referring column
 * @param table the synced table it refers to
 */
public record Reference(String column, String table) {}
