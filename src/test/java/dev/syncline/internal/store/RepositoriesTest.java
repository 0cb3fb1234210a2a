package dev.syncline.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.syncline.backend.ChangeKind;
import dev.syncline.exception.NetworkException;
import dev.syncline.exception.StorageException;
import dev.syncline.internal.store.CursorRepository.PullCursor;
import dev.syncline.internal.store.HoldingRepository.Held;
import dev.syncline.internal.store.HoldingRepository.Reason;
import dev.syncline.internal.store.RowStateRepository.RowState;
import dev.syncline.internal.store.RunRepository.Fault;
import dev.syncline.internal.store.SyncOperation.Status;
import dev.syncline.internal.store.TombstoneRepository.Tombstone;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes into the library's tables comes out of them. Defends G1, G4, G7 and G10; hostile ids are text (G13). */
class RepositoriesTest {
    private static final String HOSTILE = "'; DROP TABLE syncline_queue; --";

    @TempDir
    Path folder;

    private OpenStore store;
    private TransactionManager transactions;

    @BeforeEach
    void open() {
        store = OpenStore.on(folder.resolve("host.db")).migrated();
        transactions = store.transactions;
    }

    @AfterEach
    void close() {
        store.close();
    }

    private static SyncOperation operation(int table, String row, Status status) {
        return new SyncOperation(
                0,
                table,
                "item",
                row,
                ChangeKind.UPDATE,
                "{\"v\":1}",
                "{\"v\": 1.0}",
                null,
                "7",
                8L,
                status,
                2,
                null,
                "key-" + row,
                5);
    }

    private void insert(SyncOperation... operations) {
        transactions.perform(unit -> new OperationRepository(store.clock).insert(unit.handle(), List.of(operations)));
    }

    // ---- operations

    @Test
    void operations_come_out_as_they_went_in_and_in_the_same_order() {
        List<SyncOperation> wanted = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            wanted.add(operation(1, "row " + (600 - i), Status.PROCESSING));
        }
        insert(wanted.toArray(SyncOperation[]::new));
        store.close();
        store = OpenStore.on(store.file);
        List<SyncOperation> found =
                store.transactions.read(unit -> OperationRepository.list(unit.handle(), 1, Status.PROCESSING));
        assertThat(found)
                .usingRecursiveFieldByFieldElementComparatorIgnoringFields("id")
                .isEqualTo(wanted);
        assertThat(found).extracting(SyncOperation::id).isSorted().doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(strings = {HOSTILE, "", " ", "a,b", "%25", "ä\u0000ö", "\ud83d\ude80", "\"", "~00ff"})
    void an_id_is_text_whatever_it_says(String id) {
        insert(operation(1, id, Status.PROCESSING));
        assertThat(transactions.<@Nullable SyncOperation>read(
                        unit -> OperationRepository.find(unit.handle(), 1, id).orElse(null)))
                .isNotNull()
                .extracting(SyncOperation::rowId)
                .isEqualTo(id);
    }

