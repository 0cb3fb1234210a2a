package dev.syncline.demo;

import dev.syncline.config.SyncedTable;
import dev.syncline.conflict.Conflict;
import dev.syncline.conflict.ConflictSeverity;
import dev.syncline.conflict.ResolutionStrategy;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;

/** The real bank: seven tables with integer keys, references between them, amounts as decimal text. */
final class AscBank implements Scenario {

    private final Path data;
    private final Path fileA;
    private final Path fileB;
    private final long seed;

    AscBank(Path data, DemoFolder folder, long seed) {
        this.data = data;
        this.seed = seed;
        fileA = folder.file("device-a.db");
        fileB = folder.file("device-b.db");
    }

    @Override
    public String title() {
        return "the bank in " + data + ", seed " + seed;
    }

    @Override
    public List<String> prepare() throws IOException, SQLException {
        try (AscBankApp a = AscBankApp.open(fileA);
                AscBankApp b = AscBankApp.open(fileB)) {
            a.load(data);
            return List.of("A: " + Screen.count(a.rows(), "row") + " in 7 tables; B: " + Screen.count(b.rows(), "row"));
        }
    }

    @Override
    public List<SyncedTable> tables() {
        return List.of(
                SyncedTable.named("district")
                        .key("district_id")
                        .decimal("urban_share", "unemployment_95", "unemployment_96")
                        .strategy(ResolutionStrategy.MERGE)
                        .build(),
                SyncedTable.named("account")
                        .key("account_id")
                        .references("district_id", "district")
                        .instant("date")
                        .build(),
                SyncedTable.named("client")
                        .key("client_id")
                        .references("district_id", "district")
                        .strategy(ResolutionStrategy.REMOTE_WINS)
                        .build(),
                SyncedTable.named("disp")
                        .key("disp_id")
                        .references("client_id", "client")
                        .references("account_id", "account")
                        .build(),
                SyncedTable.named("order")
                        .key("order_id")
                        .references("account_id", "account")
                        .decimal("amount")
                        .severity(ConflictSeverity.HIGH, "amount", "bank_to")
                        .strategy(ResolutionStrategy.MERGE)
                        .build(),
                SyncedTable.named("loan")
                        .key("loan_id")
                        .references("account_id", "account")
                        .decimal("amount", "payments")
                        .instant("date")
                        .severity(ConflictSeverity.HIGH, "amount")
                        .strategy(ResolutionStrategy.MERGE)
                        .build(),
                SyncedTable.named("card")
                        .key("card_id")
                        .references("disp_id", "disp")
                        .instant("issued")
                        .strategy(ResolutionStrategy.LOCAL_WINS)
                        .build());
    }

    @Override
    public List<String> workOffline() throws SQLException {
        try (Sql a = Sql.read(fileA)) {
            List<String> synced = tables().stream().map(SyncedTable::name).toList();
            List<TableShape> shapes = SchemaReader.read(a).tables().stream()
                    .filter(shape -> synced.contains(shape.name()))
                    .toList();
            return new OfflineWork(new StagedEdits(seed, shapes, tables()), fileA, fileB).done();
        }
    }

    @Override
    public ResolutionStrategy decide(Conflict conflict) {
        return conflict.entityId().hashCode() % 2 == 0 ? ResolutionStrategy.LOCAL_WINS : ResolutionStrategy.REMOTE_WINS;
    }

    @Override
    public List<Check> checks() {
        return List.of();
    }
}
