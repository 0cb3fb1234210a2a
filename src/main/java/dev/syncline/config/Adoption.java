package dev.syncline.config;

/** What becomes of the rows that a table holds when it is synchronized for the first time. */
public enum Adoption {
    /**
     * Each row is the backend's record of the same id, or of the same natural key where one is declared, if there is one: equal ones
     * agree, others are a conflict. Rows that
     * the backend does not know are sent as new. The default.
     */
    MATCH_REMOTE,
    /** Every row is new to the backend and is sent as a create; no remote record is taken for it by its number alone. */
    PUSH_EXISTING
}
