package dev.syncline.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.SyncManager;
import dev.syncline.config.SyncConfig;
import dev.syncline.config.SyncedTable;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.testing.crash.CopyableServer;
import dev.syncline.testing.jdbc.CrashLayer;
import dev.syncline.testing.jdbc.DurableLog;
import dev.syncline.testing.jdbc.FileImage;
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
import org.sqlite.SQLiteDataSource;

/** What nobody would tell again is on the disk before the host is told that it is done. Defends G1, G2 and G10. */
class PowerCutTest {
    @TempDir
    Path folder;

    private final CopyableServer server = new CopyableServer();
    private Path file;
    private CrashLayer layer;
    private DurableLog durable;
    private SyncManager manager;

    @BeforeEach
    void open() throws SQLException {
        file = folder.resolve("host.db");
        SQLiteDataSource source = new SQLiteDataSource();
        source.setUrl("jdbc:sqlite:" + file);
        try (Connection connection = source.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE memo(id TEXT PRIMARY KEY, title TEXT)");
        }
        durable = new DurableLog(file);
        layer = CrashLayer.over(source).plan(durable);
        manager = SyncManager.open(SyncConfig.builder(layer.source())
                .table(SyncedTable.named("memo")
                        .key("id")
                        .strategy(ResolutionStrategy.MANUAL)
                        .build())
                .backend(server)
                .build());
    }

    @AfterEach
    void close() throws SQLException {
        manager.close();
        layer.close();
    }

    private void host(String sql) throws SQLException {
        try (Connection connection = layer.source().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            statement.execute(sql);
            statement.execute("COMMIT");
        }
    }

    /** One number from what a power cut at this moment leaves at worst. */
    private long left(String sql) throws SQLException {
        FileImage image = FileImage.take(file, folder.resolve("left.db")).cutWal(durable.bytes());
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + image.database());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.getLong(1);
        }
    }

    @Test
    void the_triggers_are_there_once_the_file_is_open() throws SQLException {
        assertThat(left("SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'memo'"))
                .isGreaterThanOrEqualTo(3);
    }

    @Test
    void a_change_is_frozen_before_it_is_sent() throws SQLException {
        host("INSERT INTO memo VALUES('m', 't')");
        long[] frozen = {0};
        server.during(call -> {
            if (call.startsWith("CREATE")) {
                frozen[0] = frozenWhileSending();
            }
        });
        assertThat(manager.synchronize().blockingGet().success()).isTrue();
        assertThat(frozen[0]).isEqualTo(1);
    }

    private long frozenWhileSending() {
        try {
            return left("SELECT count(*) FROM syncline_queue WHERE idempotency_key IS NOT NULL");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void what_a_person_decided_stays_decided() throws SQLException {
        host("INSERT INTO memo VALUES('m', 't')");
        manager.synchronize().blockingGet();
        server.put("memo", "m", Map.of("title", "theirs"));
        host("UPDATE memo SET title = 'mine'");
        manager.synchronize().blockingGet();
        manager.conflicts().resolve(manager.conflicts().open().get(0).id(), ResolutionStrategy.REMOTE_WINS);
        assertThat(left("SELECT count(*) FROM syncline_conflicts WHERE resolved_at IS NULL"))
                .isZero();
        assertThat(left("SELECT count(*) FROM memo WHERE title = 'theirs'")).isEqualTo(1);
    }
}
