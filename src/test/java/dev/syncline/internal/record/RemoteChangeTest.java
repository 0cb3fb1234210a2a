package dev.syncline.internal.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.backend.VersionKind;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a record stands to what is known of it. Defends G5 and G7: an old answer is recognised wherever versions can tell. */
class RemoteChangeTest {

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                // known, told, a record, a tombstone
                "-, -, NEWER, DELETED",
                "-, 5, NEWER, DELETED",
                "5, -, NEWER, DELETED",
                "5, 5, SAME, DELETED",
                "5, 6, NEWER, DELETED",
                "5, 4, STALE, STALE",
                "9, 10, NEWER, DELETED",
                "10, 9, STALE, STALE",
                "-1, 0, NEWER, DELETED",
                "0, -1, STALE, STALE",
                "007, 7, SAME, DELETED",
                "9223372036854775807, 9223372036854775808, NEWER, DELETED",
                "9223372036854775808, 9223372036854775807, STALE, STALE",
                "99999999999999999999, 100000000000000000000, NEWER, DELETED",
                "100000000000000000000, 99999999999999999999, STALE, STALE",
                "100000000000000000000, 100000000000000000000, SAME, DELETED",
                "abc, abd, NEWER, DELETED",
                "abd, abc, NEWER, DELETED",
                "abc, abc, SAME, DELETED",
                "5, abc, NEWER, DELETED",
                "5, '', NEWER, DELETED"
            })
    void versions_that_grow_tell_older_from_later(
            @Nullable String known, @Nullable String told, RemoteChange record, RemoteChange tombstone) {
        assertThat(RemoteChange.of(VersionKind.ORDERED, known, told, false)).isEqualTo(record);
        assertThat(RemoteChange.of(VersionKind.ORDERED, known, told, true)).isEqualTo(tombstone);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "-, -, NEWER, DELETED",
                "-, x, NEWER, DELETED",
                "x, -, NEWER, DELETED",
                "x, x, SAME, DELETED",
                "x, y, NEWER, DELETED",
                "6, 5, NEWER, DELETED",
                "7, 07, NEWER, DELETED"
            })
    void opaque_versions_tell_only_whether_something_changed(
            @Nullable String known, @Nullable String told, RemoteChange record, RemoteChange tombstone) {
        assertThat(RemoteChange.of(VersionKind.OPAQUE, known, told, false)).isEqualTo(record);
        assertThat(RemoteChange.of(VersionKind.OPAQUE, known, told, true)).isEqualTo(tombstone);
    }
}
