package dev.syncline.internal.record;

import static dev.syncline.conflict.ResolutionStrategy.LAST_WRITE_WINS;
import static dev.syncline.conflict.ResolutionStrategy.LOCAL_WINS;
import static dev.syncline.conflict.ResolutionStrategy.MANUAL;
import static dev.syncline.conflict.ResolutionStrategy.MERGE;
import static dev.syncline.conflict.ResolutionStrategy.REMOTE_WINS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.syncline.config.SyncedTable;
import dev.syncline.config.SyncedTableBuilder;
import dev.syncline.config.TextRule;
import dev.syncline.config.ValueType;
import dev.syncline.conflict.ConflictSeverity;
import dev.syncline.conflict.ConflictType;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.internal.capture.Affinity;
import dev.syncline.internal.capture.RowImage;
import dev.syncline.internal.record.ConflictResolver.Settled;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What the rules of a table make of a collision. Defends G5 (every device decides alike) and G6 (what is grave waits for a person). */
class ConflictResolverTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final List<ColumnMapping> COLUMNS = Stream.of("amount", "memo", "note", "tag")
            .map(name -> new ColumnMapping(name, name, ValueType.PLAIN, Affinity.TEXT, false, TextRule.EXACT))
            .toList();
    private static final RowImage BASE = RowImage.of(Map.of("amount", "1", "memo", "m", "note", "n", "tag", "t"));
    /** Changed amount and memo. */
    private static final RowImage LOCAL = BASE.with("amount", "here").with("memo", "here");
    /** Changed amount and note. */
    private static final RowImage REMOTE = BASE.with("amount", "there").with("note", "there");

    private static SyncedTableBuilder payment() {
        return SyncedTable.named("payment").key("id");
    }

    private static Collision collision(
            @Nullable RowImage local, @Nullable RowImage remote, @Nullable Instant edited, @Nullable Instant changed) {
        ConflictType type = remote == null
                ? ConflictType.UPDATE_DELETE
                : local == null ? ConflictType.DELETE_UPDATE : ConflictType.UPDATE_UPDATE;
        return new Collision(
                type,
                BASE,
                local,
                remote,
                Comparison.of(COLUMNS, BASE, local, remote),
                Map.of(),
                new WriteTimes(edited, changed, NOON),
                true);
    }

    private static Collision both() {
        return collision(LOCAL, REMOTE, NOON.plusMillis(1), NOON);
    }

    // ---- one strategy

    @Test
    void one_side_wins_whole() {
        assertThat(ConflictResolver.settle(LOCAL_WINS, both())).isEqualTo(new Settled(LOCAL_WINS, LOCAL));
        assertThat(ConflictResolver.settle(REMOTE_WINS, both())).isEqualTo(new Settled(REMOTE_WINS, REMOTE));
    }

    @Test
    void one_side_wins_also_where_it_has_deleted_the_row() {
        Collision updateDelete = collision(LOCAL, null, NOON, NOON);
        assertThat(ConflictResolver.settle(LOCAL_WINS, updateDelete).outcome()).isEqualTo(LOCAL);
        assertThat(ConflictResolver.settle(REMOTE_WINS, updateDelete).outcome()).isNull();
        Collision deleteUpdate = collision(null, REMOTE, NOON, NOON);
        assertThat(ConflictResolver.settle(LOCAL_WINS, deleteUpdate).outcome()).isNull();
        assertThat(ConflictResolver.settle(REMOTE_WINS, deleteUpdate).outcome()).isEqualTo(REMOTE);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "2026-03-01T12:00:01Z, 2026-03-01T12:00:00Z, true",
                "2026-03-01T12:00:00Z, 2026-03-01T12:00:01Z, false",
                "2026-03-01T12:00:00Z, 2026-03-01T12:00:00Z, false",
                "2026-03-01T12:00:00.001Z, 2026-03-01T12:00:00Z, true",
                "-, 2026-03-01T12:00:00Z, false",
                "2026-03-01T12:00:00Z, -, false",
                "-, -, false"
            })
    void the_later_write_wins_and_the_backend_where_no_time_tells(
            @Nullable Instant edited, @Nullable Instant changed, boolean local) {
        Collision updates = collision(LOCAL, REMOTE, edited, changed);
        assertThat(ConflictResolver.settle(LAST_WRITE_WINS, updates))
                .isEqualTo(new Settled(LAST_WRITE_WINS, local ? LOCAL : REMOTE));
        Collision updateDelete = collision(LOCAL, null, edited, changed);
        assertThat(ConflictResolver.settle(LAST_WRITE_WINS, updateDelete).outcome())
                .isEqualTo(local ? LOCAL : null);
        assertThat(ConflictResolver.settle(MERGE, updateDelete).outcome()).isEqualTo(local ? LOCAL : null);
        Collision deleteUpdate = collision(null, REMOTE, edited, changed);
        assertThat(ConflictResolver.settle(LAST_WRITE_WINS, deleteUpdate).outcome())
                .isEqualTo(local ? null : REMOTE);
        assertThat(ConflictResolver.settle(MERGE, deleteUpdate).outcome()).isEqualTo(local ? null : REMOTE);
    }

    @Test
    void a_merge_keeps_every_change_made_by_one_side_alone_and_takes_the_later_of_the_rest() {
        RowImage alone = LOCAL.with("note", "there");
        assertThat(ConflictResolver.settle(MERGE, both())).isEqualTo(new Settled(MERGE, alone));
        Collision remoteLater = collision(LOCAL, REMOTE, NOON, NOON.plusSeconds(1));
        assertThat(ConflictResolver.settle(MERGE, remoteLater))
                .isEqualTo(new Settled(MERGE, alone.with("amount", "there")));
        Collision unknown = collision(LOCAL, REMOTE, null, null);
        assertThat(ConflictResolver.settle(MERGE, unknown).outcome()).isEqualTo(alone.with("amount", "there"));
    }

    @Test
    void a_record_that_exists_on_both_sides_without_a_base_is_settled_alike() {
        Collision exists = new Collision(
                ConflictType.CREATE_EXISTS,
                null,
                LOCAL,
                REMOTE,
                Comparison.of(COLUMNS, null, LOCAL, REMOTE),
                Map.of(),
                new WriteTimes(NOON.plusSeconds(1), NOON, NOON),
                true);
        assertThat(exists.columns()).containsExactlyInAnyOrder("amount", "memo", "note");
        assertThat(ConflictResolver.settle(MERGE, exists).outcome()).isEqualTo(LOCAL);
        assertThat(ConflictResolver.settle(REMOTE_WINS, exists).outcome()).isEqualTo(REMOTE);
    }

    @Test
    void to_ask_a_person_decides_nothing() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ConflictResolver.settle(MANUAL, both()))
                .withMessageContaining("MANUAL")
                .withMessageContaining("LOCAL_WINS");
    }

    // ---- whether alone

    @ParameterizedTest
    @EnumSource
    void severity_says_whether_the_rule_decides_alone(ConflictSeverity severity) {
        SyncedTableBuilder table = payment().severity(severity, "amount");
        assertThat(ConflictResolver.auto(table.build().conflictRules(), both()).isPresent())
                .isEqualTo(severity != ConflictSeverity.HIGH);
        assertThat(ConflictResolver.auto(table.autoResolve(severity).build().conflictRules(), both()))
                .isPresent();
        ConflictSeverity[] others = EnumSet.complementOf(EnumSet.of(severity)).toArray(ConflictSeverity[]::new);
        assertThat(ConflictResolver.auto(table.autoResolve(others).build().conflictRules(), both()))
                .isEmpty();
        assertThat(ConflictResolver.auto(table.autoResolve().build().conflictRules(), both()))
                .isEmpty();
    }

    @Test
    void the_gravest_of_the_columns_in_dispute_counts_and_no_other() {
        SyncedTable table = payment()
                .severity(ConflictSeverity.MEDIUM, "amount")
                .severity(ConflictSeverity.HIGH, "tag", "memo")
                .build();
        assertThat(both().severity(table.conflictRules())).isEqualTo(ConflictSeverity.MEDIUM);
        Collision two = collision(LOCAL.with("tag", "here"), REMOTE.with("tag", "there"), null, null);
        assertThat(two.columns()).containsExactly("amount", "tag");
        assertThat(two.severity(table.conflictRules())).isEqualTo(ConflictSeverity.HIGH);
        assertThat(both().severity(payment().build().conflictRules())).isEqualTo(ConflictSeverity.LOW);
    }

    @Test
    void an_edit_that_meets_a_deletion_is_always_grave() {
        Collision updateDelete = collision(BASE.with("tag", "here"), null, null, null);
        assertThat(updateDelete.severity(payment().build().conflictRules())).isEqualTo(ConflictSeverity.HIGH);
        assertThat(ConflictResolver.auto(payment().build().conflictRules(), updateDelete))
                .isEmpty();
        assertThat(ConflictResolver.auto(
                        payment().autoResolve(ConflictSeverity.HIGH).build().conflictRules(), updateDelete))
                .contains(new Settled(LAST_WRITE_WINS, null));
    }

    @Test
    void a_deletion_that_meets_an_edit_is_as_grave_as_what_was_edited() {
        SyncedTable table = payment().severity(ConflictSeverity.HIGH, "amount").build();
        Collision grave = collision(null, BASE.with("amount", "there"), NOON, NOON);
        assertThat(grave.columns()).containsExactly("amount");
        assertThat(grave.severity(table.conflictRules())).isEqualTo(ConflictSeverity.HIGH);
        assertThat(ConflictResolver.auto(table.conflictRules(), grave)).isEmpty();
        Collision light = collision(null, BASE.with("tag", "there"), NOON, NOON);
        assertThat(light.severity(table.conflictRules())).isEqualTo(ConflictSeverity.LOW);
        assertThat(ConflictResolver.auto(table.conflictRules(), light)
                        .orElseThrow()
                        .outcome())
                .isEqualTo(light.remote());
    }

    @Test
    void a_table_that_asks_a_person_is_never_settled_alone() {
        SyncedTable table = payment()
                .strategy(MANUAL)
                .autoResolve(ConflictSeverity.values())
                .build();
        assertThat(ConflictResolver.auto(table.conflictRules(), both())).isEmpty();
        assertThat(ConflictResolver.auto(table.conflictRules(), collision(LOCAL, null, null, null)))
                .isEmpty();
    }

    // ---- strategies of single columns

    static Stream<Arguments> a_column_follows_its_own_strategy() {
        return Stream.of(
                Arguments.of(LOCAL_WINS, NOON, "here"),
                Arguments.of(REMOTE_WINS, NOON, "there"),
                Arguments.of(LAST_WRITE_WINS, NOON.plusSeconds(1), "there"),
                Arguments.of(LAST_WRITE_WINS, NOON.minusSeconds(1), "here"),
                Arguments.of(MERGE, NOON.minusSeconds(1), "here"),
                Arguments.of(MERGE, NOON, "there"));
    }

    @ParameterizedTest
    @MethodSource
    void a_column_follows_its_own_strategy(ResolutionStrategy strategy, Instant changed, String value) {
        SyncedTable table = payment()
                .strategy(strategy, "amount")
                .severity(ConflictSeverity.HIGH, "amount")
                .build();
        assertThat(ConflictResolver.auto(table.conflictRules(), collision(LOCAL, REMOTE, NOON, changed)))
                .contains(new Settled(MERGE, LOCAL.with("amount", value).with("note", "there")));
    }

    @Test
    void columns_without_a_strategy_follow_the_tables() {
        Collision two = collision(LOCAL.with("tag", "here"), REMOTE.with("tag", "there"), NOON, NOON);
        SyncedTable table =
                payment().strategy(LOCAL_WINS).strategy(REMOTE_WINS, "tag").build();
        assertThat(ConflictResolver.auto(table.conflictRules(), two)
                        .orElseThrow()
                        .outcome())
                .isEqualTo(LOCAL.with("note", "there").with("tag", "there"));
    }

    @Test
    void a_column_without_a_strategy_brings_its_severity_back() {
        Collision two = collision(LOCAL.with("tag", "here"), REMOTE.with("tag", "there"), NOON, NOON);
        SyncedTable table = payment()
                .strategy(REMOTE_WINS, "tag")
                .severity(ConflictSeverity.HIGH, "amount")
                .build();
        assertThat(ConflictResolver.auto(table.conflictRules(), two)).isEmpty();
    }

    @Test
    void one_column_that_asks_a_person_makes_the_whole_row_wait() {
        Collision two = collision(LOCAL.with("tag", "here"), REMOTE.with("tag", "there"), NOON, NOON);
        for (SyncedTable table : List.of(
                payment().strategy(MANUAL, "tag").build(),
                payment().strategy(MANUAL, "tag").strategy(LOCAL_WINS, "amount").build())) {
            assertThat(ConflictResolver.auto(table.conflictRules(), two)).isEmpty();
        }
        assertThat(ConflictResolver.auto(
                        payment().strategy(MANUAL, "tag").build().conflictRules(), both()))
                .as("the column is not in dispute")
                .isPresent();
    }

    @Test
    void a_table_that_asks_leaves_columns_that_say_themselves_what_holds() {
        SyncedTable table =
                payment().strategy(MANUAL).strategy(LOCAL_WINS, "amount").build();
        assertThat(ConflictResolver.auto(table.conflictRules(), both())
                        .orElseThrow()
                        .outcome())
                .isEqualTo(LOCAL.with("note", "there"));
    }

    @Test
    void a_strategy_of_a_column_says_nothing_of_the_life_of_the_row() {
        SyncedTable table = payment()
                .strategy(LOCAL_WINS, "amount", "memo")
                .severity(ConflictSeverity.HIGH, "amount")
                .build();
        assertThat(ConflictResolver.auto(table.conflictRules(), collision(LOCAL, null, NOON, NOON)))
                .isEmpty();
        assertThat(ConflictResolver.auto(table.conflictRules(), collision(null, BASE.with("amount", "x"), NOON, NOON)))
                .isEmpty();
    }

    @Test
    void the_columns_in_dispute_are_those_of_the_comparison() {
        assertThat(both().columns()).isEqualTo(Set.of("amount"));
        assertThat(both().hasBothRows()).isTrue();
        assertThat(collision(LOCAL, null, null, null).hasBothRows()).isFalse();
    }

    // ---- strategies of single types

    @Test
    void a_type_of_conflict_follows_its_own_strategy_whatever_its_severity() {
        SyncedTableBuilder table =
                payment().strategy(LOCAL_WINS, ConflictType.UPDATE_DELETE).strategy(MANUAL, ConflictType.UPDATE_UPDATE);
        Collision updateDelete = collision(LOCAL, null, NOON, NOON.plusSeconds(1));
        assertThat(ConflictResolver.auto(table.build().conflictRules(), updateDelete))
                .contains(new Settled(LOCAL_WINS, LOCAL));
        assertThat(ConflictResolver.auto(table.build().conflictRules(), both())).isEmpty();
        assertThat(ConflictResolver.auto(
                        table.strategy(REMOTE_WINS, "amount").build().conflictRules(), both()))
                .as("what is said of a column goes before")
                .contains(new Settled(MERGE, LOCAL.with("amount", "there").with("note", "there")));
        Collision deleteUpdate = collision(null, BASE.with("tag", "there"), NOON, NOON);
        assertThat(ConflictResolver.auto(table.build().conflictRules(), deleteUpdate))
                .as("the others follow the table's")
                .contains(new Settled(LAST_WRITE_WINS, deleteUpdate.remote()));
    }

    @Test
    void the_journal_is_told_which_rule_decided() {
        SyncedTableBuilder table = payment().strategy(LOCAL_WINS, ConflictType.UPDATE_DELETE);
        assertThat(ConflictResolver.reason(table.build().conflictRules(), both()))
                .isEqualTo("the table's strategy LAST_WRITE_WINS");
        assertThat(ConflictResolver.reason(table.build().conflictRules(), collision(LOCAL, null, NOON, NOON)))
                .isEqualTo("the strategy for UPDATE_DELETE LOCAL_WINS");
        assertThat(ConflictResolver.reason(
                        table.strategy(REMOTE_WINS, "amount").build().conflictRules(), both()))
                .isEqualTo("amount by REMOTE_WINS");
    }
}
