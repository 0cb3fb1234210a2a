package dev.syncline.internal.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.config.SyncedTable;
import dev.syncline.config.SyncedTableBuilder;
import dev.syncline.config.TextRule;
import dev.syncline.config.ValueType;
import dev.syncline.conflict.ConflictSeverity;
import dev.syncline.conflict.Merger;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.internal.capture.Affinity;
import dev.syncline.internal.capture.RowImage;
import dev.syncline.internal.record.ConflictDetector.BothDeleted;
import dev.syncline.internal.record.ConflictDetector.Collided;
import dev.syncline.internal.record.ConflictDetector.DeletionHolds;
import dev.syncline.internal.record.ConflictDetector.Finding;
import dev.syncline.internal.record.ConflictDetector.Joined;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every pair of what two sides can have done, with and without a base: what is a conflict, of which kind, and what is none. Defends
 * G5 and G6.
 */
class ConflictDetectorTest {
    private static final WriteTimes TIMES = new WriteTimes(null, null, Instant.parse("2026-03-01T12:00:00Z"));
    private static final RowImage BASE = RowImage.of(Map.of(
            "amount",
            "10.00",
            "note",
            "n",
            "due",
            "2026-03-01T12:00:00Z",
            "tags",
            "{\"a\":[1,2]}",
            "updated_at",
            "1",
            "total",
            "1",
            "stock",
            10L,
            "_seen",
            "1"));
    private static final List<ColumnMapping> COLUMNS = List.of(
            column("amount", ValueType.DECIMAL, TextRule.EXACT),
            column("note", ValueType.PLAIN, TextRule.OUTER_BLANKS),
            column("due", ValueType.INSTANT, TextRule.EXACT),
            column("tags", ValueType.JSON, TextRule.EXACT),
            column("updated_at", ValueType.PLAIN, TextRule.EXACT),
            column("_seen", ValueType.PLAIN, TextRule.EXACT),
            new ColumnMapping("stock", "stock", ValueType.PLAIN, Affinity.INTEGER, false, TextRule.EXACT),
            new ColumnMapping("total", "total", ValueType.PLAIN, Affinity.TEXT, true, TextRule.EXACT));

    private static ColumnMapping column(String name, ValueType type, TextRule texts) {
        return new ColumnMapping(name, name, type, Affinity.TEXT, false, texts);
    }

    private static SyncedTableBuilder payment() {
        return SyncedTable.named("payment").key("id");
    }

    private static Finding detect(
            SyncedTableBuilder table, @Nullable RowImage base, @Nullable RowImage local, @Nullable RowImage remote) {
        return new ConflictDetector(table.build().conflictRules(), COLUMNS).detect(base, local, remote, TIMES, true);
    }

    /** What one side made of the base. */
    private static @Nullable RowImage version(String what) {
        return switch (what) {
            case "gone" -> null;
            case "same" -> BASE;
            case "alike" ->
                BASE.with("amount", "10.0")
                        .with("note", " n ")
                        .with("due", "2026-03-01T13:00:00+01:00")
                        .with("tags", "{ \"a\": [1.0, 2] }");
            case "stamps" -> BASE.with("updated_at", "2").with("_seen", "2").with("total", "2");
            case "note" -> BASE.with("note", "edited");
            case "note2" -> BASE.with("note", "edited otherwise");
            case "amount" -> BASE.with("amount", "11");
            case "both" -> BASE.with("amount", "12").with("note", "edited too");
            default -> throw new IllegalArgumentException(what);
        };
    }

    private static String name(Finding finding) {
        if (finding instanceof Collided collided) {
            return collided.collision().type() + " "
                    + String.join(" ", collided.collision().columns());
        }
        if (finding instanceof DeletionHolds deletion) {
            return deletion.here() ? "deletion here" : "deletion there";
        }
        return finding instanceof BothDeleted ? "agreed" : "joined";
    }

