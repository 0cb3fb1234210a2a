package dev.syncline.internal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.syncline.conflict.Conflict;
import dev.syncline.conflict.ConflictBuilder;
import dev.syncline.conflict.ConflictFilter;
import dev.syncline.conflict.ConflictSeverity;
import dev.syncline.conflict.ConflictType;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.conflict.ResolvedBy;
import dev.syncline.exception.StorageException;
import dev.syncline.internal.store.ConflictRepository.StoredConflict;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The inbox and the journal of conflicts. Defends G6: every version of a conflict is kept exactly, whoever won. */
class ConflictRepositoryTest {
    private static final Instant FOUND = Instant.parse("2026-03-01T10:00:00.123Z");
    private static final Instant SETTLED = Instant.parse("2026-03-02T10:00:00.456Z");

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

    private static ConflictBuilder conflict(String id, String row) {
        return Conflict.builder(id, "item", row)
                .type(ConflictType.UPDATE_UPDATE)
                .severity(ConflictSeverity.MEDIUM)
                .detectedAt(FOUND)
                .fields(List.of("note"))
                .local(Map.of("note", "here"))
                .remote(Map.of("note", "there"))
                .base(Map.of("note", "before"));
    }

    private static Map<String, @Nullable Object> odd() {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        values.put("null", null);
        values.put("integer", Long.MAX_VALUE);
        values.put("beyond", new BigInteger("123456789012345678901234567890"));
        values.put("decimal", new BigDecimal("10.50"));
        values.put("text", "ä'\"\u0000\ud83d\ude80");
        values.put("flag", true);
        values.put("list", Arrays.asList(1L, null, Map.of("x", "y")));
        values.put("odd \" name", "'; DROP TABLE syncline_conflicts; --");
        return values;
    }

    private void store(Conflict conflict, int table) {
        transactions.perform(
                unit -> ConflictRepository.insert(unit, new StoredConflict(conflict, table, "record"), null));
    }

    private StoredConflict find(String id) {
        return transactions.read(
                unit -> ConflictRepository.find(unit.handle(), id).orElseThrow());
    }

    @Test
    void an_open_conflict_comes_out_as_it_went_in() {
        Conflict conflict = conflict("c1", "row")
                .operationId("op")
                .fields(List.of("b", "a"))
                .local(odd())
                .remote(odd())
                .base(odd())
                .notes("remark")
                .build();
        store(conflict, 3);
        store.close();
        store = OpenStore.on(store.file);
        transactions = store.transactions;
        assertThat(find("c1")).isEqualTo(new StoredConflict(conflict, 3, "record"));
    }

    @Test
    void sides_that_are_gone_stay_gone() {
        Conflict conflict = conflict("c1", "row")
                .type(ConflictType.UPDATE_DELETE)
                .remote(null)
                .base(null)
                .build();
        store(conflict, 1);
        assertThat(find("c1").conflict()).isEqualTo(conflict);
    }

    @Test
    void a_settled_conflict_comes_out_with_how_it_was_settled() throws SQLException {
        Conflict conflict = conflict("c1", "row")
                .resolution(SETTLED, ResolutionStrategy.MERGE, ResolvedBy.AUTO)
                .build();
        transactions.perform(unit ->
                ConflictRepository.insert(unit, new StoredConflict(conflict, 1, "record"), Map.of("note", "both")));
        assertThat(find("c1").conflict()).isEqualTo(conflict);
        assertThat(store.value("SELECT resolved_data || resolved_by FROM syncline_conflicts"))
                .isEqualTo("{\"note\":\"both\"}auto");
    }

    @Test
    void an_entity_id_that_is_SQL_is_stored_as_text() throws SQLException {
        String id = "'; DROP TABLE syncline_conflicts; --";
        store(conflict("c1", id).build(), 1);
        assertThat(store.value("SELECT entity_id FROM syncline_conflicts")).isEqualTo(id);
        assertThat(transactions.<Integer>read(unit -> ConflictRepository.openOf(unit.handle(), 1, id)
                        .map(StoredConflict::table)
                        .orElse(0)))
                .isEqualTo(1);
    }

