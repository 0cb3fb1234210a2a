package dev.syncline.internal.store;

/**
 * Rows of parameters, numbered from 0, as the inner part of a statement: one statement then answers for many keys, and names those
 * that it found by number. In it the number is {@code column1}, the parameters are {@code column2} and so on.
 */
public final class NumberedRows {
    /** Rows for one statement; SQLite takes 32 766 parameters. */
    public static final int MOST = 1000;

    private NumberedRows() {}

    /**
     * Gives the text.
     *
     * @param rows how many rows, {@link #MOST} at most
     * @param width parameters in each
     * @return a table expression in parentheses
     */
    public static String values(int rows, int width) {
        String parameters = ",?".repeat(width) + ")";
        StringBuilder text = new StringBuilder("(VALUES");
        for (int i = 0; i < rows; i++) {
            text.append(i == 0 ? "(" : ",(").append(i).append(parameters);
        }
        return text.append(')').toString();
    }
}
