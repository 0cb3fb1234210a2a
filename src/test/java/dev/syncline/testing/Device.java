package dev.syncline.testing;

import dev.syncline.SyncManager;
import dev.syncline.backend.RemoteBackend;
import dev.syncline.backend.rest.RestBackend;
import dev.syncline.config.SyncConfig;
import dev.syncline.config.SyncConfigBuilder;
import dev.syncline.config.SyncOptions;
import dev.syncline.config.SyncedTable;
import dev.syncline.progress.SyncResult;
import dev.syncline.resilience.RetryStrategy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One device of a test: a SQLite file, a host that knows nothing of the library and writes with plain SQL, and a manager that is
 * opened when first asked for. Not thread-safe.
 */
public final class Device implements AutoCloseable {
    private final Path file;
    private final String url;
    private final List<SyncedTable> tables;
    private UnaryOperator<SyncConfigBuilder> settings = UnaryOperator.identity();
    private @Nullable RemoteBackend backend;
    private @Nullable SyncManager manager;

    /** A device whose host has run these statements before. */
    public Device(Path file, String url, List<SyncedTable> tables, String... schema) {
        this.file = file;
        this.url = url;
        this.tables = tables;
        for (String statement : schema) {
            sql(statement);
        }
    }

    /** Changes the configuration of managers opened from now on. */
    public Device with(UnaryOperator<SyncConfigBuilder> settings) {
        this.settings = settings;
        return this;
    }

    /** Uses this backend in place of one at the url. */
    public Device with(RemoteBackend backend) {
        this.backend = backend;
        return this;
    }

    /** The file. */
    public Path file() {
        return file;
    }

    /** The configuration that the manager is opened with. */
    public SyncConfig config() {
        RemoteBackend remote = backend == null ? RestBackend.at(url).build() : backend;
        // A test says when a run begins.
        SyncOptions options = SyncOptions.builder()
                .retry(RetryStrategy.none())
                .followUps(false)
                .build();
        return settings.apply(
                        SyncConfig.builder(file).tables(tables).backend(remote).options(options))
                .build();
    }

    /** The open manager. */
    public SyncManager manager() {
        if (manager == null) {
            manager = SyncManager.open(config());
        }
        return manager;
    }

    /** Runs once, whatever comes of it. */
    public SyncResult sync() {
        return manager().synchronize().blockingGet();
    }

    /** Closes the manager, as the host does at its end; the file stays. */
    @Override
    public void close() {
        if (manager != null) {
            manager.close();
            manager = null;
        }
    }

    /** Runs a statement of the host's on a connection that never loaded the library. */
    public int sql(String sql, @Nullable Object... parameters) {
        try (Connection connection = connect();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            return statement.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /** A connection as a host opens one. */
    public Connection connect() throws SQLException {
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        try (PreparedStatement foreignKeys = connection.prepareStatement("PRAGMA foreign_keys = ON")) {
            foreignKeys.execute();
        }
        return connection;
    }

    /** The rows of a query, each as column to value. */
    public List<Map<String, @Nullable Object>> query(String sql, @Nullable Object... parameters) {
        try (Connection connection = connect();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            List<Map<String, @Nullable Object>> found = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                ResultSetMetaData meta = rows.getMetaData();
                while (rows.next()) {
                    Map<String, @Nullable Object> row = new LinkedHashMap<>();
                    for (int i = 1; i <= meta.getColumnCount(); i++) {
                        row.put(meta.getColumnLabel(i), rows.getObject(i));
                    }
                    found.add(row);
                }
            }
            return found;
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /** One value. */
    public @Nullable Object value(String sql, @Nullable Object... parameters) {
        List<Map<String, @Nullable Object>> rows = query(sql, parameters);
        return rows.isEmpty() ? null : rows.get(0).values().iterator().next();
    }

    /** A table's rows by their first column. */
    public Map<Object, Map<String, @Nullable Object>> rows(String table) {
        Map<Object, Map<String, @Nullable Object>> byKey = new TreeMap<>();
        for (Map<String, @Nullable Object> row : query("SELECT * FROM \"" + table + "\"")) {
            byKey.put(String.valueOf(row.values().iterator().next()), row);
        }
        return byKey;
    }
}
