package dev.syncline.internal.capture;

import static dev.syncline.internal.capture.Identifiers.quote;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Capture of one host table: its triggers, its journal and what the file remembers of both. Stateless and safe for use by any
 * thread; every method works on the caller's connection, inside the caller's transaction, and neither begins nor commits.
 * Methods that change the schema belong into an IMMEDIATE transaction.
 */
public final class ChangeCapture {
    private final CaptureOptions options;

    /**
     * Capture as described.
     *
     * @param options the table and what to record
     */
    public ChangeCapture(CaptureOptions options) {
        this.options = options;
    }

    /**
     * Puts journal and triggers on a table that is not captured yet. Rows that exist count as clean, see {@link Journal#adopt}.
     *
     * @param connection the connection
     * @return the journal
     * @throws SQLException if a statement fails
     * @throws CaptureException if the table cannot be captured, or is already
     */
    public Journal install(Connection connection) throws SQLException {
        if (new CaptureRegistry(connection).find(options.table()).isPresent()) {
            throw new CaptureException("Table " + options.table() + " is captured already. Nothing was changed.");
        }
        execute(connection, CaptureRebuild.install(connection, options));
        TriggerCheck.compile(connection, options.table());
        return journal(connection);
    }

    /**
     * Takes triggers, journal and registration of the table away. Unsent changes in the journal are lost.
     *
     * @param connection the connection
     * @throws SQLException if a statement fails
     */
    public void uninstall(Connection connection) throws SQLException {
        Optional<Registered> registered = new CaptureRegistry(connection).find(options.table());
        if (registered.isPresent()) {
            execute(connection, CaptureRemoval.statements(connection, registered.get()));
        }
    }

    /**
     * Tells whether triggers and journal still fit the table. Costs one PRAGMA if the schema has not changed at all. A gap found
     * earlier is reported until {@link #clearGap}.
     *
     * @param connection the connection
     * @return the verdict
     * @throws SQLException if a statement fails
     */
    public CaptureState inspect(Connection connection) throws SQLException {
        CaptureRegistry registry = new CaptureRegistry(connection);
        if (registry.isUntouched(options)) {
            return CaptureState.intact();
        }
        Optional<Registered> found = registry.find(options.table());
        if (found.isEmpty()) {
            return CaptureState.absent();
        }
        Registered registered = found.get();
        CaptureState state = drift(connection, registered).state();
        if (registered.gap() == null || state.kind() == CaptureState.Kind.GAP) {
            return state;
        }
        return new CaptureState(CaptureState.Kind.GAP, registered.gap(), registered.gapFull());
    }

    private Drift drift(Connection connection, Registered registered) throws SQLException {
        boolean asWanted =
                registered.editTime() == options.editTime() && registered.deleteMark() == options.deleteMark();
        Long stamped = registered.schemaVersion();
        if (asWanted && stamped != null && stamped == new CaptureRegistry(connection).schemaVersion()) {
            return Drift.none(registered);
        }
        Drift drift = new DriftInspector(connection).inspect(registered, options.table(), new TableRenames());
        return asWanted ? drift : drift.alsoStale("edit times or delete marks are now wanted, or no longer");
    }

    /**
     * Fits journal and triggers to the table as it is now. A gap is recorded in the file, to be cleared after the reconcile.
     *
     * @param connection the connection
     * @return the journal
     * @throws SQLException if a statement fails
     * @throws CaptureException if the table is gone, not captured, or its key changed
     */
    public Journal rebuild(Connection connection) throws SQLException {
        Registered registered = registered(connection);
        Drift drift = drift(connection, registered);
        if (drift.table() == null) {
            throw new CaptureException(
                    "Table " + options.table() + " is gone. Its unsent changes are kept and nothing was"
                            + " changed; restore the table, or take it out of the sync.");
        }
        if (drift.state().kind() != CaptureState.Kind.INTACT) {
            execute(connection, CaptureRebuild.rebuild(connection, registered, drift, options));
            TriggerCheck.compile(connection, options.table());
        }
        return journal(connection);
    }

    /**
     * Forgets a recorded gap, after the table was reconciled.
     *
     * @param connection the connection
     * @throws SQLException if a statement fails
     */
    public void clearGap(Connection connection) throws SQLException {
        execute(
                connection,
                List.of("UPDATE main.syncline_table SET gap = NULL, gap_full = NULL WHERE id = "
                        + registered(connection).id()));
    }

    /**
     * The journal of the table, for use until the schema changes.
     *
     * @param connection the connection
     * @return the journal
     * @throws SQLException if a statement fails
     * @throws CaptureException if the table is not captured or the journal does not fit it
     */
    public Journal journal(Connection connection) throws SQLException {
        Registered registered = registered(connection);
        TableSchema schema = TableSchema.read(
                connection,
                options.table(),
                registered.live(Registered.Role.KEY).stream()
                        .map(Registered.Column::name)
                        .toList());
        List<JournalLayout.Place> image = schema.imageColumns().stream()
                .map(column -> registered.live(Registered.Role.IMAGE).stream()
                        .filter(known -> Identifiers.same(known.name(), column.name()))
                        .findFirst()
                        .map(known -> new JournalLayout.Place(column, known.position()))
                        .orElseThrow(() -> new CaptureException("The journal of table " + options.table()
                                + " has no place for column " + column.name()
                                + ". Nothing was read; rebuild capture of the table first.")))
                .toList();
        return new Journal(new JournalLayout(registered.id(), schema, image));
    }

    /**
     * Takes the triggers off for a bulk commit, to be put back by {@link #recreateTriggers} before it commits. No other connection
     * ever sees the table without them.
     *
     * @param connection the connection
     * @throws SQLException if a statement fails
     */
    public void dropTriggers(Connection connection) throws SQLException {
        CaptureRegistry registry = new CaptureRegistry(connection);
        long before = registry.schemaVersion();
        Registered registered = registered(connection);
        List<String> sql = registered.entries("trigger").stream()
                .map(trigger -> "DROP TRIGGER main." + quote(trigger.name()))
                .collect(Collectors.toList());
        sql.add(CaptureRebuild.stamp(registered.id(), before));
        execute(connection, sql);
    }

    /**
     * Puts the triggers back that {@link #dropTriggers} took off.
     *
     * @param connection the connection
     * @throws SQLException if a statement fails
     */
    public void recreateTriggers(Connection connection) throws SQLException {
        CaptureRegistry registry = new CaptureRegistry(connection);
        long before = registry.schemaVersion();
        Registered registered = registered(connection);
        List<String> sql = registered.entries("trigger").stream()
                .map(trigger -> String.valueOf(trigger.sql()))
                .collect(Collectors.toList());
        sql.add(CaptureRebuild.stamp(registered.id(), before));
        execute(connection, sql);
    }

    private Registered registered(Connection connection) throws SQLException {
        return new CaptureRegistry(connection)
                .find(options.table())
                .orElseThrow(() -> new CaptureException(
                        "Table " + options.table() + " is not captured. Nothing was changed; install capture first."));
    }

    static void execute(Connection connection, List<String> sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String one : sql) {
                statement.execute(one);
            }
        }
    }
}