    @Test
    void the_same_id_cannot_be_stored_twice() {
        store(conflict("c1", "row").build(), 1);
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> store(conflict("c1", "other").build(), 1));
        assertThat(find("c1").conflict().entityId()).isEqualTo("row");
    }

    @Test
    void open_conflicts_are_listed_oldest_first_and_settled_ones_not_at_all() {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            store(
                    conflict("c" + (100 - i), "row " + i)
                            .detectedAt(FOUND.plusSeconds(20 - i))
                            .build(),
                    1);
            expected.add(0, "c" + (100 - i));
        }
        store(
                conflict("settled", "row 0")
                        .resolution(SETTLED, ResolutionStrategy.MERGE, ResolvedBy.AUTO)
                        .build(),
                1);
        transactions.perform(unit -> {
            assertThat(DecisionRepository.ids(unit.handle(), ConflictFilter.ALL, false))
                    .isEqualTo(expected);
            assertThat(DecisionRepository.countOpen(unit.handle(), ConflictFilter.ALL))
                    .isEqualTo(20);
            assertThat(DecisionRepository.countOpen(unit.handle(), ConflictFilter.ALL.record("row 3")))
                    .isOne();
            assertThat(DecisionRepository.countOpen(unit.handle(), ConflictFilter.ALL.record("'; DROP TABLE x")))
                    .isZero();
            assertThat(DecisionRepository.ids(unit.handle(), ConflictFilter.ALL, true))
                    .containsExactly("settled");
            assertThat(ConflictRepository.noneOpen(unit.handle(), 1)).isFalse();
            assertThat(ConflictRepository.noneOpen(unit.handle(), 2)).isTrue();
            assertThat(ConflictRepository.openOf(unit.handle(), 2, "row 0")).isEmpty();
        });
    }

    @Test
    void a_conflict_is_settled_once() throws SQLException {
        Conflict open = conflict("c1", "row").build();
        store(open, 1);
        Conflict settled = open.resolved(SETTLED, ResolutionStrategy.LOCAL_WINS, ResolvedBy.USER);
        Conflict again = open.resolved(SETTLED, ResolutionStrategy.REMOTE_WINS, ResolvedBy.AUTO);
        transactions.perform(unit -> {
            assertThat(ConflictRepository.resolve(unit.handle(), settled, Map.of("note", "here")))
                    .isTrue();
            assertThat(ConflictRepository.resolve(unit.handle(), again, null)).isFalse();
            assertThat(ConflictRepository.noneOpen(unit.handle(), 1)).isTrue();
        });
        assertThat(find("c1").conflict()).isEqualTo(settled);
        assertThat(store.value("SELECT resolved_data FROM syncline_conflicts")).isEqualTo("{\"note\":\"here\"}");
    }

    @Test
    void an_open_conflict_follows_both_sides() {
        Conflict open = conflict("c1", "row").build();
        store(open, 1);
        Conflict moved = open.toBuilder()
                .type(ConflictType.UPDATE_DELETE)
                .severity(ConflictSeverity.HIGH)
                .local(Map.of("note", "edited again"))
                .remote(null)
                .fields(List.of("note", "other"))
                .build();
        transactions.perform(unit -> ConflictRepository.refresh(unit.handle(), moved, "later record"));
        assertThat(find("c1")).isEqualTo(new StoredConflict(moved, 1, "later record"));
    }

    @Test
    void the_remote_side_of_a_settled_conflict_is_history() {
        Conflict settled = conflict("c1", "row")
                .resolution(SETTLED, ResolutionStrategy.MERGE, ResolvedBy.AUTO)
                .build();
        store(settled, 1);
        transactions.perform(unit -> ConflictRepository.refresh(
                unit.handle(), settled.toBuilder().remote(null).build(), "later"));
        assertThat(find("c1")).isEqualTo(new StoredConflict(settled, 1, "record"));
    }
}
