package dev.syncline.demo;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A device's database as its application sees it: one connection of its own and plain statements. */
final class Sql implements AutoCloseable {

    /** Turns the row a result set stands on into a value. */
    interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** Statements that belong together. */
    interface Work {
        void run() throws SQLException;
    }

    private final Connection connection;

    private Sql(Connection connection) {
        this.connection = connection;
    }

    /** Opens the file for an application that writes; made if it is not there. */
    static Sql open(Path file) throws SQLException {
        Sql sql = new Sql(DriverManager.getConnection("jdbc:sqlite:" + file));
        sql.script("PRAGMA busy_timeout = 10000", "PRAGMA foreign_keys = ON");
        return sql;
    }

    /** Opens the file for reading only. */
    static Sql read(Path file) throws SQLException {
        Sql sql = new Sql(DriverManager.getConnection("jdbc:sqlite:" + file));
        sql.script("PRAGMA busy_timeout = 10000", "PRAGMA query_only = ON");
        return sql;
    }

    /** Opens a file that belongs to somebody else: not a byte of it changes, not even by taking in its log. */
    static Sql foreign(Path file) throws SQLException {
        Properties readOnly = new Properties();
        readOnly.setProperty("open_mode", "1");
        return new Sql(DriverManager.getConnection("jdbc:sqlite:" + file, readOnly));
    }

    void script(String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** Runs one statement; returns how many rows it changed. */
    int run(String sql, @Nullable Object... values) throws SQLException {
        try (PreparedStatement statement = prepare(sql, values)) {
            return statement.executeUpdate();
        }
    }

    /** A statement to be run many times by the caller, who closes it. */
    PreparedStatement prepare(String sql, @Nullable Object... values) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        return statement;
    }

    <T> List<T> list(String sql, RowReader<T> reader, @Nullable Object... values) throws SQLException {
        List<T> rows = new ArrayList<>();
        try (PreparedStatement statement = prepare(sql, values);
                ResultSet result = statement.executeQuery()) {
            while (result.next()) {
                rows.add(reader.read(result));
            }
        }
        return rows;
    }

    long number(String sql, @Nullable Object... values) throws SQLException {
        return list(sql, row -> row.getLong(1), values).get(0);
    }

    /** All of it or nothing; the write lock is taken at once, so that no other writer gets in between. */
    void inTransaction(Work work) throws SQLException {
        script("BEGIN IMMEDIATE");
        try {
            work.run();
            script("COMMIT");
        } catch (SQLException | RuntimeException e) {
            try {
                script("ROLLBACK");
            } catch (SQLException second) {
                e.addSuppressed(second);
            }
            throw e;
        }
    }

    static String name(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    static String names(List<String> identifiers) {
        return identifiers.stream().map(Sql::name).collect(Collectors.joining(", "));
    }

    /** {@code "a" = ? AND "b" = ?}. */
    static String allEqual(List<String> identifiers) {
        return identifiers.stream().map(name -> name(name) + " = ?").collect(Collectors.joining(" AND "));
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
