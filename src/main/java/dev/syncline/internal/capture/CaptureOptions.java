package dev.syncline.internal.capture;

import java.util.List;

/**
 * What is to be captured of one host table.
 *
 * @param table the host table's name
 * @param key the columns that identify a row; empty means the primary key
 * @param editTime whether the time of the last edit is recorded, at the cost of one more write per edit
 * @param deleteMark whether a key that is used again after a delete is told from an edit: server-id tables with integer keys
 */
public record CaptureOptions(String table, List<String> key, boolean editTime, boolean deleteMark) {
    /**
     * Checks and copies.
     *
     * @param table the host table's name
     * @param key the columns that identify a row
     * @param editTime whether the time of the last edit is recorded
     * @param deleteMark whether a reused key is told from an edit
     */
    public CaptureOptions {
        key = List.copyOf(key);
    }

    /**
     * Capture by primary key, without edit times and delete marks.
     *
     * @param table the host table's name
     * @return the options
     */
    public static CaptureOptions of(String table) {
        return new CaptureOptions(table, List.of(), false, false);
    }
}
