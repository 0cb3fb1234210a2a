package dev.syncline.internal.capture;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes every captured table through a migration of the host: {@link #before} clears the way, {@link #after} fits capture to what
 * the tables have become. Both work on the caller's connection and transaction.
 */
public final class CaptureMigration {
    private CaptureMigration() {}

    /**
     * Replaces the triggers of all captured tables by stand-ins that no schema change stumbles over.
     *
     * @param connection the connection
     * @throws SQLException if a statement fails
     */
    public static void before(Connection connection) throws SQLException {
        catchUp(connection, new TableRenames());
        ChangeCapture.execute(connection, scriptBefore(connection));
    }

    /**
     * Puts triggers back and fits journals to the tables.
     *
     * @param connection the connection
     * @param told the renames SQLite cannot tell, in tables that were rebuilt
     * @throws SQLException if a statement fails
     * @throws CaptureException if a table cannot be captured as it is now; the caller rolls back
     */
    public static void after(Connection connection, TableRenames told) throws SQLException {
        catchUp(connection, told);
    }

    private static void catchUp(Connection connection, TableRenames told) throws SQLException {
        for (Registered registered : tables(connection)) {
            List<String> sql = adapt(connection, registered, told);
            if (!sql.isEmpty()) {
                ChangeCapture.execute(connection, sql);
                TriggerCheck.compile(connection, new CaptureRegistry(connection).name(registered.id()));
            }
        }
    }

    /**
     * What {@link #before} executes, for a file whose capture is intact.
     *
     * @param connection the connection
     * @return the statements in order
     * @throws SQLException if a statement fails
     * @throws CaptureException if a table has drifted, so that a script could not know what it meets
     */
    public static List<String> scriptBefore(Connection connection) throws SQLException {
        List<String> sql = new ArrayList<>();
        for (Registered registered : tables(connection)) {
            Drift drift = new DriftInspector(connection).inspect(registered, null, new TableRenames());
            if (drift.table() != null) {
                if (drift.state().kind() != CaptureState.Kind.INTACT) {
                    throw new CaptureException(
                            "No script was made: capture of table " + registered.name() + " does not fit it any more ("
                                    + drift.state().reason() + "). Open the sync once, then ask again.");
                }
                sql.addAll(MigrationTriggers.standIn(
                        registered,
                        drift.table(),
                        registered.entries("trigger").stream()
                                .map(Registered.Entry::name)
                                .toList()));
            }
        }
        return sql;
    }

    /**
     * What {@link #after} executes, for a file that has been migrated.
     *
     * @param connection the connection
     * @param told the renames SQLite cannot tell
     * @return the statements in order
     * @throws SQLException if a statement fails
     * @throws CaptureException if a table cannot be captured as it is now
     */
    public static List<String> scriptAfter(Connection connection, TableRenames told) throws SQLException {
        List<String> sql = new ArrayList<>();
        for (Registered registered : tables(connection)) {
            sql.addAll(adapt(connection, registered, told));
        }
        return sql;
    }

    private static List<String> adapt(Connection connection, Registered registered, TableRenames told)
            throws SQLException {
        Drift drift = new DriftInspector(connection).inspect(registered, null, told);
        if (drift.table() == null) {
            return CaptureRebuild.tableGone(registered);
        }
        if (drift.state().kind() == CaptureState.Kind.INTACT) {
            return List.of();
        }
        return CaptureRebuild.rebuild(
                connection,
                registered,
                drift,
                new CaptureOptions(drift.table(), List.of(), registered.editTime(), registered.deleteMark()));
    }

    private static List<Registered> tables(Connection connection) throws SQLException {
        CaptureRegistry registry = new CaptureRegistry(connection);
        return registry.tableExists("syncline_table") ? registry.all() : List.of();
    }
}
