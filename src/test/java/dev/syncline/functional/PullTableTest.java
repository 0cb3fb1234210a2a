package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.backend.RemoteRecord;
import dev.syncline.backend.rest.RestBackend;
import dev.syncline.config.SyncedTable;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.internal.record.LocalState;
import dev.syncline.progress.UnsentChange;
import dev.syncline.testing.Device;
import dev.syncline.testing.ReplayingBackend;
import dev.syncline.testing.TwoDevices;
import dev.syncline.testing.server.Fault;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
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

    /** How the row stands, what is told of it, what becomes of it. The row was last agreed on at version 5; 4 is older, 6 newer. */
    private static final String CELLS = """
            UNKNOWN,        same,    base
            UNKNOWN,        newer,   written
            UNKNOWN,        deleted, absent
            CLEAN,          older,   base
            CLEAN,          same,    base
            CLEAN,          newer,   written
            CLEAN,          deleted, absent
            PENDING_CREATE, newer,   conflict
            PENDING_CREATE, equal,   sent before
            PENDING_CREATE, deleted, mine
            PENDING_UPDATE, older,   mine
            PENDING_UPDATE, same,    mine
            PENDING_UPDATE, newer,   conflict
            PENDING_UPDATE, disjoint, joined
            PENDING_UPDATE, equal,   agreed
            PENDING_UPDATE, deleted, conflict
            PENDING_DELETE, older,   deletion
            PENDING_DELETE, same,    deletion
            PENDING_DELETE, newer,   conflict
            PENDING_DELETE, deleted, absent
            FROZEN,         older,   mine
            FROZEN,         same,    mine
            FROZEN,         newer,   aside
            FROZEN,         deleted, aside
            PARKED,         older,   parked as it was
            PARKED,         same,    parked as it was
            PARKED,         newer,   parked anew
            PARKED,         deleted, parked anew
            DELETED,        older,   absent
            DELETED,        same,    absent
            DELETED,        newer,   written
            DELETED,        deleted, absent
            FAILED_CREATE,  newer,   conflict
            FAILED_CREATE,  deleted, mine
            FAILED_UPDATE,  older,   mine
            FAILED_UPDATE,  same,    mine
            FAILED_UPDATE,  newer,   conflict
            FAILED_UPDATE,  disjoint, joined
            FAILED_UPDATE,  deleted, conflict
            FAILED_DELETE,  same,    deletion
            FAILED_DELETE,  newer,   conflict
            FAILED_DELETE,  deleted, absent
            UNTRACKED,      newer,   conflict
            UNTRACKED,      equal,   agreed
            UNTRACKED,      deleted, mine
            VANISHED,       older,   absent
            VANISHED,       same,    deletion
            VANISHED,       newer,   conflict
            VANISHED,       deleted, absent
            """;

    private ReplayingBackend backend;
    private Device device;

    @BeforeEach
    void replay() {
        backend = new ReplayingBackend(
                RestBackend.at(two.server().url()).noBatch().build());
        device = two.a().with(builder -> builder.backend(backend));
        device.manager();
    }

    @ParameterizedTest(name = "{0} and a record {1}: {2}")
    @CsvSource(textBlock = CELLS)
    void the_row_becomes(String state, String told, String becomes) {
        prepare(state);
        two.server().faults().when((method, path) -> !method.equals("GET"), Fault.status(503));
        backend.tell(record(told));
        device.sync();
        assertThat(backend.hasTold()).isTrue();
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

    @Test
    void no_cell_that_can_be_met_is_left_out() {
        Set<String> met = new TreeSet<>();
        CELLS.lines().map(line -> line.split(", *")).forEach(cell -> met.add(cell[0] + " " + cell[1]));
        Set<LocalState> withoutVersion =
                EnumSet.of(LocalState.UNKNOWN, LocalState.UNTRACKED, LocalState.PENDING_CREATE);
        Set<String> wanted = new TreeSet<>();
        for (LocalState state : LocalState.values()) {
            // Where no version is known nothing is older than it or the same.
            List<String> told = withoutVersion.contains(state)
                    ? List.of("newer", "deleted")
                    : List.of("older", "same", "newer", "deleted");
            told.forEach(one -> wanted.add(state + " " + one));
        }
        assertThat(met).containsAll(wanted);
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
        if (state.equals("FAILED_CREATE")) {
            fail("INSERT INTO memo VALUES('m', 'mine', 'base')");
            return;
        }
        if (state.equals("UNTRACKED")) {
            unseen("INSERT INTO memo VALUES('m', 'mine', 'base')");
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
            case "FAILED_UPDATE" -> fail("UPDATE memo SET title = 'mine'");
            case "FAILED_DELETE" -> fail("DELETE FROM memo");
            case "VANISHED" -> unseen("DELETE FROM memo");
            case "DELETED" -> {
                backend.tell(RemoteRecord.tombstone("m", "5"));
                device.sync();
                assertThat(device.rows("memo")).isEmpty();
            }
            default -> throw new IllegalArgumentException(state);
        }
    }

    /** A change that the backend refuses for good. */
    private void fail(String sql) {
        device.sql(sql);
        two.server().faults().when((method, path) -> !method.equals("GET"), Fault.status(422));
        device.sync();
        two.server().faults().clear();
        assertThat(device.manager().operations())
                .singleElement()
                .satisfies(change -> assertThat(change.state()).isEqualTo(UnsentChange.State.FAILED));
    }

    /** What was done while the triggers were gone, as after a table was rebuilt by hand. */
    private void unseen(String sql) {
        device.close();
        device.sql("CREATE TABLE copy(id TEXT PRIMARY KEY, title TEXT, body TEXT)");
        device.sql("INSERT INTO copy SELECT * FROM memo");
        device.sql("DROP TABLE memo");
        device.sql("ALTER TABLE copy RENAME TO memo");
        device.sql(sql);
        // The manager has closed the one that it had.
        replay();
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
