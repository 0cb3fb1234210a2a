package dev.syncline.demo;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The application of the real bank: seven tables, filled from the {@code .asc} files with plain SQL. It knows nothing of
 * Syncline.
 */
final class AscBankApp implements AutoCloseable {

    /** How a field of the files becomes a value. */
    private enum Kind {
        INTEGER,
        TEXT,
        /** {@code yymmdd} of the twentieth century. */
        DATE,
        /** {@code yymmdd hh:mm:ss}. */
        MOMENT
    }

    /** A field of a file, the column it goes to, and how. */
    private record Field(String asc, String column, Kind kind) {}

    /** A file and its table, parents first. */
    private record Table(String name, List<Field> fields) {}

    private static final List<String> SCHEMA =
            List.of("""
            CREATE TABLE IF NOT EXISTS district(
              district_id INTEGER PRIMARY KEY,
              name TEXT NOT NULL, region TEXT NOT NULL, inhabitants INTEGER,
              hamlets INTEGER, villages INTEGER, towns INTEGER, large_towns INTEGER, cities INTEGER,
              urban_share TEXT, average_salary INTEGER, unemployment_95 TEXT, unemployment_96 TEXT,
              entrepreneurs INTEGER, crimes_95 INTEGER, crimes_96 INTEGER)""", """
            CREATE TABLE IF NOT EXISTS account(
              account_id INTEGER PRIMARY KEY,
              district_id INTEGER NOT NULL REFERENCES district(district_id),
              frequency TEXT NOT NULL, date TEXT NOT NULL)""", """
            CREATE TABLE IF NOT EXISTS client(
              client_id INTEGER PRIMARY KEY,
              birth_number TEXT NOT NULL,
              district_id INTEGER NOT NULL REFERENCES district(district_id))""", """
            CREATE TABLE IF NOT EXISTS disp(
              disp_id INTEGER PRIMARY KEY,
              client_id INTEGER NOT NULL REFERENCES client(client_id),
              account_id INTEGER NOT NULL REFERENCES account(account_id),
              type TEXT NOT NULL)""", """
            CREATE TABLE IF NOT EXISTS "order"(
              order_id INTEGER PRIMARY KEY,
              account_id INTEGER NOT NULL REFERENCES account(account_id),
              bank_to TEXT NOT NULL, account_to TEXT NOT NULL, amount TEXT NOT NULL, k_symbol TEXT)""", """
            CREATE TABLE IF NOT EXISTS loan(
              loan_id INTEGER PRIMARY KEY,
              account_id INTEGER NOT NULL REFERENCES account(account_id),
              date TEXT NOT NULL, amount TEXT NOT NULL, duration INTEGER NOT NULL, payments TEXT NOT NULL,
              status TEXT NOT NULL)""", """
            CREATE TABLE IF NOT EXISTS card(
              card_id INTEGER PRIMARY KEY,
              disp_id INTEGER NOT NULL REFERENCES disp(disp_id),
              type TEXT NOT NULL, issued TEXT NOT NULL)""", "CREATE TABLE IF NOT EXISTS app_done(work TEXT PRIMARY KEY)");

    private static final List<Table> TABLES = List.of(
            new Table(
                    "district",
                    List.of(
                            integer("A1", "district_id"),
                            text("A2", "name"),
                            text("A3", "region"),
                            integer("A4", "inhabitants"),
                            integer("A5", "hamlets"),
                            integer("A6", "villages"),
                            integer("A7", "towns"),
                            integer("A8", "large_towns"),
                            integer("A9", "cities"),
                            text("A10", "urban_share"),
                            integer("A11", "average_salary"),
                            text("A12", "unemployment_95"),
                            text("A13", "unemployment_96"),
                            integer("A14", "entrepreneurs"),
                            integer("A15", "crimes_95"),
                            integer("A16", "crimes_96"))),
            new Table(
                    "account",
                    List.of(
                            integer("account_id"),
                            integer("district_id"),
                            text("frequency"),
                            new Field("date", "date", Kind.DATE))),
            new Table("client", List.of(integer("client_id"), text("birth_number"), integer("district_id"))),
            new Table("disp", List.of(integer("disp_id"), integer("client_id"), integer("account_id"), text("type"))),
            new Table(
                    "order",
                    List.of(
                            integer("order_id"),
                            integer("account_id"),
                            text("bank_to"),
                            text("account_to"),
                            text("amount"),
                            text("k_symbol"))),
            new Table(
                    "loan",
                    List.of(
                            integer("loan_id"),
                            integer("account_id"),
                            new Field("date", "date", Kind.DATE),
                            text("amount"),
                            integer("duration"),
                            text("payments"),
                            text("status"))),
            new Table(
                    "card",
                    List.of(
                            integer("card_id"),
                            integer("disp_id"),
                            text("type"),
                            new Field("issued", "issued", Kind.MOMENT))));

