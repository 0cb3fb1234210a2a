package dev.syncline.backend;

/** What a change does to a record. */
public enum ChangeKind {
    /** The record is new. */
    CREATE,
    /** The record was there and has other values now. */
    UPDATE,
    /** The record is gone. */
    DELETE
}
