package dev.syncline.internal.store;

import dev.syncline.exception.StorageException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What SQLite says of the file itself. */
public final class FileHealth {
    private FileHealth() {}

    /**
     * Has SQLite look through the file.
     *
     * @param unit an open unit
     * @return what is damaged, in SQLite's words, a hundred problems at the most; empty if nothing is
     * @throws SQLException if the file cannot be read at all
     */
    public static List<String> problems(Unit unit) throws SQLException {
        List<String> problems = new ArrayList<>();
        try (Statement statement = unit.connection().createStatement();
                ResultSet rows = statement.executeQuery("PRAGMA quick_check")) {
            while (rows.next()) {
                if (!rows.getString(1).equals("ok")) {
                    problems.add(rows.getString(1));
                }
            }
        }
        return problems;
    }

    /**
     * Describes damage that was met on the way.
     *
     * @param file the file
     * @param at when
     * @param met what SQLite said, or what wraps it
     * @return the exception to throw
     */
    static StorageException damaged(String file, Instant at, Throwable met) {
        return new StorageException(
                "the database " + file + " is damaged or no SQLite database (" + said(met)
                        + "); nothing in it was removed or overwritten by this. Copy the file together with its -wal"
                        + " before anything else, then restore a backup, or save what can be read with sqlite3's"
                        + " .recover",
                false,
                at,
                met);
    }

    private static String said(Throwable met) {
        return SqliteErrors.find(met).map(SQLException::getMessage).orElseGet(met::toString);
    }
}
