package dev.syncline.internal.store;

import dev.syncline.backend.rest.RestBackend;
import dev.syncline.config.SyncConfig;
import dev.syncline.config.SyncConfigBuilder;
import dev.syncline.config.SyncOptions;
import dev.syncline.config.SyncedTable;
import dev.syncline.testing.RecordedWaits;
import dev.syncline.testing.SettableClock;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A store on a real file, as the engine opens it, beside a host that knows nothing of it. */
final class OpenStore implements AutoCloseable {
    final Path file;
    final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T10:00:00Z"));
    final RecordedWaits waits = new RecordedWaits();
    final SyncDatabase database;
    final TransactionManager transactions;

    private OpenStore(Path file, SyncConfigBuilder named, Duration busyTimeout) {
        this.file = file;
        SyncConfig config = named.table(SyncedTable.named("item").key("id").build())
                .backend(RestBackend.at("http://localhost:1").build())
                .options(SyncOptions.builder().busyTimeout(busyTimeout).build())
                .clock(clock)
                .build();
        database = SyncDatabase.open(config);
        transactions = new TransactionManager(database, new Waiter(waits));
    }

    /** Opens a file whose writers wait for nobody by themselves, so that every wait is the test's. */
    static OpenStore on(Path file) {
        return on(file, Duration.ZERO);
    }

    static OpenStore on(Path file, Duration busyTimeout) {
        return new OpenStore(file, SyncConfig.builder(file), busyTimeout);
    }

    static OpenStore on(DataSource source, Path file) {
        return new OpenStore(file, SyncConfig.builder(source), Duration.ZERO);
    }

    /** Brings the library's tables into the file. */
    OpenStore migrated() {
        new SchemaMigrator(database, transactions).migrate(List.of("CREATE TABLE syncline_capture(x)"));
        return this;
    }

    Connection host() throws SQLException {
        return host(file);
    }

    static Connection host(Path file) throws SQLException {
        return DriverManager.getConnection("jdbc:sqlite:" + file);
    }

    void sql(String... statements) throws SQLException {
        sql(file, statements);
    }

    static void sql(Path file, String... statements) throws SQLException {
        try (Connection connection = host(file)) {
            run(connection, statements);
        }
    }

    static void run(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** A single value as the host sees it. */
    @Nullable
    Object value(String query) throws SQLException {
        return value(file, query);
    }

    static @Nullable Object value(Path file, String query) throws SQLException {
        try (Connection connection = host(file)) {
            return value(connection, query);
        }
    }

    static @Nullable Object value(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            return rows.next() ? rows.getObject(1) : null;
        }
    }

    @Override
    public void close() {
        database.close();
    }
}
