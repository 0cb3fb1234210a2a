package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.backend.RemoteRecord;
import dev.syncline.backend.rest.RestBackend;
import dev.syncline.config.SyncedTable;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.testing.Device;
import dev.syncline.testing.ReplayingBackend;
import dev.syncline.testing.TwoDevices;
import dev.syncline.testing.server.Fault;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The table of the pull, one run for each of its cells: how a row stands here, what the backend tells of it, and what becomes of
 * the row. Defends G1, G3, G5, G6 and G7.
 */
class PullTableTest {
    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules,
            List.of(SyncedTable.named("memo")
                    .key("id")
                    .strategy(ResolutionStrategy.MANUAL)
                    .build()),
            "CREATE TABLE memo(id TEXT PRIMARY KEY, title TEXT, body TEXT)");

    private ReplayingBackend backend;
    private Device device;

    @BeforeEach
    void replay() {
        backend = new ReplayingBackend(
                RestBackend.at(two.server().url()).noBatch().build());
        device = two.a().with(builder -> builder.backend(backend));
        device.manager();
    }

    /** Versions: the row was last agreed on at 5; 4 is older, 6 newer. */
    @ParameterizedTest(name = "{0} and a record {1}: {2}")
    @CsvSource({
        "UNKNOWN,        same,    base",
        "UNKNOWN,        newer,   written",
        "UNKNOWN,        deleted, absent",
        "CLEAN,          older,   base",
        "CLEAN,          same,    base",
        "CLEAN,          newer,   written",
        "CLEAN,          deleted, absent",
        "PENDING_CREATE, newer,   conflict",
        "PENDING_CREATE, equal,   sent before",
        "PENDING_CREATE, deleted, mine",
        "PENDING_UPDATE, older,   mine",
        "PENDING_UPDATE, same,    mine",
        "PENDING_UPDATE, newer,   conflict",
        "PENDING_UPDATE, disjoint, joined",
        "PENDING_UPDATE, equal,   agreed",
        "PENDING_UPDATE, deleted, conflict",
        "PENDING_DELETE, older,   deletion",
        "PENDING_DELETE, same,    deletion",
        "PENDING_DELETE, newer,   conflict",
        "PENDING_DELETE, deleted, absent",
        "FROZEN,         same,    mine",
        "FROZEN,         newer,   aside",
        "FROZEN,         deleted, aside",
        "PARKED,         older,   parked as it was",
        "PARKED,         newer,   parked anew",
        "PARKED,         deleted, parked anew",
        "DELETED,        older,   absent",
        "DELETED,        same,    absent",
        "DELETED,        newer,   written",
        "DELETED,        deleted, absent"
    })
    void the_row_becomes(String state, String told, String becomes) {
        prepare(state);
        two.server().faults().when((method, path) -> !method.equals("GET"), Fault.status(503));
        backend.tell(record(told));
        device.sync();
        switch (becomes) {
            case "written" -> assertRow("theirs", "theirs", 0);
            case "base" -> assertRow("base", "base", 0);
            case "absent" -> assertRow(null, null, 0);
            case "mine" -> assertRow("mine", "base", 1);
            case "joined" -> assertRow("mine", "theirs", 1);
            case "agreed", "sent before" -> assertRow("mine", "base", 0);
            case "deletion" -> assertRow(null, null, 1);
            case "conflict" -> {
                assertThat(TwoDevices.onlyConflict(device).entityId()).isEqualTo("m");
                assertThat(device.manager().pendingChanges()).isEqualTo(1);
            }
            case "aside" -> {
                assertRow("mine", "base", 1);
                assertThat(device.value("SELECT reason FROM syncline_holding")).isEqualTo("in_flight");
            }
            case "parked as it was" ->
                assertThat(TwoDevices.onlyConflict(device).remoteData()).containsEntry("title", "first to come");
            case "parked anew" ->
                assertThat(TwoDevices.onlyConflict(device).remoteData())
                        .isEqualTo(told.equals("deleted") ? null : Map.of("title", "theirs", "body", "theirs"));
            default -> throw new IllegalArgumentException(becomes);
        }
    }

    private void assertRow(@Nullable String title, @Nullable String body, long pending) {
        assertThat(device.value("SELECT title FROM memo")).isEqualTo(title);
        assertThat(device.value("SELECT body FROM memo")).isEqualTo(body);
        assertThat(device.manager().pendingChanges()).isEqualTo(pending);
        assertThat(device.manager().conflicts().count()).isZero();
    }

    private void prepare(String state) {
        if (state.equals("UNKNOWN")) {
            return;
        }
        if (state.equals("PENDING_CREATE")) {
            device.sql("INSERT INTO memo VALUES('m', 'mine', 'base')");
            return;
        }
        agreeOnVersionFive();
        switch (state) {
            case "CLEAN" -> {}
            case "PENDING_UPDATE" -> device.sql("UPDATE memo SET title = 'mine'");
            case "PENDING_DELETE" -> device.sql("DELETE FROM memo");
            case "FROZEN" -> {
                device.sql("UPDATE memo SET title = 'mine'");
                two.server().faults().when((method, path) -> method.equals("PATCH"), Fault.status(503));
                device.sync();
                assertThat(device.value("SELECT status FROM syncline_queue")).isEqualTo("processing");
                two.server().faults().clear();
            }
            case "PARKED" -> {
                device.sql("UPDATE memo SET title = 'mine'");
                backend.tell(live("5.5", "first to come", "base"));
                device.sync();
                assertThat(device.manager().conflicts().count()).isEqualTo(1);
            }
            case "DELETED" -> {
                backend.tell(RemoteRecord.tombstone("m", "5"));
                device.sync();
                assertThat(device.rows("memo")).isEmpty();
            }
            default -> throw new IllegalArgumentException(state);
        }
    }

    private void agreeOnVersionFive() {
        backend.tell(live("5", "base", "base"));
        device.sync();
        assertRow("base", "base", 0);
    }

    private static RemoteRecord record(String told) {
        return switch (told) {
            case "older" -> live("4", "theirs", "theirs");
            case "same" -> live("5", "base", "base");
            case "newer" -> live("6", "theirs", "theirs");
            case "disjoint" -> live("6", "base", "theirs");
            case "equal" -> live("6", "mine", "base");
            case "deleted" -> RemoteRecord.tombstone("m", "6");
            default -> throw new IllegalArgumentException(told);
        };
    }

    private static RemoteRecord live(String version, String title, String body) {
        return new RemoteRecord("m", version, false, Map.of("title", title, "body", body), null);
    }
}
