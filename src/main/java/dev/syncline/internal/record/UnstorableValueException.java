package dev.syncline.internal.record;

/** A value cannot pass between JSON and its column without losing something. The message names the column, never the value. */
public final class UnstorableValueException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final String column;
    private final String rule;
    private final String fix;

    UnstorableValueException(String column, String rule, String fix) {
        super("column " + column + ": " + rule + "; " + fix);
        this.column = column;
        this.rule = rule;
        this.fix = fix;
    }

    /**
     * Names the column.
     *
     * @return the column
     */
    public String column() {
        return column;
    }

    /**
     * Says what was wrong.
     *
     * @return the rule that the value breaks
     */
    public String rule() {
        return rule;
    }

    /**
     * Says what can be done.
     *
     * @return a fix, for a person
     */
    public String fix() {
        return fix;
    }
}
