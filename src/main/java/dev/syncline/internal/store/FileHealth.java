package dev.syncline.internal.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
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
}
