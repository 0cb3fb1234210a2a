package dev.syncline.internal.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The table of the pull, cell by cell. Defends G3 (a pending edit is kept), G5 and G7 (nothing deleted returns from a stale page). */
class PullDecisionTest {

    @ParameterizedTest
    @CsvSource({
        // local state, record older than known, of the known version, later, a tombstone
        "UNKNOWN, SKIP, WRITE, WRITE, SKIP",
        "UNTRACKED, SKIP, RECONCILE, RECONCILE, SKIP",
        "CLEAN, SKIP, COMPARE, WRITE, DELETE",
        "VANISHED, SKIP, COMPARE, COMPARE, AGREE_DELETED",
        "PENDING_CREATE, SKIP, RECONCILE, RECONCILE, SKIP",
        "PENDING_UPDATE, SKIP, SKIP, RECONCILE, RECONCILE",
        "PENDING_DELETE, SKIP, SKIP, RECONCILE, AGREE_DELETED",
        "FROZEN, SKIP, SKIP, KEEP_ASIDE, KEEP_ASIDE",
        "PARKED, SKIP, SKIP, REFRESH_CONFLICT, REFRESH_CONFLICT",
        "DELETED, SKIP, SKIP, WRITE, SKIP"
    })
    void each_state_meets_each_record_as_the_table_says(
            LocalState local, PullDecision stale, PullDecision same, PullDecision newer, PullDecision deleted) {
        assertThat(PullDecision.decide(local, RemoteChange.STALE)).isEqualTo(stale);
        assertThat(PullDecision.decide(local, RemoteChange.SAME)).isEqualTo(same);
        assertThat(PullDecision.decide(local, RemoteChange.NEWER)).isEqualTo(newer);
        assertThat(PullDecision.decide(local, RemoteChange.DELETED)).isEqualTo(deleted);
    }

    @Test
    void the_table_has_a_row_for_every_local_state() {
        assertThat(LocalState.values()).hasSize(10);
    }

    @ParameterizedTest
    @MethodSource
    void no_record_overwrites_what_was_not_sent(LocalState unsent) {
        assertThat(Arrays.stream(RemoteChange.values()).map(change -> PullDecision.decide(unsent, change)))
                .doesNotContain(PullDecision.WRITE, PullDecision.DELETE);
    }

    static Stream<Arguments> no_record_overwrites_what_was_not_sent() {
        return List.of(
                        LocalState.PENDING_CREATE,
                        LocalState.PENDING_UPDATE,
                        LocalState.PENDING_DELETE,
                        LocalState.FROZEN,
                        LocalState.PARKED,
                        LocalState.UNTRACKED,
                        LocalState.VANISHED)
                .stream()
                .map(Arguments::of);
    }

    @Test
    void a_stale_record_does_nothing_in_any_state() {
        for (LocalState local : LocalState.values()) {
            assertThat(PullDecision.decide(local, RemoteChange.STALE)).isEqualTo(PullDecision.SKIP);
        }
    }
}
