package dev.syncline.internal.capture;

/** A table cannot be captured, or what capture holds does not fit the table any more. Messages name tables and columns, never values. */
public class CaptureException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message what happened, what was done and what the reader can do
     */
    public CaptureException(String message) {
        super(message);
    }

    /**
     * Creates the exception with the failure behind it.
     *
     * @param message what happened, what was done and what the reader can do
     * @param cause the failure behind it
     */
    public CaptureException(String message, Throwable cause) {
        super(message, cause);
    }
}
