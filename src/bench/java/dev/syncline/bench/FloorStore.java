package dev.syncline.bench;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The floor's database work: prepared statements on one connection, and no row of bookkeeping beyond cursor and outbox. */
final class FloorStore implements AutoCloseable {

    private final Connection connection;
    private final int commitRows;
    private final PreparedStatement upsert;
    private final PreparedStatement find;
    private final PreparedStatement saveCursor;
    private final PreparedStatement unsent;
    private final PreparedStatement sent;
    private final PreparedStatement settled;

    private FloorStore(Path file, int commitRows, String... pragmas) throws SQLException {
        this.commitRows = commitRows;
        connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode = WAL");
            statement.execute("PRAGMA synchronous = NORMAL");
            for (String pragma : pragmas) {
                statement.execute("PRAGMA " + pragma);
            }
            statement.execute("CREATE TABLE cursor_(one INTEGER PRIMARY KEY, place TEXT NOT NULL, etag TEXT NOT NULL)");
            statement.execute("CREATE TABLE outbox(n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE)");
        }
        connection.setAutoCommit(false);
        String columns = String.join(", ", Transactions.COLUMNS);
        upsert = connection.prepareStatement("INSERT INTO " + Transactions.TABLE + "(" + columns + ") VALUES ("
                + Transactions.COLUMNS.stream().map(column -> "?").collect(Collectors.joining(","))
                + ") ON CONFLICT(id) DO UPDATE SET "
                + Transactions.COLUMNS.stream()
                        .skip(1)
                        .map(column -> column + " = excluded." + column)
                        .collect(Collectors.joining(", ")));
        find = connection.prepareStatement(
                "SELECT t.*, o.n FROM " + Transactions.TABLE + " t LEFT JOIN outbox o ON o.id = t.id WHERE t.id = ?");
        saveCursor = connection.prepareStatement("INSERT OR REPLACE INTO cursor_ VALUES (1, ?, ?)");
        unsent = connection.prepareStatement("SELECT t.*, o.n FROM outbox o JOIN " + Transactions.TABLE
                + " t ON t.id = o.id WHERE o.n > ? ORDER BY o.n LIMIT ?");
        sent = connection.prepareStatement("DELETE FROM outbox WHERE n <= ?");
        settled = connection.prepareStatement("DELETE FROM outbox WHERE n = ?");
    }

    /** PRAGMAs as they are, a commit for each page. */
    static FloorStore plain(Path file) throws SQLException {
        return new FloorStore(file, 1);
    }

    /** A larger cache, rarer checkpoints, and 5000 rows a commit in a full pull. */
    static FloorStore tuned(Path file) throws SQLException {
        return new FloorStore(file, 5000, "cache_size = -65536", "wal_autocheckpoint = 4000");
    }

    /** Where the next pull goes on. */
    record Cursor(String place, String etag) {}

    /** A row with its place in the outbox, 0 if it is not there. */
    record LocalRow(String[] values, long outbox) {}

    /** How many rows a full pull gathers, in whole pages, before it commits. */
    int commitRows() {
        return commitRows;
    }

    Optional<Cursor> cursor() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT place, etag FROM cursor_")) {
            return row.next() ? Optional.of(new Cursor(row.getString(1), row.getString(2))) : Optional.empty();
        }
    }

    /** Adds a row to those of the next commit. */
    void put(String[] row) throws SQLException {
        for (int i = 0; i < row.length; i++) {
            upsert.setString(i + 1, row[i]);
        }
        upsert.addBatch();
    }

    /** Writes what was put, and the cursor behind it, as one transaction. */
    void commit(Cursor cursor) throws SQLException {
        upsert.executeBatch();
        saveCursor.setString(1, cursor.place());
        saveCursor.setString(2, cursor.etag());
        saveCursor.executeUpdate();
        connection.commit();
    }

    /** Reads one row as it stands here. */
    Optional<LocalRow> find(String id) throws SQLException {
        find.setString(1, id);
        try (ResultSet row = find.executeQuery()) {
            return row.next() ? Optional.of(local(row)) : Optional.empty();
        }
    }

    /** Reads the next rows behind a place in the outbox. */
    List<LocalRow> unsent(long after, int rows) throws SQLException {
        unsent.setLong(1, after);
        unsent.setInt(2, rows);
        List<LocalRow> found = new ArrayList<>(rows);
        try (ResultSet row = unsent.executeQuery()) {
            while (row.next()) {
                found.add(local(row));
            }
        }
        return found;
    }

    /** Marks everything up to a place in the outbox as done, as one transaction. */
    void sent(long upTo) throws SQLException {
        sent.setLong(1, upTo);
        sent.executeUpdate();
        connection.commit();
    }

    /** Takes one row out of the outbox with the next commit. */
    void settled(long outbox) throws SQLException {
        settled.setLong(1, outbox);
        settled.executeUpdate();
    }

    /** Ends the read that is open. */
    void endRead() throws SQLException {
        connection.commit();
    }

    long pending() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM outbox")) {
            return row.getLong(1);
        }
    }

    private static LocalRow local(ResultSet row) throws SQLException {
        String[] values = new String[Transactions.COLUMNS.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = row.getString(i + 1);
        }
        return new LocalRow(values, row.getLong(values.length + 1));
    }

    @Override
    public void close() throws SQLException {
        connection.rollback();
        connection.close();
    }
}
