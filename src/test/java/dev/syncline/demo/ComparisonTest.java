package dev.syncline.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.syncline.config.SyncedTable;
import dev.syncline.testing.server.EntityRules;
import dev.syncline.testing.server.ReferenceServer;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Defends the demo's word on G5: a comparison that cannot see a difference proves nothing. */
class ComparisonTest {

    private static final List<SyncedTable> TABLES = List.of(
            SyncedTable.named("shop").key("id").build(),
            SyncedTable.named("item")
                    .key("id")
                    .references("shop_id", "shop")
                    .decimal("price")
                    .json("tags")
                    .instant("due_at")
                    .column("due_at")
                    .as("dueAt")
                    .bool("sold")
                    .build(),
            SyncedTable.named("stock")
                    .key("shop_id", "item_id")
                    .references("shop_id", "shop")
                    .references("item_id", "item")
                    .build());

    @TempDir
    Path dir;

    private Sql a;
    private Sql b;
    private ReferenceServer server;

    @BeforeEach
    void three_equal_databases_in_different_spellings() throws SQLException {
        a = device("a.db", 1, "'9.90', '[1, {\"x\":2.0}]', '2026-01-01T01:00:00+01:00'");
        b = device("b.db", 7, "9.9, '[1,{\"x\":2}]', '2026-01-01T00:00:00Z'");
        server = ReferenceServer.on(dir.resolve("server.db"))
                .entity("shop", EntityRules::serverIds)
                .start();
        String shop = server.rows("shop").create(null, Map.of("name", "corner"));
        server.rows("item")
                .create(
                        "i1",
                        Map.of(
                                "shop_id",
                                Long.valueOf(shop),
                                "price",
                                "9.900",
                                "tags",
                                List.of(1, Map.of("x", 2)),
                                "dueAt",
                                "2026-01-01T00:00:00.000Z",
                                "sold",
                                true));
        server.rows("stock").create("1,i1", Map.of("shop_id", Long.valueOf(shop), "item_id", "i1", "pieces", 3));
    }

    @AfterEach
    void close() throws SQLException {
        a.close();
        b.close();
        server.close();
    }

    @Test
    void finds_equal_what_means_the_same_under_different_local_keys() throws SQLException {
        assertThat(compare())
                .extracting(Comparison.Verdict::table, Comparison.Verdict::onServer, Comparison.Verdict::different)
                .containsExactly(tuple("shop", 1, 0), tuple("item", 1, 0), tuple("stock", 1, 0));
    }

    @Test
    void sees_one_changed_value_on_one_device() throws SQLException {
        a.script("UPDATE item SET price = '9.91'");
        assertThat(compare().get(1).first()).containsExactly("i1, other values on A");
    }

    @Test
    void sees_a_null_against_a_value() throws SQLException {
        b.script("UPDATE item SET tags = NULL");
        assertThat(compare().get(1).different()).isEqualTo(1);
    }

    @Test
    void sees_a_reference_to_another_row_that_happens_to_have_the_same_number() throws SQLException {
        b.script("INSERT INTO shop VALUES (1, 'other')", "UPDATE item SET shop_id = 1");
        List<Comparison.Verdict> verdicts = compare();
        assertThat(verdicts.get(0).first()).containsExactly("local 1, only on B");
        assertThat(verdicts.get(1).first()).containsExactly("i1, other values on B");
    }

    @Test
    void sees_rows_that_are_missing_or_too_many() throws SQLException {
        a.script("DELETE FROM stock");
        b.script("INSERT INTO stock VALUES (7, 'i2', 1)");
        server.rows("item").delete("i1");
        List<Comparison.Verdict> verdicts = compare();
        assertThat(verdicts.get(1).first()).containsExactly("i1, only on A, only on B");
        assertThat(verdicts.get(2).different()).isEqualTo(2);
        assertThat(verdicts.get(2).first()).anyMatch(row -> row.endsWith("missing on A"));
    }

    private List<Comparison.Verdict> compare() throws SQLException {
        return new Comparison(DemoTable.of(TABLES, a)).compare(a, b, server);
    }

    private Sql device(String file, int shop, String values) throws SQLException {
        Sql sql = Sql.open(dir.resolve(file));
        sql.script(
                "CREATE TABLE shop(id INTEGER PRIMARY KEY, name TEXT)",
                "CREATE TABLE item(id TEXT PRIMARY KEY, shop_id INTEGER, price, tags TEXT, due_at TEXT, sold INTEGER)",
                "CREATE TABLE stock(shop_id INTEGER, item_id TEXT, pieces INTEGER, PRIMARY KEY(shop_id, item_id))",
                "CREATE TABLE syncline_table(id INTEGER PRIMARY KEY, name TEXT)",
                "CREATE TABLE syncline_id_mapping(t INTEGER, local_id INTEGER, remote_id TEXT)",
                "INSERT INTO syncline_table VALUES (4, 'shop')",
                "INSERT INTO syncline_id_mapping VALUES (4, " + shop + ", '1')",
                "INSERT INTO shop VALUES (" + shop + ", 'corner')",
                "INSERT INTO item VALUES ('i1', " + shop + ", " + values + ", 1)",
                "INSERT INTO stock VALUES (" + shop + ", 'i1', 3)");
        return sql;
    }
}
