package dev.syncline.config;

import java.text.Normalizer;

/** When two texts in a column are the same, so that neither an edit nor a conflict lies between them. */
public enum TextRule {
    /** If they are the same to the last character. */
    EXACT,

    /** If they differ in nothing but blanks at the beginning and the end. */
    OUTER_BLANKS,

    /** If they show the same characters, composed or not (Unicode NFC), whatever blanks stand at the beginning and the end. */
    NORMALIZED;

    /**
     * Compares two texts.
     *
     * @param a one text
     * @param b the other
     * @return whether they are the same by this rule
     */
    public boolean same(String a, String b) {
        return switch (this) {
            case EXACT -> a.equals(b);
            case OUTER_BLANKS -> a.strip().equals(b.strip());
            case NORMALIZED -> normal(a).equals(normal(b));
        };
    }

    private static String normal(String text) {
        return Normalizer.normalize(text.strip(), Normalizer.Form.NFC);
    }
}