    @ParameterizedTest(name = "here {0}, there {1}: {2}")
    @CsvSource({
        "same, same, joined",
        "same, alike, joined",
        "alike, same, joined",
        "alike, alike, joined",
        "same, note, joined",
        "alike, note, joined",
        "note, same, joined",
        "note, alike, joined",
        "note, stamps, joined",
        "stamps, note, joined",
        "stamps, stamps, joined",
        "note, amount, joined",
        "amount, note, joined",
        "note, note, joined",
        "note, note2, UPDATE_UPDATE note",
        "amount, both, UPDATE_UPDATE amount",
        "note2, both, UPDATE_UPDATE note",
        "both, both, joined",
        "note, gone, UPDATE_DELETE note",
        "both, gone, UPDATE_DELETE amount note",
        "same, gone, deletion there",
        "alike, gone, deletion there",
        "stamps, gone, deletion there",
        "gone, same, deletion here",
        "gone, alike, deletion here",
        "gone, stamps, deletion here",
        "gone, note, DELETE_UPDATE note",
        "gone, both, DELETE_UPDATE amount note",
        "gone, gone, agreed"
    })
    void with_a_base_a_conflict_is_what_both_changed_to_different_values(String here, String there, String found) {
        assertThat(name(detect(payment(), BASE, version(here), version(there)))).isEqualTo(found);
    }

    @ParameterizedTest(name = "here {0}, there {1}: {2}")
    @CsvSource({
        "same, same, joined",
        "alike, same, joined",
        "stamps, same, joined",
        "note, same, CREATE_EXISTS note",
        "same, both, CREATE_EXISTS amount note",
        "note, note2, CREATE_EXISTS note",
        "gone, gone, agreed"
    })
    void without_a_base_a_conflict_is_where_the_two_differ(String here, String there, String found) {
        assertThat(name(detect(payment(), null, version(here), version(there)))).isEqualTo(found);
    }

    @Test
    void a_row_whose_base_is_unknown_is_never_deleted_as_unedited() {
        assertThat(name(detect(payment(), null, BASE, null))).startsWith("UPDATE_DELETE");
        assertThat(name(detect(payment(), null, null, BASE))).startsWith("DELETE_UPDATE");
    }

    @Test
    void who_comes_first_makes_no_difference_to_what_is_joined() {
        RowImage note = version("note");
        RowImage amount = version("amount");
        Joined one = (Joined) detect(payment(), BASE, note, amount);
        Joined other = (Joined) detect(payment(), BASE, amount, note);
        assertThat(one.row())
                .isEqualTo(other.row())
                .isEqualTo(BASE.with("note", "edited").with("amount", "11"));
    }

    @Test
    void a_column_with_a_merger_is_not_in_dispute() {
        SyncedTableBuilder table = payment().merge(Merger.COUNTER, "STOCK");
        RowImage local = BASE.with("stock", 8L).with("note", "mine");
        Joined joined = (Joined) detect(table, BASE, local, BASE.with("stock", 7L));
        assertThat(joined.row()).isEqualTo(local.with("stock", 5L));
        Collided rest =
                (Collided) detect(table, BASE, local, BASE.with("stock", 7L).with("note", "theirs"));
        assertThat(rest.collision().columns()).containsExactly("note");
        assertThat(ConflictResolver.auto(table.build().conflictRules(), rest.collision())
                        .orElseThrow()
                        .outcome())
                .isEqualTo(BASE.with("stock", 5L).with("note", "theirs"));
    }

    @Test
    void where_a_merger_does_not_apply_the_strategy_decides() {
        SyncedTable table = payment()
                .merge(Merger.COUNTER, "stock")
                .strategy(ResolutionStrategy.LOCAL_WINS, "stock")
                .build();
        Collided without = (Collided) new ConflictDetector(table.conflictRules(), COLUMNS)
                .detect(null, BASE.with("stock", 8L), BASE.with("stock", 7L), TIMES, true);
        assertThat(without.collision().columns()).containsExactly("stock");
        assertThat(ConflictResolver.auto(table.conflictRules(), without.collision())
                        .orElseThrow()
                        .outcome())
                .isEqualTo(BASE.with("stock", 8L));
    }

    @Test
    void what_may_be_this_devices_own_unanswered_change_is_not_added_a_second_time() {
        SyncedTable table = payment()
                .merge(Merger.COUNTER, "stock")
                .strategy(ResolutionStrategy.LOCAL_WINS, "stock")
                .autoResolve(ConflictSeverity.values())
                .build();
        Collided doubtful = (Collided) new ConflictDetector(table.conflictRules(), COLUMNS)
                .detect(BASE, BASE.with("stock", 8L), BASE.with("stock", 7L), TIMES, false);
        assertThat(doubtful.collision().certain()).isFalse();
        assertThat(ConflictResolver.auto(table.conflictRules(), doubtful.collision()))
                .as("a person is asked")
                .isEmpty();
    }
}
