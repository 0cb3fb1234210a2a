package dev.syncline.bench;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.stream.Collectors;

/** The host's own table with its two secondary indexes, and what a host does with it on a plain connection. */
final class HostTable implements AutoCloseable {

    private static final int FIRST_NEW = 10_000_000;

    private final Connection connection;

    HostTable(Path file) throws SQLException {
        connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        try (Statement statement = connection.createStatement()) {
            statement.execute("PRAGMA journal_mode = WAL");
            statement.execute("PRAGMA synchronous = NORMAL");
            statement.execute("CREATE TABLE " + Transactions.TABLE + "("
                    + Transactions.COLUMNS.stream()
                            .map(column -> column + (column.equals("id") ? " TEXT PRIMARY KEY" : " TEXT NOT NULL"))
                            .collect(Collectors.joining(", "))
                    + ")");
            statement.execute("CREATE INDEX transaction_account ON " + Transactions.TABLE + "(account_id)");
            statement.execute("CREATE INDEX transaction_booked ON " + Transactions.TABLE + "(booked_at)");
        }
    }

    /** The number of the n-th row that is created on the device. */
    static int created(int n) {
        return FIRST_NEW + n;
    }

    /** Does on the device what the scenario asks for, as one transaction; {@code record} runs inside it for each row. */
    void write(Scenario scenario, EditRecorder record) throws SQLException {
        connection.setAutoCommit(false);
        if (scenario.pushes()) {
            create(scenario.changedHere(), record);
        } else {
            edit(scenario.changedHere(), record);
        }
        connection.commit();
        connection.setAutoCommit(true);
    }

    private void create(int rows, EditRecorder record) throws SQLException {
        String sql = "INSERT INTO " + Transactions.TABLE + " VALUES (?,?,?,?,?,?,?,?,?,?,?)";
        try (PreparedStatement insert = connection.prepareStatement(sql)) {
            for (int n = 0; n < rows; n++) {
                String[] row = Transactions.row(created(n));
                for (int i = 0; i < row.length; i++) {
                    insert.setString(i + 1, row[i]);
                }
                insert.executeUpdate();
                record.edited(connection, row[0]);
            }
        }
    }

    private void edit(int rows, EditRecorder record) throws SQLException {
        String sql = "UPDATE " + Transactions.TABLE + " SET description = ?, amount = ? WHERE id = ?";
        try (PreparedStatement update = connection.prepareStatement(sql)) {
            for (int n = 0; n < rows; n++) {
                String[] row = Transactions.edited(n, "device");
                update.setString(1, row[Transactions.COLUMNS.indexOf("description")]);
                update.setString(2, row[Transactions.COLUMNS.indexOf("amount")]);
                update.setString(3, row[0]);
                update.executeUpdate();
                record.edited(connection, row[0]);
            }
        }
    }

    /** Brings everything from the log into the file, so that no measured part pays for what was written before it. */
    void checkpoint() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("PRAGMA wal_checkpoint(TRUNCATE)")) {
            if (result.getInt(1) != 0) {
                throw new IllegalStateException("the log could not be emptied: somebody holds the file");
            }
        }
    }

    /** Makes sure that the table holds exactly the rows that the scenario leads to. */
    void check(Scenario scenario, int size) throws SQLException {
        long rows = 0;
        long print = 0;
        for (int number = 0; number < size; number++) {
            String[] row =
                    number < scenario.changedThere() ? Transactions.edited(number, "server") : Transactions.row(number);
            print += Transactions.print(row);
            rows++;
        }
        for (int n = 0; scenario.pushes() && n < scenario.changedHere(); n++) {
            print += Transactions.print(Transactions.row(created(n)));
            rows++;
        }
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery("SELECT * FROM " + Transactions.TABLE)) {
            String[] row = new String[Transactions.COLUMNS.size()];
            while (found.next()) {
                for (int i = 0; i < row.length; i++) {
                    row[i] = found.getString(i + 1);
                }
                print -= Transactions.print(row);
                rows--;
            }
        }
        if (rows != 0 || print != 0) {
            throw new IllegalStateException(
                    scenario.title() + " left other rows in the table than it should; " + rows + " are missing");
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }

    /** How a client without triggers learns of the host's edits. */
    interface EditRecorder {

        /** Called in the host's transaction for each row that it wrote. */
        void edited(Connection connection, String id) throws SQLException;
    }
}
