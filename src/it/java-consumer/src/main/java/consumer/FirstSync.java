package consumer;

import dev.syncline.SyncManager;
import dev.syncline.backend.rest.RestBackend;
import dev.syncline.config.SyncConfig;
import dev.syncline.config.SyncedTable;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

public final class FirstSync {

    public static void main(String[] args) throws SQLException {
        Path file = Path.of(args[0]); // bank.db
        String backend = args[1]; // https://api.example.com/v1
        try (Connection bank = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement ddl = bank.createStatement()) {
            ddl.execute("CREATE TABLE IF NOT EXISTS payment (id TEXT PRIMARY KEY, payee TEXT, amount TEXT)");

            SyncConfig config = SyncConfig.builder(file)
                    .table(SyncedTable.named("payment")
                            .key("id")
                            .decimal("amount")
                            .build())
                    .backend(RestBackend.at(backend).build())
                    .build();
            try (SyncManager sync = SyncManager.open(config);
                    PreparedStatement pay = bank.prepareStatement("INSERT INTO payment VALUES (?, ?, ?)")) {
                pay.setString(1, "p-1");
                pay.setString(2, "Baker");
                pay.setString(3, "12.50");
                pay.executeUpdate(); // plain SQL on your own connection, online or not

                System.out.println("waiting to be sent: " + sync.pendingChanges());
                System.out.println("sent: " + sync.synchronize().blockingGet().success());
                System.out.println("waiting to be sent: " + sync.pendingChanges());
            }
        }
    }
}