    private final Connection connection;

    private AscBankApp(Connection connection) {
        this.connection = connection;
    }

    /** Opens the application's database and makes its tables if they are not there. */
    static AscBankApp open(Path file) throws SQLException {
        AscBankApp app = new AscBankApp(DriverManager.getConnection("jdbc:sqlite:" + file));
        try (Statement statement = app.connection.createStatement()) {
            statement.execute("PRAGMA busy_timeout = 10000");
            statement.execute("PRAGMA foreign_keys = ON");
            for (String sql : SCHEMA) {
                statement.execute(sql);
            }
        }
        return app;
    }

    /** Reads all files in one transaction, once and for all. */
    void load(Path folder) throws IOException, SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            if (statement.executeUpdate("INSERT OR IGNORE INTO app_done(work) VALUES ('load')") == 1) {
                for (Table table : TABLES) {
                    load(folder.resolve(table.name() + ".asc"), table);
                }
            }
            connection.commit();
        } catch (IOException | SQLException | RuntimeException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    private void load(Path file, Table table) throws IOException, SQLException {
        List<String> columns = table.fields().stream().map(Field::column).toList();
        String places = "?" + ", ?".repeat(columns.size() - 1);
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO \"" + table.name() + "\"(" + String.join(", ", columns) + ") VALUES (" + places + ")")) {
            for (Map<String, @Nullable String> row : AscReader.read(file)) {
                for (int i = 0; i < columns.size(); i++) {
                    Field field = table.fields().get(i);
                    if (!row.containsKey(field.asc())) {
                        throw new IOException(file + ": there is no column " + field.asc());
                    }
                    insert.setObject(i + 1, value(field, row.get(field.asc()), file));
                }
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    private static @Nullable Object value(Field field, @Nullable String text, Path file) throws IOException {
        if (text == null || text.isBlank()) {
            return null;
        }
        try {
            return switch (field.kind()) {
                case INTEGER -> Long.valueOf(text);
                case TEXT -> text;
                case DATE -> date(text);
                case MOMENT -> date(text.substring(0, 6)) + "T" + text.substring(7) + "Z";
            };
        } catch (NumberFormatException | StringIndexOutOfBoundsException e) {
            throw new IOException(file + ": a value of column " + field.asc() + " is not as expected", e);
        }
    }

    private static String date(String yymmdd) {
        return "19" + yymmdd.substring(0, 2) + "-" + yymmdd.substring(2, 4) + "-" + yymmdd.substring(4, 6);
    }

    private static Field integer(String column) {
        return integer(column, column);
    }

    private static Field integer(String asc, String column) {
        return new Field(asc, column, Kind.INTEGER);
    }

    private static Field text(String column) {
        return text(column, column);
    }

    private static Field text(String asc, String column) {
        return new Field(asc, column, Kind.TEXT);
    }

    long rows() throws SQLException {
        long rows = 0;
        for (Table table : TABLES) {
            try (Statement statement = connection.createStatement();
                    ResultSet count = statement.executeQuery("SELECT count(*) FROM \"" + table.name() + "\"")) {
                rows += count.getLong(1);
            }
        }
        return rows;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
