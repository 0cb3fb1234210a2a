package dev.syncline.internal.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.config.TextRule;
import dev.syncline.config.ValueType;
import dev.syncline.internal.capture.Affinity;
import dev.syncline.internal.capture.RowImage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Three versions of a row, column by column. Defends G5 and G6: disjoint edits are joined, and only real disputes are conflicts. */
class ComparisonTest {
    private static final List<ColumnMapping> COLUMNS = List.of(
            column("amount", ValueType.DECIMAL, false),
            column("due_at", ValueType.INSTANT, false),
            column("note", ValueType.PLAIN, false),
            column("tags", ValueType.JSON, false),
            column("total", ValueType.PLAIN, true),
            column("updated_at", ValueType.PLAIN, false),
            column("_rank", ValueType.PLAIN, false));

    private static final RowImage BASE =
            image("10.00", "2026-03-01T10:00:00Z", "note", "{\"a\":1,\"b\":2}", "t0", "u0", "r0");

    private static ColumnMapping column(String name, ValueType type, boolean derived) {
        return new ColumnMapping(name, name, type, Affinity.TEXT, derived, TextRule.EXACT);
    }

    private static RowImage image(@Nullable Object... values) {
        Map<String, @Nullable Object> image = new LinkedHashMap<>();
        for (int i = 0; i < values.length; i++) {
            image.put(COLUMNS.get(i).column(), values[i]);
        }
        return RowImage.of(image);
    }

    private static Comparison compare(@Nullable RowImage base, @Nullable RowImage local, @Nullable RowImage remote) {
        return Comparison.of(COLUMNS, base, local, remote);
    }

    @Test
    void equal_rows_differ_in_nothing() {
        assertThat(compare(BASE, BASE, BASE)).isEqualTo(new Comparison(Set.of(), Set.of(), Set.of()));
    }

    @Test
    void disjoint_edits_do_not_collide_and_are_joined() {
        RowImage local = BASE.with("note", "here");
        RowImage remote = BASE.with("amount", "11").with("tags", null);
        Comparison comparison = compare(BASE, local, remote);
        assertThat(comparison).isEqualTo(new Comparison(Set.of("note"), Set.of("amount", "tags"), Set.of()));
        assertThat(comparison.merge(local, remote, Map.of()))
                .isEqualTo(BASE.with("note", "here").with("amount", "11").with("tags", null));
    }

    @Test
    void the_same_edit_on_both_sides_is_no_dispute() {
        RowImage edited = BASE.with("note", "both");
        Comparison comparison = compare(BASE, edited, edited);
        assertThat(comparison).isEqualTo(new Comparison(Set.of("note"), Set.of("note"), Set.of()));
        assertThat(comparison.merge(edited, edited, Map.of())).isEqualTo(edited);
    }

    @Test
    void edits_that_mean_the_same_are_no_dispute_and_notations_no_edit() {
        RowImage local = BASE.with("amount", "12.0")
                .with("due_at", "2026-03-02T00:00:00Z")
                .with("tags", "[1, 2]");
        RowImage remote = BASE.with("amount", "12.00")
                .with("due_at", "2026-03-02T01:00:00+01:00")
                .with("tags", "[1,2]");
        assertThat(compare(BASE, local, remote).colliding()).isEmpty();
        RowImage otherNotation =
                BASE.with("amount", "10").with("due_at", "2026-03-01 10:00:00").with("tags", "{\"b\":2,\"a\":1}");
        assertThat(compare(BASE, otherNotation, BASE).local()).isEmpty();
        assertThat(compare(BASE, BASE, otherNotation).remote()).isEmpty();
    }

    @Test
    void different_edits_of_one_column_collide() {
        RowImage local = BASE.with("note", "here").with("amount", "11");
        RowImage remote = BASE.with("note", "there").with("tags", "[]");
        Comparison comparison = compare(BASE, local, remote);
        assertThat(comparison)
                .isEqualTo(new Comparison(Set.of("note", "amount"), Set.of("note", "tags"), Set.of("note")));
        assertThat(comparison.merge(local, remote, Map.of()))
                .as("the local value of what is in dispute, and what only one side changed")
                .isEqualTo(local.with("tags", "[]"));
    }

