package dev.syncline.internal.capture;

/** A value of the host's that Java cannot hold without loss. It concerns one row, so one row is what waits for its correction. */
public final class UnreadableValueException extends CaptureException {
    private static final long serialVersionUID = 1L;
    private final String column;

    UnreadableValueException(String table, String column, Throwable cause) {
        super(
                "Table " + table + ", column " + column
                        + " holds text that is not valid UTF-8. It was not read, since it"
                        + " would be changed on the way; store it as a BLOB, or correct the text.",
                cause);
        this.column = column;
    }

    /**
     * Names the column.
     *
     * @return the column
     */
    public String column() {
        return column;
    }
}
