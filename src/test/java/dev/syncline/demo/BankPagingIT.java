package dev.syncline.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.syncline.config.SyncedTable;
import dev.syncline.progress.SyncResult;
import dev.syncline.testing.Device;
import dev.syncline.testing.PagedServer;
import dev.syncline.testing.PagingStyle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A real bank, seven tables of districts, accounts, clients, orders, loans and cards that refer to each other, pulled through each style
 * of paging while every fifth request fails, ends equal to its files row by row. The data set is looked for beside the project, or where
 * {@code -Dshared.data} says. Defends G4, G5, G8 and G10.
 */
class BankPagingIT {
    private static final Path BANK =
            Path.of(System.getProperty("shared.data", "../shared/data")).resolve("bank");

    private static final List<SyncedTable> TABLES = List.of(
            SyncedTable.named("district").key("district_id").build(),
            SyncedTable.named("account")
                    .key("account_id")
                    .references("district_id", "district")
                    .build(),
            SyncedTable.named("client")
                    .key("client_id")
                    .references("district_id", "district")
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
                    .build(),
            SyncedTable.named("loan")
                    .key("loan_id")
                    .references("account_id", "account")
                    .decimal("amount", "payments")
                    .build(),
            SyncedTable.named("card")
                    .key("card_id")
                    .references("disp_id", "disp")
                    .instant("issued")
                    .build());

    @TempDir
    private Path folder;

    private static List<Map<String, Object>> rows(Device bank, SyncedTable table) {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Map<String, Object> row : bank.query("SELECT * FROM \"" + table.name() + "\"")) {
            Map<String, Object> sent = new HashMap<>(row);
            sent.put("id", String.valueOf(sent.remove(table.key().get(0))));
            rows.add(sent);
        }
        return rows;
    }

    @ParameterizedTest
    @EnumSource(PagingStyle.class)
    void a_real_bank_arrives_whole_through_every_style(PagingStyle style) throws Exception {
        assumeTrue(Files.isDirectory(BANK), "no bank in shared data");
        Path source = folder.resolve("source.db");
        Path copy = folder.resolve("copy.db");
        try (AscBankApp full = AscBankApp.open(source);
                AscBankApp empty = AscBankApp.open(copy)) {
            full.load(BANK);
            assertThat(full.rows()).isGreaterThan(20_000);
            assertThat(empty.rows()).isZero();
        }
        Device bank = new Device(source, "", List.of());
        Map<String, List<Map<String, Object>>> lists = new HashMap<>();
        TABLES.forEach(table -> lists.put(table.entity(), rows(bank, table)));
        try (PagedServer server = new PagedServer(lists)) {
            SyncResult last = style.readThroughTrouble(server, copy, TABLES, 700);
            assertThat(last.errors()).isEmpty();
            assertThat(last.success()).isTrue();
        }
        Device device = new Device(copy, "", List.of());
        for (SyncedTable table : TABLES) {
            String all = "SELECT * FROM \"" + table.name() + "\" ORDER BY 1";
            assertThat(device.query(all)).as(table.name()).isEqualTo(bank.query(all));
        }
        assertThat(device.query("PRAGMA foreign_key_check")).isEmpty();
        assertThat(device.value("SELECT count(*) FROM syncline_holding")).isEqualTo(0);
    }
}