    @Test
    void stamps_and_private_columns_follow_their_edit_and_are_no_dispute() {
        RowImage local = BASE.with("updated_at", "u1").with("_rank", "r1");
        RowImage remote = BASE.with("updated_at", "u2").with("_rank", "r2");
        Comparison comparison = compare(BASE, local, remote);
        assertThat(comparison.colliding()).isEmpty();
        assertThat(comparison.merge(local, remote, Map.of())).isEqualTo(local);
        ColumnMapping shouting = column("Updated_At", ValueType.PLAIN, false);
        assertThat(Comparison.of(
                                List.of(shouting),
                                RowImage.of(Map.of("Updated_At", "0")),
                                RowImage.of(Map.of("Updated_At", "1")),
                                RowImage.of(Map.of("Updated_At", "2")))
                        .colliding())
                .isEmpty();
    }

    @Test
    void of_a_derived_column_the_backend_is_right_and_nobody_edited_it() {
        RowImage local = BASE.with("total", "t1");
        RowImage remote = BASE.with("total", "t2");
        Comparison comparison = compare(BASE, local, remote);
        assertThat(comparison).isEqualTo(new Comparison(Set.of(), Set.of("total"), Set.of()));
        assertThat(comparison.merge(local, remote, Map.of())).isEqualTo(remote);
        assertThat(compare(BASE, local, local).remote()).isEmpty();
    }

    @Test
    void without_a_base_whatever_differs_is_in_dispute() {
        RowImage remote = BASE.with("note", "there").with("updated_at", "u2").with("amount", "10");
        assertThat(compare(null, BASE, remote))
                .isEqualTo(new Comparison(Set.of("note", "updated_at"), Set.of("note", "updated_at"), Set.of("note")));
    }

    @Test
    void where_one_side_deleted_the_row_what_the_other_changed_is_in_dispute() {
        RowImage edited = BASE.with("amount", "11").with("updated_at", "u1").with("total", "t1");
        Set<String> changed = Set.of("amount", "updated_at");
        assertThat(compare(BASE, edited, null)).isEqualTo(new Comparison(changed, Set.of(), Set.of("amount")));
        assertThat(compare(BASE, null, edited)).isEqualTo(new Comparison(Set.of(), changed, Set.of("amount")));
        assertThat(compare(BASE, BASE, null).colliding()).isEmpty();
        assertThat(compare(null, BASE, null).colliding()).containsExactlyInAnyOrder("amount", "due_at", "note", "tags");
        assertThat(compare(BASE, null, null)).isEqualTo(new Comparison(Set.of(), Set.of(), Set.of()));
    }

    @Test
    void a_column_that_is_younger_than_the_base_had_no_value_then() {
        RowImage old = RowImage.of(Map.of("amount", "10.00"));
        List<ColumnMapping> columns = List.of(COLUMNS.get(0), COLUMNS.get(2));
        RowImage local = RowImage.of(Map.of("amount", "10.00", "note", "x"));
        Comparison comparison = Comparison.of(columns, old, local, old.with("amount", "11"));
        assertThat(comparison).isEqualTo(new Comparison(Set.of("note"), Set.of("amount"), Set.of()));
        assertThat(comparison.merge(local, old.with("amount", "11"), Map.of())).isEqualTo(local.with("amount", "11"));
    }

    @Test
    void no_merge_loses_what_one_side_alone_changed() {
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < 2000; i++) {
            RowImage local = edited(random);
            RowImage remote = edited(random);
            RowImage merged = compare(BASE, local, remote).merge(local, remote, Map.of());
            for (ColumnMapping column : COLUMNS) {
                String name = column.column();
                boolean here = !column.same(BASE.get(name), local.get(name));
                boolean there = !column.same(BASE.get(name), remote.get(name));
                RowImage expected = column.derived() || (there && !here) ? remote : local;
                assertThat(column.same(merged.get(name), expected.get(name)))
                        .as(name)
                        .isTrue();
            }
        }
    }

    private static RowImage edited(SplittableRandom random) {
        RowImage image = BASE;
        for (ColumnMapping column : COLUMNS) {
            if (random.nextInt(3) == 0) {
                image = image.with(column.column(), random.nextInt(4) == 0 ? null : "" + random.nextInt(3));
            }
        }
        return image;
    }
}
