package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.backend.rest.Deletions;
import dev.syncline.backend.rest.RestBackend;
import dev.syncline.config.FullSyncMode;
import dev.syncline.config.SyncOptions;
import dev.syncline.config.SyncedTable;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.progress.SyncMode;
import dev.syncline.progress.SyncResult;
import dev.syncline.resilience.RetryStrategy;
import dev.syncline.testing.Device;
import dev.syncline.testing.TwoDevices;
import dev.syncline.testing.server.Fault;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Before a walk over a whole table takes anything for gone it asks the backend, and sometimes gets an error for an answer. Nothing goes
 * for that (I28), and it is asked again by the next run, whatever that reads: no cursor tells of the deletion any more (I12). Defends G4,
 * G5 and G8.
 */
class UnansweredQuestionTest {
    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules,
            List.of(
                    SyncedTable.named("folder").key("id").build(),
                    SyncedTable.named("memo")
                            .key("id")
                            .references("folder", "folder")
                            .strategy(ResolutionStrategy.MANUAL)
                            .build()),
            "CREATE TABLE folder(id TEXT PRIMARY KEY, name TEXT)",
            "CREATE TABLE memo(id TEXT PRIMARY KEY, folder TEXT REFERENCES folder(id), title TEXT)");

    private Device device(FullSyncMode mode) {
        return two.b()
                .with(builder -> builder.options(SyncOptions.builder()
                        .retry(RetryStrategy.none())
                        .followUps(false)
                        .fullSyncMode(mode)
                        .build()));
    }

    private void unreadable(String... ids) {
        two.server()
                .faults()
                .when(
                        (method, path) -> method.equals("GET")
                                && List.of(ids).stream().anyMatch(id -> path.endsWith("/memo/" + id)),
                        Fault.status(502));
    }

    private static SyncResult full(Device device) {
        return device.manager().synchronize(SyncMode.FULL).blockingGet();
    }

    private static List<Object> waiting(Device device) {
        return device.query("SELECT id FROM syncline_holding ORDER BY id").stream()
                .map(row -> row.get("id"))
                .toList();
    }

    private static void isOver(Device device) {
        assertThat(device.query("SELECT t FROM syncline_walk WHERE phase <> 'done'"))
                .isEmpty();
        assertThat(device.query("SELECT t FROM syncline_unmet")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(FullSyncMode.class)
    void I12_a_row_goes_with_the_first_run_that_is_told(FullSyncMode mode) {
        two.shared("INSERT INTO memo VALUES('a', NULL, 'x'), ('b', NULL, 'y'), ('c', NULL, 'z')");
        Device device = device(mode);
        two.server().rows("memo").lose("a", "b");
        unreadable("a");
        assertThat(full(device).errors()).isNotEmpty();
        assertThat(device.rows("memo")).containsOnlyKeys("a", "c");
        device.sync();
        assertThat(device.rows("memo")).containsOnlyKeys("a", "c");
        two.server().faults().clear();
        assertThat(device.sync().errors()).isEmpty();
        assertThat(device.rows("memo")).containsOnlyKeys("c");
        isOver(device);
    }

    @ParameterizedTest
    @EnumSource(FullSyncMode.class)
    void what_is_edited_meanwhile_is_not_asked_for_and_not_taken_away(FullSyncMode mode) {
        two.shared("INSERT INTO memo VALUES('a', NULL, 'x'), ('b', NULL, 'y')");
        Device device = device(mode);
        two.server().rows("memo").lose("a");
        unreadable("a");
        full(device);
        device.sql("UPDATE memo SET title = 'mine' WHERE id = 'a'");
        two.server().faults().clear();
        device.sync();
        assertThat(device.rows("memo")).containsOnlyKeys("a", "b");
        assertThat(TwoDevices.onlyConflict(device).remoteData()).isNull();
        isOver(device);
    }

    @ParameterizedTest
    @EnumSource(FullSyncMode.class)
    void a_record_that_waits_goes_with_the_first_run_that_is_told(FullSyncMode mode) {
        two.server()
                .rows("memo")
                .seed(Stream.of("a", "b", "c").map(id -> Map.of("id", id, "folder", "not here", "title", "t")));
        Device device = device(mode);
        device.sync();
        two.server().rows("memo").lose("a", "b");
        unreadable("a");
        full(device);
        assertThat(waiting(device)).containsExactly("a", "c");
        two.server().faults().clear();
        device.sync();
        assertThat(waiting(device)).containsExactly("c");
        isOver(device);
    }

    @ParameterizedTest
    @EnumSource(FullSyncMode.class)
    void a_conflict_learns_from_the_first_run_that_is_told(FullSyncMode mode) {
        Device device = device(mode);
        two.a().sql("INSERT INTO memo VALUES('a', NULL, 'theirs')");
        device.sql("INSERT INTO memo VALUES('a', NULL, 'mine')");
        two.sync(two.a());
        two.sync(device);
        two.server().rows("memo").lose("a");
        unreadable("a");
        full(device);
        assertThat(TwoDevices.onlyConflict(device).remoteData()).isNotNull();
        two.server().faults().clear();
        device.sync();
        assertThat(TwoDevices.onlyConflict(device).remoteData()).isNull();
        assertThat(device.value("SELECT title FROM memo")).isEqualTo("mine");
        isOver(device);
    }

    @Test
    void a_list_of_ids_is_read_again_until_all_that_it_lacks_is_told_of() {
        Device device = two.b()
                .with(builder -> builder.backend(RestBackend.at(two.server().url())
                                .deletions(Deletions.listed("{entity}/_ids"))
                                .build())
                        .options(SyncOptions.builder()
                                .retry(RetryStrategy.none())
                                .followUps(false)
                                .idsEvery(Duration.ZERO)
                                .build()));
        two.server().rows("memo").seed(Stream.of("a", "b").map(id -> Map.of("id", id, "title", "t")));
        device.sync();
        two.server().rows("memo").lose("a");
        unreadable("a");
        device.sync();
        assertThat(device.rows("memo")).containsOnlyKeys("a", "b");
        two.server().faults().clear();
        device.sync();
        assertThat(device.rows("memo")).containsOnlyKeys("b");
    }
}
