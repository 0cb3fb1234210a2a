package consumer;

import dev.syncline.SyncManager;
import dev.syncline.progress.SyncResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;

/** A host on the module path: runs the README's programs, then checks each step of its own. */
public final class Main {

    private Main() {}

    public static void main(String[] args) throws Exception {
        Path folder = Files.createTempDirectory("consumer");
        try (SmallServer server = new SmallServer()) {
            FirstSync.main(new String[] {folder.resolve("first.db").toString(), server.url()});
            expect("payments at the server after the first program", 1, server.rows("payment"));
            payFrom(folder.resolve("bank.db"), server);
        }
    }

    private static void payFrom(Path file, SmallServer server) throws Exception {
        try (Connection bank = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement sql = bank.createStatement()) {
            sql.execute("CREATE TABLE account (id TEXT PRIMARY KEY, balance TEXT)");
            sql.execute("CREATE TABLE payment (id TEXT PRIMARY KEY, account_id TEXT REFERENCES account, amount TEXT,"
                    + " due_at TEXT, tags TEXT, payee TEXT)");
            try (SyncManager sync = SyncManager.open(FiveMinutes.config(file, server.url(), () -> "token"))) {
                expect("changes pending before the edit", 0, sync.pendingChanges());
                sql.execute("INSERT INTO payment VALUES ('p-2', 'a-1', '3', '2026-12-01T00:00:00Z', '[1]', 'Miller')");
                sql.execute("INSERT INTO account VALUES ('a-1', '100')");
                expect("changes pending after the edit", 2, sync.pendingChanges());
                SyncResult result = FiveMinutes.synchronize(sync, text -> {});
                expect("success of " + result, true, result.success());
                expect("changes pending after the run", 0, sync.pendingChanges());
                expect("payments to Miller", 2, Payments.moveToMiller(sync).size());
                expect("changes pending after the record", 1, sync.pendingChanges());
                expect(
                        "success of the next run",
                        true,
                        FiveMinutes.synchronize(sync, text -> {}).success());
                FiveMinutes.keepOurs(sync);
                expect("conflicts", 0, sync.conflicts().count());
            }
        }
        expect("accounts at the server", 1, server.rows("account"));
        expect("payments at the server", 3, server.rows("payment"));
    }

    private static void expect(String what, Object expected, Object actual) {
        if (!expected.toString().equals(actual.toString())) {
            throw new AssertionError(what + ": expected " + expected + ", found " + actual);
        }
    }
}
