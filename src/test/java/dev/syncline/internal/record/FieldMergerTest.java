package dev.syncline.internal.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.config.TextRule;
import dev.syncline.config.ValueType;
import dev.syncline.conflict.Merger;
import dev.syncline.internal.capture.Affinity;
import dev.syncline.internal.capture.RowImage;
import java.util.Collections;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What each merger makes of two changes of one column; the same whoever made which. Defends G5 and G6. */
class FieldMergerTest {
    private static final long HUGE = Long.MAX_VALUE;

    static Stream<Arguments> laws() {
        return Stream.of(
                // both deltas
                law(Merger.COUNTER, ValueType.PLAIN, Affinity.INTEGER, 10L, 8L, 7L, 5L),
                law(Merger.COUNTER, ValueType.PLAIN, Affinity.INTEGER, 10L, 12L, 15L, 17L),
                law(Merger.COUNTER, ValueType.PLAIN, Affinity.INTEGER, 0L, -1L, 1L, 0L),
                law(Merger.COUNTER, ValueType.DECIMAL, Affinity.TEXT, "10.00", "9.5", "8.25", "7.75"),
                law(Merger.COUNTER, ValueType.DECIMAL, Affinity.TEXT, "0.1", "0.3", "0.2", "0.4"),
                law(Merger.COUNTER, ValueType.PLAIN, Affinity.REAL, 0.5, 1.5, 2.5, 3.5),
                // no counter
                law(Merger.COUNTER, ValueType.PLAIN, Affinity.INTEGER, null, 8L, 7L, null),
                law(Merger.COUNTER, ValueType.PLAIN, Affinity.TEXT, "10", "8", "7", null),
                law(Merger.COUNTER, ValueType.PLAIN, Affinity.INTEGER, 10L, null, 7L, null),
                law(Merger.COUNTER, ValueType.PLAIN, Affinity.INTEGER, 1L, HUGE, HUGE, null),
                law(Merger.COUNTER, ValueType.DECIMAL, Affinity.TEXT, "1", "two", "3", null),
                // a set in three versions
                set("[\"a\",\"b\"]", "[\"a\",\"b\",\"c\"]", "[\"b\"]", "[\"b\",\"c\"]"),
                set("[\"b\",\"a\"]", "[\"b\",\"a\",\"z\"]", "[\"d\",\"b\",\"a\"]", "[\"b\",\"a\",\"d\",\"z\"]"),
                set("[\"a\"]", "[]", "[\"a\",\"b\"]", "[\"b\"]"),
                set("[]", "[1]", "[1.0,2]", "[1,2]"),
                set("[1,1]", "[1,2]", "[1,3,3]", "[1,2,3]"),
                set("[{\"x\":1,\"y\":2}]", "[{\"y\":2,\"x\":1},\"l\"]", "[\"r\"]", "[\"l\",\"r\"]"),
                set(null, "[\"l\"]", "[\"r\"]", "[\"l\",\"r\"]"),
                // no sets
                set("[1]", "{\"a\":1}", "[1,2]", null),
                set("[1]", "not json", "[1,2]", null),
                set("[1]", null, "[1,2]", null),
                law(Merger.SET, ValueType.PLAIN, Affinity.TEXT, "[1]", "[1,2]", "[1,3]", null),
                // lines
                law(Merger.TEXT, ValueType.PLAIN, Affinity.TEXT, "a\nb\nc", "A\nb\nc", "a\nb\nc\nd", "A\nb\nc\nd"),
                law(Merger.TEXT, ValueType.PLAIN, Affinity.TEXT, "a\nb\nc", "a\nx\nc", "a\ny\nc", null),
                law(Merger.TEXT, ValueType.PLAIN, Affinity.TEXT, null, "a", "b", null),
                law(Merger.TEXT, ValueType.DECIMAL, Affinity.TEXT, "1", "2", "3", null),
                // the greater and the lesser
                law(Merger.MAX, ValueType.PLAIN, Affinity.INTEGER, 1L, 3L, 2L, 3L),
                law(Merger.MIN, ValueType.PLAIN, Affinity.INTEGER, 9L, 3L, 2L, 2L),
                law(Merger.MAX, ValueType.DECIMAL, Affinity.TEXT, "1", "9.9", "10", "10"),
                law(Merger.MIN, ValueType.DECIMAL, Affinity.TEXT, "100", "9.9", "10", "9.9"),
                law(Merger.MAX, ValueType.PLAIN, Affinity.TEXT, "a", "9", "10", "9"),
                law(
                        Merger.MIN,
                        ValueType.INSTANT,
                        Affinity.TEXT,
                        null,
                        "2026-03-01T12:00:00+01:00",
                        "2026-03-01T11:30:00Z",
                        "2026-03-01T12:00:00+01:00"),
                law(Merger.MAX, ValueType.INSTANT, Affinity.INTEGER, 1L, 5L, 4L, 5L),
                law(Merger.MAX, ValueType.PLAIN, Affinity.TEXT, "a", "b", null, null),
                law(Merger.MAX, ValueType.PLAIN, Affinity.BLOB, 1L, "b", 3L, null),
                law(Merger.MAX, ValueType.INSTANT, Affinity.TEXT, "x", "no time", "2026-03-01T11:30:00Z", null),
                law(Merger.MAX, ValueType.JSON, Affinity.TEXT, "1", "2", "3", null));
    }

    private static Arguments law(
            Merger merger,
            ValueType type,
            Affinity affinity,
            @Nullable Object base,
            @Nullable Object local,
            @Nullable Object remote,
            @Nullable Object merged) {
        ColumnMapping column = new ColumnMapping("c", "c", type, affinity, false, TextRule.EXACT);
        return Arguments.of(merger, column, base, local, remote, merged);
    }

    private static Arguments set(
            @Nullable String base, @Nullable String local, @Nullable String remote, @Nullable String merged) {
        return law(Merger.SET, ValueType.JSON, Affinity.TEXT, base, local, remote, merged);
    }

    private static RowImage row(@Nullable Object value) {
        return RowImage.of(Collections.singletonMap("c", value));
    }

    @ParameterizedTest(name = "{0}: from {2}, {3} and {4} make {5}")
    @MethodSource("laws")
    void a_merger_keeps_its_law_whoever_changed_what(
            Merger merger,
            ColumnMapping column,
            @Nullable Object base,
            @Nullable Object local,
            @Nullable Object remote,
            @Nullable Object merged) {
        FieldMerger laws = new FieldMerger(column);
        assertThat(laws.merge(merger, row(base), local, remote)).isEqualTo(Optional.ofNullable(merged));
        assertThat(laws.merge(merger, row(base), remote, local)).isEqualTo(Optional.ofNullable(merged));
    }

    @Test
    void without_a_base_there_is_nothing_to_count_from_but_a_set_and_a_maximum() {
        FieldMerger number =
                new FieldMerger(new ColumnMapping("c", "c", ValueType.PLAIN, Affinity.INTEGER, false, TextRule.EXACT));
        FieldMerger list =
                new FieldMerger(new ColumnMapping("c", "c", ValueType.JSON, Affinity.TEXT, false, TextRule.EXACT));
        assertThat(number.merge(Merger.COUNTER, null, 3L, 4L)).isEmpty();
        assertThat(number.merge(Merger.MAX, null, 3L, 4L)).contains(4L);
        assertThat(list.merge(Merger.SET, null, "[2]", "[1]")).contains("[1,2]");
    }
}
