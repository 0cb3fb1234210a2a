package consumer;

import dev.syncline.SyncManager;
import dev.syncline.backend.rest.RestBackend;
import dev.syncline.config.SyncConfig;
import dev.syncline.config.SyncedTable;
import dev.syncline.progress.SyncResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;

/** A host on the module path: runs the README's programs, then checks each step of its own. */
public final class Main {

    private Main() {}

    public static void main(String[] args) throws Exception {
        Path file = Files.createTempDirectory("consumer").resolve("bank.db");
        try (SmallServer server = new SmallServer()) {
            FirstSync.main(new String[] {file.toString(), server.url()});
            expect("records at the server after the first program", 1, server.rows());

            SyncConfig config = SyncConfig.builder(file)
                    .table(SyncedTable.named("payment")
                            .key("id")
                            .decimal("amount")
                            .build())
                    .backend(RestBackend.at(server.url()).build())
                    .build();
            try (Connection bank = DriverManager.getConnection("jdbc:sqlite:" + file);
                    PreparedStatement pay = bank.prepareStatement("INSERT INTO payment VALUES ('p-2', 'Miller', '3')");
                    SyncManager sync = SyncManager.open(config)) {
                expect("changes pending before the edit", 0, sync.pendingChanges());
                pay.executeUpdate();
                expect("changes pending after the edit", 1, sync.pendingChanges());
                SyncResult result = sync.synchronize().blockingGet();
                expect("failures of the run: " + result, true, result.success());
                expect("changes pending after the run", 0, sync.pendingChanges());
                expect("records at the server after the run", 2, server.rows());
            }
        }
    }

    private static void expect(String what, Object expected, Object actual) {
        if (!expected.toString().equals(actual.toString())) {
            throw new AssertionError(what + ": expected " + expected + ", found " + actual);
        }
    }
}
