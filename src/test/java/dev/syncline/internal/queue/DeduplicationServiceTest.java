package dev.syncline.internal.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.backend.ChangeKind;
import dev.syncline.backend.VersionKind;
import dev.syncline.internal.queue.DeduplicationService.Candidate;
import dev.syncline.internal.queue.DeduplicationService.Duplicates;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is there twice, and what only looks like it. Defends G2 and G7. */
class DeduplicationServiceTest {
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final String CONTENT = "{\"amount\":\"1.00\",\"tags\":{\"a\":1,\"b\":[1,2]}}";

    private static Candidate create(String rowId, String payload, Duration after) {
        return new Candidate("payment", rowId, ChangeKind.CREATE, payload, NOON.plus(after), false);
    }

    @Test
    void the_order_of_members_and_the_form_of_numbers_make_no_other_content_at_any_depth() {
        String same = "{\"tags\":{\"b\":[1,2],\"a\":1.0},\"amount\":\"1.00\"}";
        assertThat(DeduplicationService.contentHash(same)).isEqualTo(DeduplicationService.contentHash(CONTENT));
        for (String other : List.of(
                "{\"amount\":\"1.00\",\"tags\":{\"a\":1,\"b\":[2,1]}}",
                "{\"amount\":\"1.0\",\"tags\":{\"a\":1,\"b\":[1,2]}}",
                "{\"amount\":\"1.00\"}")) {
            assertThat(DeduplicationService.contentHash(other))
                    .isNotEqualTo(DeduplicationService.contentHash(CONTENT))
                    .hasSize(64);
        }
    }

    @Test
    void the_same_within_five_minutes_is_a_duplicate_and_a_second_more_makes_two_things() {
        Candidate first = create("1", CONTENT, Duration.ZERO);
        assertThat(DeduplicationService.isDuplicate(first, create("2", CONTENT, Duration.ofMinutes(5))))
                .isTrue();
        assertThat(DeduplicationService.isDuplicate(create("2", CONTENT, Duration.ofMinutes(5)), first))
                .isTrue();
        assertThat(DeduplicationService.isDuplicate(first, create("2", CONTENT, Duration.ofSeconds(301))))
                .isFalse();
    }

    @Test
    void another_entity_kind_or_content_or_a_change_that_may_have_been_sent_is_none() {
        Candidate first = create("1", CONTENT, Duration.ZERO);
        for (Candidate other : List.of(
                new Candidate("account", "2", ChangeKind.CREATE, CONTENT, NOON, false),
                new Candidate("payment", "2", ChangeKind.UPDATE, CONTENT, NOON, false),
                new Candidate("payment", "2", ChangeKind.CREATE, "{}", NOON, false),
                new Candidate("payment", "2", ChangeKind.CREATE, CONTENT, NOON, true))) {
            assertThat(DeduplicationService.isDuplicate(first, other)).isFalse();
            assertThat(DeduplicationService.isDuplicate(other, first)).isFalse();
            assertThat(DeduplicationService.findDuplicateCreates(List.of(first, other)))
                    .isEmpty();
        }
    }

    @Test
    void rows_that_were_made_again_and_again_are_told_by_the_first_of_each_window() {
        List<Candidate> made = List.of(
                create("4", CONTENT, Duration.ofMinutes(9)),
                create("2", CONTENT, Duration.ofMinutes(2)),
                create("1", CONTENT, Duration.ZERO),
                create("other", "{\"amount\":\"2.00\"}", Duration.ofMinutes(1)),
                create("3", CONTENT, Duration.ofMinutes(4)),
                create("5", CONTENT, Duration.ofMinutes(10)));
        List<Duplicates> found = DeduplicationService.findDuplicateCreates(made);
        assertThat(found).extracting(duplicates -> duplicates.first().rowId()).containsExactly("1", "4");
        assertThat(found.get(0).others()).extracting(Candidate::rowId).containsExactly("2", "3");
        assertThat(found.get(1).others()).extracting(Candidate::rowId).containsExactly("5");
    }

    @ParameterizedTest(name = "{0}: {1} known, {2} told")
    @CsvSource(
            nullValues = "-",
            value = {
                "ORDERED, 3, 3, true",
                "ORDERED, 10, 9, true",
                "ORDERED, 9, 10, false",
                "ORDERED, -, 1, false",
                "ORDERED, 1, -, false",
                "OPAQUE, a, a, true",
                "OPAQUE, a, b, false",
                "OPAQUE, -, b, false"
            })
    void a_version_that_is_known_or_older_where_that_can_be_told_is_applied_already(
            VersionKind kind, String known, String told, boolean applied) {
        assertThat(DeduplicationService.isAlreadyApplied(kind, known, told)).isEqualTo(applied);
    }
}
