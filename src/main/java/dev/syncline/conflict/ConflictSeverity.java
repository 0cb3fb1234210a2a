package dev.syncline.conflict;

/** How much is at stake, from least to most; the order of the constants is the order of {@code compareTo}. */
public enum ConflictSeverity {
    /** Nothing is lost that matters. Example: both sides gave an account another colour. */
    LOW,

    /** A person would want to know. Example: both sides reworded the description of a payment. */
    MEDIUM,

    /** A wrong choice does harm, so a person decides. Example: both sides changed the amount of a payment. */
    HIGH;

    /**
     * Gives the graver of two severities: a conflict is as grave as its gravest field.
     *
     * @param other the one to compare with
     * @return this or the other
     */
    public ConflictSeverity or(ConflictSeverity other) {
        return compareTo(other) >= 0 ? this : other;
    }
}
