package dev.syncline.config;

/** What a column's values mean: how they travel as JSON and when two of them are the same. */
public enum ValueType {
    /** As SQLite stores it: integer, real, text or null. Equal if type and value are equal. */
    PLAIN,
    /** An exact decimal number; a string on the wire. Equal by value: 10, 10.0 and "10.00" are one. */
    DECIMAL,
    /** A point in time, as ISO 8601 text or as epoch milliseconds. Equal if it is the same instant in whatever zone. */
    INSTANT,
    /** 0 or 1 in SQLite, false or true on the wire. */
    BOOL,
    /** Bytes; Base64 text on the wire. */
    BLOB,
    /** JSON text in SQLite, a JSON value on the wire. Equal by structure. */
    JSON
}
