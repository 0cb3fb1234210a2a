package dev.syncline.internal.capture;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads {@code syncline_table} and its companions, and the parts of sqlite_master they are compared with. */
final class CaptureRegistry {
    /**
     * A trigger of sqlite_master.
     *
     * @param order its rowid there: newer triggers have larger ones, and fire first
     * @param name its name
     * @param table the table it is on
     * @param sql its text
     */
    record LiveTrigger(long order, String name, String table, String sql) {}

    private final Connection connection;

    CaptureRegistry(Connection connection) {
        this.connection = connection;
    }

    /** The captured table that is called so now: the one whose triggers sit there, or else the one registered so. */
    Optional<Registered> find(String table) throws SQLException {
        Optional<Registered> byName = Optional.empty();
        for (Registered registered : all()) {
            for (LiveTrigger trigger : ours(registered.id())) {
                if (Identifiers.same(trigger.table(), table)) {
                    return Optional.of(registered);
                }
            }
            if (Identifiers.same(registered.name(), table)) {
                byName = Optional.of(registered);
            }
        }
        return byName;
    }

    /**
     * Tells with one look whether a table is as it was when its triggers were last seen to fit, without a gap. False may also mean
     * that it has another name in the registry.
     */
    boolean isUntouched(CaptureOptions options) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement("SELECT 1 FROM main.syncline_table, pragma_schema_version"
                        + " v WHERE name = ? COLLATE NOCASE AND gap IS NULL AND edit_time = ? AND delete_mark = ?"
                        + " AND syncline_table.schema_version = v.schema_version")) {
            query.setString(1, options.table());
            query.setBoolean(2, options.editTime());
            query.setBoolean(3, options.deleteMark());
            try (ResultSet rows = query.executeQuery()) {
                return rows.next();
            }
        }
    }

    List<Registered> all() throws SQLException {
        List<Registered> tables = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement("SELECT id, name, schema_version, gap, gap_full,"
                        + " edit_time, delete_mark FROM main.syncline_table ORDER BY id");
                ResultSet rows = query.executeQuery()) {
            while (rows.next()) {
                long version = rows.getLong(3);
                Long schemaVersion = rows.wasNull() ? null : version;
                long id = rows.getLong(1);
                tables.add(new Registered(
                        id,
                        rows.getString(2),
                        schemaVersion,
                        rows.getString(4),
                        rows.getBoolean(5),
                        rows.getBoolean(6),
                        rows.getBoolean(7),
                        columns(id),
                        schema(id)));
            }
        }
        return tables;
    }

    private List<Registered.Column> columns(long id) throws SQLException {
        List<Registered.Column> columns = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement("SELECT role, position, name, affinity, dropped"
                + " FROM main.syncline_table_column WHERE table_id = ? ORDER BY role DESC, position")) {
            query.setLong(1, id);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    columns.add(new Registered.Column(
                            Registered.Role.valueOf(rows.getString(1)),
                            rows.getInt(2),
                            rows.getString(3),
                            Affinity.valueOf(rows.getString(4)),
                            rows.getBoolean(5)));
                }
            }
        }
        return columns;
    }

    private List<Registered.Entry> schema(long id) throws SQLException {
        List<Registered.Entry> entries = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT type, name, sql FROM main.syncline_table_schema WHERE table_id = ? ORDER BY rowid")) {
            query.setLong(1, id);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    entries.add(new Registered.Entry(rows.getString(1), rows.getString(2), rows.getString(3)));
                }
            }
        }
        return entries;
    }

    /** Our triggers of a captured table, on whatever table they sit now. */
    List<LiveTrigger> ours(long id) throws SQLException {
        String prefix = CaptureTables.triggerPrefix(id);
        return triggers("substr(name, 1, " + prefix.length() + ") = ?", prefix);
    }

    /** Every trigger on a table, ours included. */
    List<LiveTrigger> on(String table) throws SQLException {
        return triggers("tbl_name = ? COLLATE NOCASE", table);
    }

    private List<LiveTrigger> triggers(String condition, String value) throws SQLException {
        List<LiveTrigger> triggers = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement("SELECT rowid, name, tbl_name, sql"
                + " FROM main.sqlite_master WHERE type = 'trigger' AND " + condition + " ORDER BY rowid")) {
            query.setString(1, value);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    triggers.add(
                            new LiveTrigger(rows.getLong(1), rows.getString(2), rows.getString(3), rows.getString(4)));
                }
            }
        }
        return triggers;
    }

    boolean tableExists(String name) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT 1 FROM main.sqlite_master WHERE type = 'table' AND name = ? COLLATE NOCASE")) {
            query.setString(1, name);
            try (ResultSet rows = query.executeQuery()) {
                return rows.next();
            }
        }
    }

    String name(long id) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement("SELECT name FROM main.syncline_table WHERE id = ?")) {
            query.setLong(1, id);
            try (ResultSet rows = query.executeQuery()) {
                rows.next();
                return rows.getString(1);
            }
        }
    }

    long schemaVersion() throws SQLException {
        return number("PRAGMA main.schema_version");
    }

    long nextId() throws SQLException {
        return number("SELECT ifnull(max(id), 0) + 1 FROM main.syncline_table");
    }

    private long number(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }
}
