package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.config.SyncedTable;
import dev.syncline.progress.SyncMode;
import dev.syncline.testing.TwoDevices;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A host that holds a reading transaction open through many commits, in the middle of a result, stops no pull and sees one state of
 * its tables throughout. Defends G4, G5 and G9.
 */
class OpenReaderTest {
    private static final int ROWS = 6000;

    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules,
            List.of(SyncedTable.named("memo").key("id").build()),
            "CREATE TABLE memo(id TEXT PRIMARY KEY, title TEXT)");

    private static int count(Statement statement, String where) throws SQLException {
        try (ResultSet count = statement.executeQuery("SELECT count(*) FROM memo" + where)) {
            return count.getInt(1);
        }
    }

    @Test
    void pulls_deltas_walks_and_a_reload_go_on_beside_a_reader_that_never_ends() throws SQLException {
        two.server().rows("memo").seed(IntStream.range(0, ROWS).mapToObj(i -> Map.of("id", "m" + i, "title", "old")));
        two.sync(two.a());
        try (Connection host = two.a().connect();
                Statement reader = host.createStatement();
                Statement cursor = host.createStatement()) {
            host.setAutoCommit(false);
            try (ResultSet rows = cursor.executeQuery("SELECT * FROM memo ORDER BY title, id")) {
                assertThat(rows.next()).isTrue();
                for (int i = 0; i < 50; i++) {
                    two.server().rows("memo").update("m" + i, Map.of("title", "new"));
                }
                two.sync(two.a());
                two.server().rows("memo").lose("m50");
                assertThat(two.a()
                                .manager()
                                .synchronize(SyncMode.FULL)
                                .blockingGet()
                                .success())
                        .isTrue();
                assertThat(two.a().manager().clearAndReload().blockingGet().success())
                        .isTrue();
                assertThat(two.a().value("SELECT count(*) FROM memo WHERE title = 'new'"))
                        .isEqualTo(50);
                assertThat(count(reader, " WHERE title = 'new'")).isZero();
                assertThat(count(reader, "")).isEqualTo(ROWS);
                int left = 1;
                while (rows.next()) {
                    left++;
                }
                assertThat(left).isEqualTo(ROWS);
            }
            host.commit();
            assertThat(count(reader, "")).isEqualTo(ROWS - 1);
            assertThat(count(reader, " WHERE title = 'new'")).isEqualTo(50);
        }
        two.agree();
    }
}
