package dev.syncline.conflict;

import java.util.Locale;

/** Who settled a conflict. */
public enum ResolvedBy {
    /** A rule did, without being asked. */
    AUTO,

    /** A person did, or the host on a person's behalf. */
    USER;

    /**
     * Gives the form in which it is stored.
     *
     * @return {@code auto} or {@code user}
     */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Reads the stored form.
     *
     * @param text {@code auto} or {@code user}
     * @return the constant
     * @throws IllegalArgumentException if the text is neither
     */
    public static ResolvedBy of(String text) {
        for (ResolvedBy by : values()) {
            if (by.text().equals(text)) {
                return by;
            }
        }
        throw new IllegalArgumentException("a conflict is resolved by auto or user, nothing else");
    }
}
