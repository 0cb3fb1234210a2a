package dev.syncline.internal.capture;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** A host's database file with one connection of the host, which knows nothing of us, and one of the sync. */
final class HostFile implements AutoCloseable {
    private final Path path;
    final Connection host;
    final Connection sync;

    /** A new file; the set-up runs before any table of ours is there. */
    HostFile(Path path, String... setUp) throws SQLException {
        this(path);
        host(setUp);
        sync(CaptureTables.DDL.toArray(String[]::new));
    }

    private HostFile(Path path) throws SQLException {
        this.path = path;
        host = open();
        sync = open();
        sync("PRAGMA foreign_keys = ON");
    }

    /** A file that was made by another instance. */
    static HostFile existing(Path path) throws SQLException {
        return new HostFile(path);
    }

    /** Another plain connection to the file. */
    Connection open() throws SQLException {
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + path);
        run(connection, "PRAGMA synchronous = OFF");
        return connection;
    }

    HostFile host(String... sql) throws SQLException {
        for (String one : sql) {
            run(host, one);
        }
        return this;
    }

    HostFile sync(String... sql) throws SQLException {
        for (String one : sql) {
            run(sync, one);
        }
        return this;
    }

    Journal capture(String table) throws SQLException {
        return capture(CaptureOptions.of(table));
    }

    Journal capture(CaptureOptions options) throws SQLException {
        return new ChangeCapture(options).install(sync);
    }

    TableContents contents(Journal journal) throws SQLException {
        return TableContents.of(host, journal.schema());
    }

    List<PendingChange> pending(Journal journal) throws SQLException {
        return journal.pending(sync, 0, 10_000, HostFile::readable);
    }

    /** For tests whose values can all be read. */
    static void readable(Object[] key, UnreadableValueException why) {
        throw why;
    }

    /** All rows of a query as text, columns joined by a bar. */
    List<String> rows(String sql) throws SQLException {
        return rows(host, sql);
    }

    static List<String> rows(Connection connection, String sql) throws SQLException {
        List<String> all = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            int width = rows.getMetaData().getColumnCount();
            while (rows.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= width; i++) {
                    row.add(String.valueOf(rows.getString(i)));
                }
                all.add(String.join("|", row));
            }
        }
        return all;
    }

    /** Everything sqlite_master says, in its order. */
    List<String> schemaDump() throws SQLException {
        return rows("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY rowid");
    }

    static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() throws SQLException {
        host.close();
        sync.close();
    }
}
