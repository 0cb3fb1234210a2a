package dev.syncline.internal.capture;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** All tables of a file on which capture sits, those included that are not synced at the moment. */
public final class CapturedTables {
    private static final int CHUNK = 1000;

    private CapturedTables() {}

    /**
     * Gives the numbers of the captured tables.
     *
     * @param connection the connection
     * @return their numbers in {@code syncline_table}
     * @throws SQLException if a statement fails
     */
    public static List<Long> ids(Connection connection) throws SQLException {
        return new CaptureRegistry(connection)
                .all().stream().map(Registered::id).toList();
    }

    /**
     * Counts pending changes. Where a table does not fit its journal any more, whatever the journal holds counts.
     *
     * @param connection the connection
     * @return the number over all captured tables
     * @throws SQLException if a statement fails
     */
    public static long pending(Connection connection) throws SQLException {
        CaptureRegistry registry = new CaptureRegistry(connection);
        long pending = 0;
        for (Registered registered : registry.all()) {
            if (!registry.tableExists(CaptureTables.journal(registered.id()))) {
                continue;
            }
            try {
                pending += journal(connection, registered).count(connection);
            } catch (CaptureException unfit) {
                pending += rows(connection, registered);
            }
        }
        return pending;
    }

    /**
     * Removes the touches that came to nothing from every journal that fits its table.
     *
     * @param connection a connection inside a transaction
     * @throws SQLException if a statement fails
     */
    public static void sweep(Connection connection) throws SQLException {
        CaptureRegistry registry = new CaptureRegistry(connection);
        for (Registered registered : registry.all()) {
            if (registry.tableExists(CaptureTables.journal(registered.id())) && rows(connection, registered) > 0) {
                sweep(connection, journal(connection, registered));
            }
        }
    }

    private static void sweep(Connection connection, Journal journal) throws SQLException {
        Journal.Sweep done = new Journal.Sweep(0, 0, true);
        while (done.more()) {
            done = journal.sweep(connection, done.lastSeq(), CHUNK);
        }
    }

    private static Journal journal(Connection connection, Registered registered) throws SQLException {
        return new ChangeCapture(new CaptureOptions(
                        registered.name(), List.of(), registered.editTime(), registered.deleteMark()))
                .journal(connection);
    }

    private static long rows(Connection connection, Registered registered) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows =
                        statement.executeQuery("SELECT count(*) FROM main." + CaptureTables.journal(registered.id()))) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
