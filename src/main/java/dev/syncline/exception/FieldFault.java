package dev.syncline.exception;

import java.io.Serializable;

/**
 * One thing wrong with one field, and how to mend it. Text is escaped and cut like a message.
 *
 * @param field the field, or the dotted path of a nested one
 * @param rule the rule it breaks, such as {@code amount > 0}
 * @param fix what to do about it, for the person who sees it; empty if nothing is known
 */
public record FieldFault(String field, String rule, String fix) implements Serializable {

    private static final int LIMIT = 500;

    /**
     * Makes the texts safe to show.
     *
     * @param field as above; cut at 500 characters
     * @param rule as above; cut at 500 characters
     * @param fix as above; cut at 500 characters
     */
    public FieldFault {
        field = SafeText.line(field, LIMIT);
        rule = SafeText.line(rule, LIMIT);
        fix = SafeText.line(fix, LIMIT);
    }
}
