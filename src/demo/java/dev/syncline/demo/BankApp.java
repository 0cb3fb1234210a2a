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
import org.jspecify.annotations.Nullable;

/**
 * The application on each device, as a host would write it: its own tables, its own connection, plain SQL. It knows nothing of
 * Syncline.
 */
final class BankApp implements AutoCloseable {

    /** An account as the application keeps it; amounts are decimal text. */
    record Account(
            String id,
            long branch,
            String holder,
            @Nullable String phone,
            String balance,
            String limit,
            String openedAt) {}

    /** A payment as the application keeps it; the tags are JSON. */
    record Payment(
            String id,
            String account,
            long category,
            String amount,
            String dueAt,
            String tags,
            @Nullable String note,
            boolean paid) {}

    /** A piece of work that the application does as a whole or not at all. */
    interface Work {
        void run() throws SQLException;
    }

    private final Connection connection;

    private BankApp(Connection connection) {
        this.connection = connection;
    }

    /** Opens the application's database and makes its tables if they are not there. */
    static BankApp open(Path file) throws SQLException {
        BankApp app = new BankApp(DriverManager.getConnection("jdbc:sqlite:" + file));
        try (Statement statement = app.connection.createStatement()) {
            statement.execute("PRAGMA busy_timeout = 10000");
            statement.execute("PRAGMA foreign_keys = ON");
            for (String sql : BankSchema.STATEMENTS) {
                statement.execute(sql);
            }
        }
        return app;
    }

    /** Does the work in one transaction, once and for all: done before, it is not done again. */
    boolean once(String work, Work statements) throws SQLException {
        connection.setAutoCommit(false);
        try {
            boolean fresh = update("INSERT OR IGNORE INTO app_done(work) VALUES (?)", work) == 1;
            if (fresh) {
                statements.run();
            }
            connection.commit();
            return fresh;
        } catch (SQLException | RuntimeException e) {
            connection.rollback();
            throw e;
        } finally {
            connection.setAutoCommit(true);
        }
    }

    /** Adds a branch; SQLite chooses the number. */
    long addBranch(String name, String city) throws SQLException {
        update("INSERT INTO branch(name, city) VALUES (?, ?)", name, city);
        return number("SELECT last_insert_rowid()");
    }

    /** Adds a category; SQLite chooses the number. */
    long addCategory(String name) throws SQLException {
        update("INSERT INTO category(name) VALUES (?)", name);
        return number("SELECT last_insert_rowid()");
    }

    void openAccounts(Iterable<Account> accounts) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO account(id, branch_id, holder, phone, balance, credit_limit, opened_at)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?)")) {
            for (Account a : accounts) {
                bind(insert, a.id(), a.branch(), a.holder(), a.phone(), a.balance(), a.limit(), a.openedAt());
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    void pay(Iterable<Payment> payments) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO payment(id, account_id, category_id, amount, due_at, tags, note, paid)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)")) {
            for (Payment p : payments) {
                bind(
                        insert,
                        p.id(),
                        p.account(),
                        p.category(),
                        p.amount(),
                        p.dueAt(),
                        p.tags(),
                        p.note(),
                        p.paid() ? 1 : 0);
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    int correctAmount(String payment, String amount) throws SQLException {
        return update("UPDATE payment SET amount = ? WHERE id = ?", amount, payment);
    }

    int postpone(String payment, String dueAt) throws SQLException {
        return update("UPDATE payment SET due_at = ? WHERE id = ?", dueAt, payment);
    }

    int note(String payment, String note) throws SQLException {
        return update("UPDATE payment SET note = ? WHERE id = ?", note, payment);
    }

    int tag(String payment, String tags) throws SQLException {
        return update("UPDATE payment SET tags = ? WHERE id = ?", tags, payment);
    }

    int markPaid(String payment) throws SQLException {
        return update("UPDATE payment SET paid = 1 WHERE id = ?", payment);
    }

    int cancel(String payment) throws SQLException {
        return update("DELETE FROM payment WHERE id = ?", payment);
    }

    int setLimit(String account, String limit) throws SQLException {
        return update("UPDATE account SET credit_limit = ? WHERE id = ?", limit, account);
    }

    int setPhone(String account, String phone) throws SQLException {
        return update("UPDATE account SET phone = ? WHERE id = ?", phone, account);
    }

    /** Closes an account; its payments go with it. */
    int close(String account) throws SQLException {
        return update("DELETE FROM account WHERE id = ?", account);
    }

    int renameCategory(String from, String to) throws SQLException {
        return update("UPDATE category SET name = ? WHERE name = ?", to, from);
    }

    List<Long> branches() throws SQLException {
        return numbers("SELECT id FROM branch ORDER BY id");
    }

    List<Long> categories() throws SQLException {
        return numbers("SELECT id FROM category ORDER BY id");
    }

    /** How many accounts of holders that begin so are at the branch of that name. */
    long accountsAt(String branch, String holderPrefix) throws SQLException {
        return number(
                "SELECT count(*) FROM account JOIN branch ON branch.id = account.branch_id"
                        + " WHERE branch.name = ? AND holder LIKE ? || '%'",
                branch, holderPrefix);
    }

    boolean isDue(String payment, String amount, String dueAt) throws SQLException {
        return number("SELECT count(*) FROM payment WHERE id = ? AND amount = ? AND due_at = ?", payment, amount, dueAt)
                == 1;
    }

    long rows() throws SQLException {
        return number("SELECT (SELECT count(*) FROM branch) + (SELECT count(*) FROM category)"
                + " + (SELECT count(*) FROM account) + (SELECT count(*) FROM payment)");
    }

    private int update(String sql, @Nullable Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, values);
            return statement.executeUpdate();
        }
    }

    private long number(String sql, @Nullable Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            bind(statement, values);
            try (ResultSet result = statement.executeQuery()) {
                return result.getLong(1);
            }
        }
    }

    private List<Long> numbers(String sql) throws SQLException {
        List<Long> numbers = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            while (result.next()) {
                numbers.add(result.getLong(1));
            }
        }
        return numbers;
    }

    private static void bind(PreparedStatement statement, @Nullable Object... values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
