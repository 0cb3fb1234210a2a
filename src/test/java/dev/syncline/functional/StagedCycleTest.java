package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.SyncManager;
import dev.syncline.backend.rest.RestBackend;
import dev.syncline.config.FullSyncMode;
import dev.syncline.config.SyncConfig;
import dev.syncline.config.SyncOptions;
import dev.syncline.config.SyncedTable;
import dev.syncline.progress.SyncMode;
import dev.syncline.progress.SyncResult;
import dev.syncline.resilience.RetryStrategy;
import dev.syncline.testing.Device;
import dev.syncline.testing.jdbc.CrashLayer;
import dev.syncline.testing.jdbc.Plan;
import dev.syncline.testing.server.ReferenceServer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.sqlite.SQLiteDataSource;

/**
 * What is read all at once is seen all at once, by another connection and after every single commit, also where records refer to each
 * other in a circle, within a table and between tables. Defends G4, G8 and G12.
 */
class StagedCycleTest {
    private static final List<SyncedTable> TABLES = List.of(
            SyncedTable.named("hand").key("id").references("glove", "glove").build(),
            SyncedTable.named("glove").key("id").references("hand", "hand").build(),
            SyncedTable.named("person").key("id").references("spouse", "person").build());

    @TempDir
    private Path folder;

    private ReferenceServer server;

    @BeforeEach
    void start() {
        server = ReferenceServer.on(folder.resolve("server.db")).start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void pair(String hand, String glove) {
        server.rows("hand").create(hand, Map.of("glove", glove));
        server.rows("glove").create(glove, Map.of("hand", hand));
        server.rows("person").create("p" + hand, Map.of("spouse", "p" + glove));
        server.rows("person").create("p" + glove, Map.of("spouse", "p" + hand));
    }

    private static String view(Device device) {
        return String.valueOf(
                device.value(
                        "SELECT (SELECT group_concat(id || '-' || glove) FROM (SELECT * FROM hand ORDER BY id))"
                                + " || ' ' || (SELECT group_concat(id || '-' || hand) FROM (SELECT * FROM glove ORDER BY id))"
                                + " || ' ' || (SELECT group_concat(id || '-' || spouse) FROM (SELECT * FROM person ORDER BY id))"));
    }

    private static long dangling(Device device) {
        return ((Number) device.value("SELECT (SELECT count(*) FROM hand WHERE glove NOT IN (SELECT id FROM glove))"
                        + " + (SELECT count(*) FROM glove WHERE hand NOT IN (SELECT id FROM hand))"
                        + " + (SELECT count(*) FROM person WHERE spouse NOT IN (SELECT id FROM person))"))
                .longValue();
    }

    @ParameterizedTest(name = "foreign keys of the host: {0}")
    @ValueSource(booleans = {true, false})
    void every_commit_shows_the_old_circles_or_the_new_ones(boolean foreignKeys) throws Exception {
        String key = foreignKeys ? " REFERENCES " : " --";
        Device device = new Device(
                folder.resolve("a.db"),
                server.url(),
                TABLES,
                "CREATE TABLE hand(id TEXT PRIMARY KEY, glove TEXT" + key + "glove\n)",
                "CREATE TABLE glove(id TEXT PRIMARY KEY, hand TEXT" + key + "hand\n)",
                "CREATE TABLE person(id TEXT PRIMARY KEY, spouse TEXT" + key + "person\n)");
        SQLiteDataSource file = new SQLiteDataSource();
        file.setUrl("jdbc:sqlite:" + device.file());
        Set<String> seen = new LinkedHashSet<>();
        List<Long> dangling = new ArrayList<>();
        try (CrashLayer layer = CrashLayer.over(file).plan(Plan.each(boundary -> {
                    if (boundary.isAfterCommit()) {
                        seen.add(view(device));
                        dangling.add(dangling(device));
                    }
                }));
                SyncManager sync = SyncManager.open(SyncConfig.builder(layer.source())
                        .tables(TABLES)
                        .backend(RestBackend.at(server.url()).build())
                        .options(SyncOptions.builder()
                                .retry(RetryStrategy.none())
                                .followUps(false)
                                .pageSize(2)
                                .commitRows(2)
                                .deletionShare(1)
                                .fullSyncMode(FullSyncMode.STAGED)
                                .build())
                        .build())) {
            String none = view(device);
            pair("a", "b");
            pair("c", "d");
            assertSucceeds(sync);
            String first = "a-b,c-d b-a,d-c pa-pb,pb-pa,pc-pd,pd-pc";
            assertThat(seen).containsExactly(none, first);
            for (String[] gone : new String[][] {{"hand", "a"}, {"glove", "b"}, {"person", "pa"}, {"person", "pb"}}) {
                server.rows(gone[0]).lose(gone[1]);
            }
            pair("e", "f");
            assertSucceeds(sync);
            assertThat(seen).containsExactly(none, first, "c-d,e-f d-c,f-e pc-pd,pd-pc,pe-pf,pf-pe");
        }
        assertThat(dangling).isNotEmpty().containsOnly(0L);
    }

    @Test
    void a_circle_of_which_one_row_ends_every_transaction_waits_and_holds_up_nothing_else() {
        Device device = new Device(
                        folder.resolve("a.db"),
                        server.url(),
                        TABLES,
                        "CREATE TABLE hand(id TEXT PRIMARY KEY, glove TEXT REFERENCES glove)",
                        "CREATE TABLE glove(id TEXT PRIMARY KEY, hand TEXT REFERENCES hand)",
                        "CREATE TABLE person(id TEXT PRIMARY KEY, spouse TEXT REFERENCES person)",
                        "CREATE TRIGGER no BEFORE INSERT ON hand WHEN NEW.id = 'x' BEGIN SELECT RAISE(ROLLBACK, 'no'); END")
                .with(builder -> builder.options(SyncOptions.builder()
                        .retry(RetryStrategy.none())
                        .followUps(false)
                        .fullSyncMode(FullSyncMode.STAGED)
                        .build()));
        pair("a", "b");
        server.rows("hand").create("x", Map.of("glove", "y"));
        server.rows("glove").create("y", Map.of("hand", "x"));
        device.sql("INSERT INTO person VALUES('mine', 'mine')");
        try (device) {
            device.sync();
            assertThat(view(device)).isEqualTo("a-b b-a mine-mine,pa-pb,pb-pa");
            assertThat(server.rows("person").find("mine")).isPresent();
            device.sql("DROP TRIGGER no");
            assertSucceeds(device.manager());
            assertThat(view(device)).isEqualTo("a-b,x-y b-a,y-x mine-mine,pa-pb,pb-pa");
        }
    }

    private static void assertSucceeds(SyncManager sync) {
        SyncResult result = sync.synchronize(SyncMode.FULL).blockingGet();
        assertThat(result.errors()).isEmpty();
        assertThat(result.success()).isTrue();
    }
}
