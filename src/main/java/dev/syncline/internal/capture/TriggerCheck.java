package dev.syncline.internal.capture;

import static dev.syncline.internal.capture.Identifiers.quote;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Compiles one statement of each kind with the triggers in place. CREATE TRIGGER resolves no names, so a trigger that cannot work
 * would otherwise fail the host's next write instead of our installation.
 */
final class TriggerCheck {
    private TriggerCheck() {}

    static void compile(Connection connection, String table) throws SQLException {
        List<String> columns = new ArrayList<>();
        try (PreparedStatement query =
                connection.prepareStatement("SELECT name FROM pragma_table_xinfo(?, 'main') WHERE hidden = 0")) {
            query.setString(1, table);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    columns.add(quote(rows.getString(1)));
                }
            }
        }
        String name = "main." + quote(table);
        String all = columns.stream().map(column -> column + " = " + column).collect(Collectors.joining(", "));
        for (String sql : List.of(
                "INSERT INTO " + name + " DEFAULT VALUES", "UPDATE " + name + " SET " + all, "DELETE FROM " + name)) {
            SQLException failure = failure(connection, sql);
            if (failure != null && !failsAnyway(connection, table, sql)) {
                throw new CaptureException(
                        "The triggers made for table " + table
                                + " do not compile. Roll the transaction back; the table cannot be"
                                + " captured as it is. Its defaults, generated columns and indexes are what triggers copy.",
                        failure);
            }
        }
    }

    private static @Nullable SQLException failure(Connection connection, String sql) {
        try {
            connection.prepareStatement("EXPLAIN " + sql).close();
            return null;
        } catch (SQLException e) {
            return e;
        }
    }

    /** Whether the statement does not compile without our triggers either: then it is the host's own trigger that is broken. */
    private static boolean failsAnyway(Connection connection, String table, String sql) throws SQLException {
        List<String> without = new ArrayList<>(List.of("SAVEPOINT syncline_check"));
        for (CaptureRegistry.LiveTrigger trigger : new CaptureRegistry(connection).on(table)) {
            if (trigger.name().startsWith("syncline_")) {
                without.add("DROP TRIGGER main." + quote(trigger.name()));
            }
        }
        ChangeCapture.execute(connection, without);
        boolean fails = failure(connection, sql) != null;
        ChangeCapture.execute(connection, List.of("ROLLBACK TO syncline_check", "RELEASE syncline_check"));
        return fails;
    }
}