    @Test
    void a_row_has_one_operation_at_the_most() {
        insert(operation(1, "x", Status.FAILED), operation(2, "x", Status.FAILED));
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> insert(operation(1, "y", Status.PROCESSING), operation(1, "x", Status.PROCESSING)));
        assertThat(transactions.<Boolean>read(
                        unit -> OperationRepository.find(unit.handle(), 1, "y").isPresent()))
                .isFalse();
    }

    @Test
    void operations_are_told_apart_by_table_and_status() {
        assertThat(transactions.<Boolean>read(unit -> OperationRepository.isEmpty(unit.handle(), 1)))
                .isTrue();
        insert(
                operation(1, "a", Status.PROCESSING),
                operation(1, "b", Status.FAILED),
                operation(2, "c", Status.PROCESSING));
        transactions.perform(unit -> {
            assertThat(OperationRepository.isEmpty(unit.handle(), 1)).isFalse();
            assertThat(OperationRepository.isEmpty(unit.handle(), 3)).isTrue();
            assertThat(OperationRepository.count(unit.handle(), Status.PROCESSING))
                    .isEqualTo(2);
            assertThat(OperationRepository.count(unit.handle(), Status.FAILED)).isEqualTo(1);
            assertThat(OperationRepository.hasFrozenCreate(unit.handle(), 1)).isFalse();
            assertThat(OperationRepository.list(unit.handle(), 1, Status.PROCESSING))
                    .extracting(SyncOperation::rowId)
                    .containsExactly("a");
        });
    }

    @Test
    void a_send_that_came_to_nothing_is_noted_and_keeps_payload_and_key() throws SQLException {
        insert(operation(1, "a", Status.PROCESSING));
        store.clock.advance(Duration.ofMinutes(1));
        SyncOperation after = transactions.write(unit -> {
            SyncOperation before =
                    OperationRepository.find(unit.handle(), 1, "a").orElseThrow();
            new AttemptRepository(store.clock).retryLater(unit.handle(), before.id(), 3, 1234, "ServerException");
            return OperationRepository.find(unit.handle(), 1, "a").orElseThrow();
        });
        assertThat(after.attempts()).isEqualTo(3);
        assertThat(after.nextAttemptAt()).isEqualTo(1234);
        assertThat(after.error()).isEqualTo("ServerException");
        assertThat(after.key()).isEqualTo("key-a");
        assertThat(after.payload()).isEqualTo("{\"v\":1}");
        assertThat(store.value("SELECT last_attempt_at - created_at FROM syncline_queue"))
                .isEqualTo(60_000);
    }

    @Test
    void a_refused_operation_remembers_what_was_refused_and_nothing_to_send() {
        SyncOperation mark = operation(1, "a", Status.PROCESSING).refused("rule");
        assertThat(mark.status()).isEqualTo(Status.FAILED);
        assertThat(mark.image()).isEqualTo("{\"v\": 1.0}");
        assertThat(mark.attempts()).isEqualTo(3);
        assertThat(mark.error()).isEqualTo("rule");
        assertThat(Stream.of(mark.payload(), mark.key(), mark.base())).containsOnlyNulls();
        insert(mark);
        assertThat(transactions.<SyncOperation>read(
                        unit -> OperationRepository.find(unit.handle(), 1, "a").orElseThrow()))
                .usingRecursiveComparison()
                .ignoringFields("id")
                .isEqualTo(mark);
    }

    @Test
    void operations_are_taken_out_by_their_ids_and_an_id_is_never_given_again() {
        insert(operation(1, "a", Status.PROCESSING), operation(1, "b", Status.PROCESSING));
        List<SyncOperation> all =
                transactions.read(unit -> OperationRepository.list(unit.handle(), 1, Status.PROCESSING));
        transactions.perform(unit -> {
            OperationRepository.delete(unit.handle(), List.of());
            OperationRepository.delete(unit.handle(), List.of(all.get(1).id()));
        });
        insert(operation(1, "c", Status.PROCESSING));
        assertThat(transactions.<List<SyncOperation>>read(
                        unit -> OperationRepository.list(unit.handle(), 1, Status.PROCESSING)))
                .satisfiesExactly(
                        a -> assertThat(a.rowId()).isEqualTo("a"),
                        c -> assertThat(c.id()).isGreaterThan(all.get(1).id()));
    }

    @Test
    void an_operation_is_logged_without_its_values() {
        assertThat(operation(1, "a", Status.PROCESSING).toString())
                .contains("item", "UPDATE", "PROCESSING")
                .doesNotContain("{", "key-a");
    }

    // ---- cursors

    @Test
    void a_table_that_was_never_read_starts_with_a_walk() {
        assertThat(transactions.<PullCursor>read(unit -> CursorRepository.find(unit.handle(), 1)))
                .isEqualTo(PullCursor.START);
        assertThat(PullCursor.START.walking()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "null",
            value = {"null, true", "null, false", "'', true", "abc, true", "abc, false", HOSTILE_CSV})
    void cursors_are_opaque_text_kept_per_table(@Nullable String position, boolean walking) {
        PullCursor cursor = new PullCursor(position, walking);
        transactions.perform(unit -> {
            new CursorRepository(store.clock).save(unit.handle(), 1, new PullCursor("before", true));
            new CursorRepository(store.clock).save(unit.handle(), 1, cursor);
            assertThat(CursorRepository.find(unit.handle(), 1)).isEqualTo(cursor);
            assertThat(CursorRepository.find(unit.handle(), 2)).isEqualTo(PullCursor.START);
            CursorRepository.clear(unit.handle());
            assertThat(CursorRepository.find(unit.handle(), 1)).isEqualTo(PullCursor.START);
        });
    }

    private static final String HOSTILE_CSV = "'''; DROP TABLE syncline_cursor; --', true";

    // ---- holding

    @Test
    void of_a_held_record_the_newest_waits_since_the_oldest_did() {
        HoldingRepository holding = new HoldingRepository(store.clock);
        transactions.perform(unit -> {
            assertThat(HoldingRepository.isEmpty(unit.handle(), 1)).isTrue();
            long first = store.clock.millis();
            holding.hold(unit.handle(), 1, "b", "old", Reason.PARENT, "why");
            store.clock.advance(Duration.ofSeconds(1));
            holding.hold(unit.handle(), 1, HOSTILE, "text", Reason.UNSTORABLE, "other");
            store.clock.advance(Duration.ofSeconds(1));
            holding.hold(unit.handle(), 1, "b", "new", Reason.UNIQUE, "taken");
            holding.hold(unit.handle(), 2, "b", "elsewhere", Reason.IN_FLIGHT, "");
            assertThat(HoldingRepository.list(unit.handle(), 1))
                    .containsExactly(
                            new Held("b", "new", Reason.UNIQUE, "taken", first, false),
                            new Held(HOSTILE, "text", Reason.UNSTORABLE, "other", first + 1000, false));
            assertThat(HoldingRepository.find(unit.handle(), 2, "b"))
                    .contains(new Held("b", "elsewhere", Reason.IN_FLIGHT, "", first + 2000, false));
            HoldingRepository.release(unit.handle(), 1, "b");
            holding.hold(unit.handle(), 1, "b", "again", Reason.PARENT, "why");
            HoldingRepository.keepAge(unit.handle(), 1, new Held("b", "new", Reason.UNIQUE, "taken", first, false));
            assertThat(HoldingRepository.find(unit.handle(), 1, "b"))
                    .contains(new Held("b", "again", Reason.PARENT, "why", first, false));
            HoldingRepository.release(unit.handle(), 1, "b");
            assertThat(HoldingRepository.find(unit.handle(), 1, "b")).isEmpty();
            assertThat(HoldingRepository.find(unit.handle(), 2, "b")).isPresent();
            assertThat(HoldingRepository.isEmpty(unit.handle(), 1)).isFalse();
        });
    }

    @Test
    void every_reason_to_hold_is_stored_under_its_name() {
        transactions.perform(unit -> {
            for (Reason reason : Reason.values()) {
                new HoldingRepository(store.clock).hold(unit.handle(), 1, "x", "text", reason, "");
                assertThat(HoldingRepository.find(unit.handle(), 1, "x"))
                        .map(Held::reason)
                        .contains(reason);
            }
        });
    }

    // ---- tombstones

    @Test
    void a_deletion_is_remembered_under_its_key_until_it_is_old() {
        TombstoneRepository tombstones = new TombstoneRepository(store.clock);
        byte[] uuid = new byte[16];
        transactions.perform(unit -> {
            assertThat(TombstoneRepository.isEmpty(unit.handle(), 1)).isTrue();
            for (Object key : List.of(5L, "5", uuid)) {
                tombstones.save(unit.handle(), 1, key, "of " + key.getClass().getSimpleName());
            }
            assertThat(TombstoneRepository.find(unit.handle(), 1, 5L)).contains(new Tombstone("of Long"));
            assertThat(TombstoneRepository.find(unit.handle(), 1, "5")).contains(new Tombstone("of String"));
            assertThat(TombstoneRepository.find(unit.handle(), 1, uuid)).contains(new Tombstone("of byte[]"));
            assertThat(TombstoneRepository.find(unit.handle(), 2, 5L)).isEmpty();
            store.clock.advance(Duration.ofDays(1));
            tombstones.save(unit.handle(), 1, "young", null);
            TombstoneRepository.prune(unit.handle(), store.clock.millis());
            assertThat(TombstoneRepository.find(unit.handle(), 1, 5L)).isEmpty();
            assertThat(TombstoneRepository.find(unit.handle(), 1, "young")).contains(new Tombstone(null));
            TombstoneRepository.remove(unit.handle(), 1, "young");
            assertThat(TombstoneRepository.isEmpty(unit.handle(), 1)).isTrue();
        });
    }

    // ---- row states

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "1",
                "-1",
                "007",
                "12345678901234567",
                "999999999999999999",
                "9999999999999999999",
                "",
                " 5",
                "1.0",
                "W/\"abc\"",
                "2026-03-01T10:00:00Z",
                "0x10",
                "1e3"
            })
    void a_version_is_told_again_as_it_was_told(String version) {
        transactions.perform(unit -> {
            try (RowStateRepository states = new RowStateRepository(unit.connection(), 1)) {
                states.save(1L, version);
                states.flush();
                assertThat(states.find(1L)).contains(new RowState(version));
            }
        });
    }

    @Test
    void states_are_kept_under_compact_keys_that_never_mix() throws SQLException {
        byte[] uuid = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
        transactions.perform(unit -> {
            assertThat(RowStateRepository.isEmpty(unit.connection(), 1)).isTrue();
            try (RowStateRepository states = new RowStateRepository(unit.connection(), 1);
                    RowStateRepository others = new RowStateRepository(unit.connection(), 2)) {
                states.save(5L, "number");
                states.save("5", "text");
                states.save(uuid, null);
                assertThat(states.find(5L)).as("not flushed").isEmpty();
                states.flush();
                assertThat(states.find(5L)).contains(new RowState("number"));
                assertThat(states.find("5")).contains(new RowState("text"));
                assertThat(states.find(uuid.clone())).contains(new RowState(null));
                assertThat(others.find(5L)).isEmpty();
                states.save(5L, "later");
                states.remove(5L);
                assertThat(states.find(5L)).isEmpty();
                states.save("6", "dropped");
                states.clear();
                states.flush();
                assertThat(states.find("6")).isEmpty();
            }
            assertThat(RowStateRepository.isEmpty(unit.connection(), 1)).isFalse();
            assertThat(RowStateRepository.isEmpty(unit.connection(), 2)).isTrue();
        });
        assertThat(store.value(
                        "SELECT group_concat(typeof(k), ' ') FROM (SELECT k FROM syncline_row_state ORDER BY k)"))
                .isEqualTo("text blob");
    }

    @Test
    void a_version_that_is_a_number_is_stored_as_one() throws SQLException {
        transactions.perform(unit -> {
            try (RowStateRepository states = new RowStateRepository(unit.connection(), 1)) {
                states.save("a", "1234");
                states.save("b", "0123");
                states.flush();
            }
        });
        assertThat(store.value(
                        "SELECT group_concat(typeof(v), ' ') FROM (SELECT v FROM syncline_row_state ORDER BY k)"))
                .isEqualTo("integer text");
    }

    // ---- single facts, mappings, runs

    @Test
    void a_fact_is_kept_under_its_name() {
        transactions.perform(unit -> {
            MetadataRepository facts = new MetadataRepository(store.clock);
            assertThat(MetadataRepository.get(unit.handle(), "x")).isEmpty();
            facts.put(unit.handle(), "x", "1");
            facts.put(unit.handle(), "x", HOSTILE);
            assertThat(MetadataRepository.get(unit.handle(), "x")).contains(HOSTILE);
        });
    }

    @Test
    void only_rows_that_were_never_synced_are_untied_from_their_number() throws SQLException {
        store.sql(
                "INSERT INTO syncline_id_mapping VALUES(1, 10, '10'), (1, 11, '11'), (2, 10, '10')",
                "INSERT INTO syncline_row_state VALUES(1, 11, 3)");
        transactions.perform(unit -> IdMappingRepository.removeUnknown(unit.handle(), 1));
        assertThat(store.value("SELECT group_concat(t || ':' || local_id, ' ') FROM syncline_id_mapping"))
                .isEqualTo("1:11 2:10");
    }

    @Test
    void an_id_is_tied_to_one_row_and_a_row_to_one_id_within_a_table() throws SQLException {
        store.sql("INSERT INTO syncline_id_mapping VALUES(1, 10, '5'), (2, 10, '5')");
        for (String second : List.of("(1, 10, '6')", "(1, 11, '5')")) {
            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(() -> store.sql("INSERT INTO syncline_id_mapping VALUES" + second));
        }
    }

    @Test
    void of_the_runs_the_last_thousand_are_kept() throws SQLException {
        Instant start = store.clock.instant();
        transactions.perform(unit -> {
            for (int i = 0; i < 1010; i++) {
                RunRepository.save(
                        unit.handle(),
                        "run-" + i,
                        "INCREMENTAL",
                        start.plusSeconds(i),
                        start.plusSeconds(i + 1),
                        i % 2 == 0,
                        "{}");
            }
        });
        assertThat(store.value("SELECT count(*) || ' ' || min(started_at) FROM syncline_runs"))
                .isEqualTo("1000 " + start.plusSeconds(10).toEpochMilli());
    }

    @Test
    void of_the_faults_the_last_ten_thousand_are_kept_with_run_and_row() throws SQLException {
        List<Fault> faults = new ArrayList<>();
        for (int i = 0; i < 10_005; i++) {
            faults.add(new Fault("item", "row " + i, new NetworkException("lost", store.clock.instant(), null)));
        }
        transactions.perform(unit -> RunRepository.logFaults(unit.handle(), "run", faults));
        assertThat(store.value("SELECT count(*) FROM syncline_error_log")).isEqualTo(10_000);
        assertThat(store.value("SELECT run_id || entity_type || entity_id || error || message FROM syncline_error_log"
                        + " ORDER BY id LIMIT 1"))
                .isEqualTo("runitemrow 5NetworkExceptionlost");
    }

    @Test
    void the_versions_of_many_rows_come_in_the_order_asked_for_and_are_empty_for_rows_never_synced() {
        transactions.perform(unit -> {
            try (RowStateRepository states = new RowStateRepository(unit.connection(), 1);
                    RowStateRepository others = new RowStateRepository(unit.connection(), 2)) {
                List<Object> keys = new ArrayList<>();
                for (long i = 0; i < 2100; i++) {
                    Object key = i % 3 == 0
                            ? (Object) i
                            : i % 3 == 1 ? "row " + i : new byte[] {1, (byte) i, (byte) (i >> 8)};
                    keys.add(key);
                    if (i % 2 == 0) {
                        states.save(key, "v" + i);
                    }
                    others.save(key, "other");
                }
                states.flush();
                others.flush();
                List<Optional<RowStateRepository.RowState>> found = states.find(keys);
                assertThat(found).hasSize(keys.size());
                for (int i = 0; i < keys.size(); i++) {
                    assertThat(found.get(i).map(RowStateRepository.RowState::version))
                            .isEqualTo(i % 2 == 0 ? Optional.of("v" + i) : Optional.empty());
                }
                assertThat(states.find(List.<Object>of())).isEmpty();
            }
        });
    }

    @Test
    void answered_operations_are_read_as_they_stand_now_and_only_those_that_are_left() {
        transactions.perform(unit -> {
            OperationRepository repository = new OperationRepository(store.clock);
            List<SyncOperation> sent = repository.insert(
                    unit.handle(),
                    List.of(
                            operation(1, "a", Status.PROCESSING),
                            operation(1, "b", Status.PROCESSING),
                            operation(1, "c", Status.PROCESSING)));
            OperationRepository.rename(unit.handle(), 1, "a", "z");
            OperationRepository.saveImages(unit.handle(), sent.get(0).id(), "{}", null);
            OperationRepository.delete(unit.handle(), List.of(sent.get(1).id()));

            Map<Long, SyncOperation> now = OperationRepository.current(unit.handle(), sent);

            assertThat(now).containsOnlyKeys(sent.get(0).id(), sent.get(2).id());
            assertThat(now.get(sent.get(0).id()))
                    .returns("z", SyncOperation::rowId)
                    .returns("{}", SyncOperation::image)
                    .returns(null, SyncOperation::base)
                    .returns("key-a", SyncOperation::key);
            assertThat(now.get(sent.get(2).id())).isEqualTo(sent.get(2));
        });
    }
}
