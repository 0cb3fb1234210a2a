package dev.syncline.conflict;

/**
 * How a column that both sides changed is joined from both changes instead of taking one of them. Each law is symmetric: who
 * synchronizes first makes no difference. Where a law does not apply, as said of each, the column's strategy decides.
 */
public enum Merger {
    /**
     * The base plus what either side added. Example: a stock of 10 from which one device took 2 and the other 3 is 5. Applies to
     * numbers that have a base.
     */
    COUNTER,

    /**
     * A JSON list as a set: what either side added is in, what either side removed is out. What was in the base keeps its place;
     * what was added follows in an order that both devices agree on. Example: one side added "rent" to the tags, the other
     * removed "new"; both is done. Applies to lists; without a base it is the union.
     */
    SET,

    /**
     * A text line by line: what either side changed is in. Example: one side corrected the first line of a note, the other added one
     * at its end. Applies to texts of up to 2000 lines that have a base, where the changed lines neither overlap nor lie next to each
     * other.
     */
    TEXT,

    /** The greater value. Example: the furthest page read. Applies to two numbers, two points in time or two texts. */
    MAX,

    /** The lesser value. Example: the first time something was seen. Applies as {@link #MAX} does. */
    MIN
}
