package dev.syncline.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.SyncManager;
import dev.syncline.config.SyncConfig;
import dev.syncline.config.SyncedTable;
import dev.syncline.exception.StorageException;
import dev.syncline.progress.SyncResult;
import dev.syncline.testing.crash.CopyableServer;
import dev.syncline.testing.jdbc.CrashLayer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteDataSource;

/** A disk that is really full, as SQLite knows it: what does not fit is refused as a whole and comes later. Defends G1, G4 and G10. */
class FullDiskTest {
    private static final int RECORDS = 400;
    /** No limit. */
    private static final long PLENTY = 1_000_000;

    @TempDir
    Path folder;

    private final CopyableServer server = new CopyableServer();
    private Path file;
    private CrashLayer layer;
    private SyncManager manager;
    private long pages = PLENTY;

    @BeforeEach
    void open() throws SQLException {
        file = folder.resolve("host.db");
        SQLiteDataSource source = new SQLiteDataSource() {
            @Override
            public SQLiteConnection getConnection(String user, String password) throws SQLException {
                SQLiteConnection connection = super.getConnection(user, password);
                limit(connection);
                return connection;
            }
        };
        source.setUrl("jdbc:sqlite:" + file);
        host("CREATE TABLE memo(id TEXT PRIMARY KEY, title TEXT)");
        layer = CrashLayer.over(source);
        manager = SyncManager.open(SyncConfig.builder(layer.source())
                .table(SyncedTable.named("memo").key("id").build())
                .backend(server)
                .build());
        assertThat(manager.synchronize().blockingGet().success()).isTrue();
    }

    @AfterEach
    void close() throws SQLException {
        manager.close();
        layer.close();
    }

    private void limit(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA max_page_count = " + pages);
        }
    }

    private void host(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private long number(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.getLong(1);
        }
    }

    /** Leaves this many pages free, for the manager's connections; each counts for itself how large the file may become. */
    private void leaveFree(long free) throws SQLException {
        pages = free == PLENTY ? PLENTY : number("PRAGMA page_count") + free;
        layer.each(this::limit);
    }

    private void fillServer() {
        for (int i = 0; i < RECORDS; i++) {
            server.put("memo", "m" + i, Map.of("title", "x".repeat(200) + i));
        }
    }

    @Test
    void a_page_that_does_not_fit_is_refused_as_a_whole_and_comes_when_there_is_room() throws SQLException {
        String cursor = "SELECT cursor FROM syncline_cursor";
        long before = number(cursor);
        fillServer();
        leaveFree(3);
        SyncResult refused = manager.synchronize().blockingGet();
        assertThat(refused.success()).isFalse();
        assertThat(refused.errors())
                .anySatisfy(error ->
                        assertThat(error).isInstanceOf(StorageException.class).hasMessageContaining("full"));
        assertThat(number("SELECT count(*) FROM memo")).isZero();
        assertThat(number(cursor)).isEqualTo(before);
        leaveFree(PLENTY);
        assertThat(manager.synchronize().blockingGet().success()).isTrue();
        assertThat(number("SELECT count(*) FROM memo")).isEqualTo(RECORDS);
    }

    @Test
    void a_change_that_was_sent_is_taken_for_sent_once_there_is_room_again() throws SQLException {
        host("INSERT INTO memo VALUES('mine', 't')");
        server.during(call -> {
            if (call.startsWith("CREATE")) {
                fillServer();
            }
        });
        leaveFree(0);
        manager.synchronize().blockingGet();
        manager.synchronize().blockingGet();
        assertThat(server.contents()).containsKey("memo/mine");
        assertThat(number("SELECT count(*) FROM memo")).isEqualTo(1);
        leaveFree(PLENTY);
        assertThat(manager.synchronize().blockingGet().success()).isTrue();
        assertThat(manager.pendingChanges()).isZero();
        assertThat(number("SELECT count(*) FROM memo")).isEqualTo(RECORDS + 1L);
        assertThat(server.contents()).containsEntry("memo/mine", "v1 {title=t}");
    }
}
