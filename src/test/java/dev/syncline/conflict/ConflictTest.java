package dev.syncline.conflict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Defends G6 (all three versions of a conflict stay, exactly) and G13 (its text form shows no value). */
class ConflictTest {

    private static final Instant DETECTED = Instant.parse("2026-03-01T10:00:00.123456789Z");
    private static final Instant RESOLVED = Instant.parse("2026-03-01T11:00:00Z");

    @Test
    void conflicts_built_alike_are_equal() {
        assertThat(open()).isEqualTo(open()).hasSameHashCodeAs(open());
        assertThat(open()).isNotEqualTo(open().toBuilder().notes("other").build());
        assertThat(open().toBuilder().build()).isEqualTo(open());
    }

    @Test
    void versions_that_mean_the_same_number_are_equal_and_other_scales_are_not() {
        assertThat(withLocal(Map.of("n", 1))).isEqualTo(withLocal(Map.of("n", 1L)));
        assertThat(withLocal(Map.of("n", new BigDecimal("1")))).isEqualTo(withLocal(Map.of("n", 1L)));
        assertThat(withLocal(Map.of("n", new BigDecimal("1.0"))))
                .isNotEqualTo(withLocal(Map.of("n", new BigDecimal("1.00"))));
    }

    @Test
    void versions_are_deep_copies_that_cannot_be_changed() {
        Map<String, Object> local = new HashMap<>();
        local.put("tags", new ArrayList<>(List.of("a")));
        Conflict conflict = withLocal(local);
        ((List<?>) local.get("tags")).clear();
        local.clear();

        assertThat(conflict.localData()).isEqualTo(Map.of("tags", List.of("a")));
        assertThatThrownBy(() -> conflict.localData().put("x", 1L)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> ((List<?>) conflict.localData().get("tags")).clear())
                .isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> open().conflictingFields().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void binary_floating_point_is_refused() {
        assertThatIllegalArgumentException().isThrownBy(() -> withLocal(Map.of("amount", 0.1)));
        assertThatIllegalArgumentException().isThrownBy(() -> withLocal(Map.of("deep", List.of(Map.of("x", 0.1f)))));
    }

    @Test
    void conflicting_fields_are_sorted_and_named_once() {
        Conflict conflict =
                open().toBuilder().fields(List.of("note", "amount", "note")).build();
        assertThat(conflict.conflictingFields()).containsExactly("amount", "note");
    }

    @Test
    void a_missing_side_is_a_deleted_record() {
        Conflict conflict = Conflict.builder("c2", "payment", "7")
                .type(ConflictType.UPDATE_DELETE)
                .severity(ConflictSeverity.HIGH)
                .detectedAt(DETECTED)
                .local(Map.of("amount", 1L))
                .build();
        assertThat(conflict.remoteData()).isNull();
        assertThat(conflict.baseData()).isNull();
        assertThat(conflict.operationId()).isNull();
        assertThat(conflict.conflictingFields()).isEmpty();
        assertThat(Conflict.fromJson(conflict.toJson())).isEqualTo(conflict);
    }

    @Test
    void resolving_and_reopening_change_nothing_else() {
        Conflict auto = open().resolved(RESOLVED, ResolutionStrategy.MERGE, ResolvedBy.AUTO);
        assertThat(auto.isResolved()).isTrue();
        assertThat(auto.wasAutoResolved()).isTrue();
        assertThat(auto.wasManuallyResolved()).isFalse();
        assertThat(auto.resolvedAt()).isEqualTo(RESOLVED);
        assertThat(auto.resolutionStrategy()).isEqualTo(ResolutionStrategy.MERGE);
        assertThat(auto.reopened()).isEqualTo(open());

        Conflict manual = open().resolved(RESOLVED, ResolutionStrategy.MANUAL, ResolvedBy.USER);
        assertThat(manual.wasAutoResolved()).isFalse();
        assertThat(manual.wasManuallyResolved()).isTrue();

        assertThat(open().isResolved()).isFalse();
        assertThat(open().wasAutoResolved()).isFalse();
        assertThat(open().wasManuallyResolved()).isFalse();
        assertThatThrownBy(() -> auto.resolved(RESOLVED, ResolutionStrategy.MERGE, ResolvedBy.AUTO))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("c1");
    }

    @Test
    void a_resolution_in_part_cannot_be_built() {
        assertThatIllegalArgumentException().isThrownBy(() -> partly(RESOLVED, null, null));
        assertThatIllegalArgumentException().isThrownBy(() -> partly(null, ResolutionStrategy.MERGE, null));
        assertThatIllegalArgumentException().isThrownBy(() -> partly(null, null, ResolvedBy.USER));
        assertThatIllegalArgumentException().isThrownBy(() -> partly(RESOLVED, ResolutionStrategy.MERGE, null));
    }

    @Test
    void what_is_required_is_named_when_missing() {
        ConflictBuilder builder = Conflict.builder("c", "payment", "7");
        assertThatThrownBy(builder::build).hasMessage("type");
        builder.type(ConflictType.UPDATE_UPDATE);
        assertThatThrownBy(builder::build).hasMessage("severity");
        builder.severity(ConflictSeverity.LOW);
        assertThatThrownBy(builder::build).hasMessage("detectedAt");
        assertThat(builder.detectedAt(DETECTED).build().id()).isEqualTo("c");
    }

    @Test
    void json_both_ways_loses_nothing() {
        Map<String, Object> version = new LinkedHashMap<>();
        version.put("amount", new BigDecimal("12.50"));
        version.put("tiny", new BigDecimal("-0.1234567890123456789"));
        version.put("exponent", new BigDecimal("1E+3"));
        version.put("greatest", Long.MAX_VALUE);
        version.put("least", Long.MIN_VALUE);
        version.put("beyond", BigInteger.ONE.shiftLeft(64));
        version.put("none", null);
        version.put("yes", true);
        version.put("text", "ä€😀\u0000\n\"\\\u2028");
        version.put("broken", "\ud83d");
        version.put("splits", List.of(Map.of("amount", new BigDecimal("1.10"), "tags", Arrays.asList("a", null))));
        version.put("'; DROP TABLE", "x");
        Conflict conflict = open().toBuilder()
                .operationId("op-1")
                .local(version)
                .remote(Map.of())
                .resolution(RESOLVED, ResolutionStrategy.LAST_WRITE_WINS, ResolvedBy.AUTO)
                .notes("ein \"Hinweis\"")
                .build();

        Conflict read = Conflict.fromJson(conflict.toJson());

        assertThat(read).isEqualTo(conflict).hasSameHashCodeAs(conflict);
        assertThat(read.toJson()).isEqualTo(conflict.toJson());
        assertThat(Conflict.fromJson(open().toJson())).isEqualTo(open());
    }

    @Test
    void json_names_are_those_of_the_table_and_unknown_ones_are_ignored() {
        String json = open().toJson();
        assertThat(json).startsWith("{\"id\":\"c1\",\"operation_id\":null,\"entity_type\":\"payment\"");
        assertThat(Conflict.fromJson(json.replace("{\"id\"", "{\"from_a_newer_version\":[1],\"id\"")))
                .isEqualTo(open());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "{}", "{\"id\":1}", "{\"id\":\"c1\""})
    void text_that_is_no_conflict_is_refused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Conflict.fromJson(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"severity\":\"HIGH\" -> \"severity\":\"SECRET\"",
                "\"detected_at\":\"2026 -> \"detected_at\":\"SECRET",
                "\"conflicting_fields\":[\"amount\"] -> \"conflicting_fields\":\"SECRET\"",
                "\"conflicting_fields\":[\"amount\"] -> \"conflicting_fields\":[7]",
                "\"base_data\":{ -> \"base_data\":\"SECRET\",\"x\":{",
                "\"entity_type\":\"payment\" -> \"entity_type\":null",
                "\"resolved_by\":null -> \"resolved_by\":\"SECRET\""
            })
    void a_wrong_member_is_named_and_its_value_is_not(String change) {
        String[] fromTo = change.split(" -> ");
        String json = open().toJson();
        assertThat(json).contains(fromTo[0]);
        assertThatThrownBy(() -> Conflict.fromJson(json.replace(fromTo[0], fromTo[1])))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .doesNotContain("SECRET");
    }

    @Test
    void the_text_form_names_fields_and_never_shows_values() {
        Conflict conflict = open().toBuilder().notes("SECRET").build();
        assertThat(conflict.toString())
                .isEqualTo("Conflict[c1 UPDATE_UPDATE HIGH on payment/7, fields=[amount], open]");
        assertThat(conflict.resolved(RESOLVED, ResolutionStrategy.MERGE, ResolvedBy.USER)
                        .toString())
                .endsWith("MERGE by USER at 2026-03-01T11:00:00Z]")
                .doesNotContain("SECRET");
    }

    @Test
    void the_constants_are_exactly_these() {
        assertThat(ConflictType.values())
                .containsExactly(
                        ConflictType.UPDATE_UPDATE,
                        ConflictType.UPDATE_DELETE,
                        ConflictType.DELETE_UPDATE,
                        ConflictType.CREATE_EXISTS);
        assertThat(ConflictSeverity.values())
                .containsExactly(ConflictSeverity.LOW, ConflictSeverity.MEDIUM, ConflictSeverity.HIGH)
                .isSorted();
        assertThat(ResolutionStrategy.values())
                .containsExactly(
                        ResolutionStrategy.LOCAL_WINS,
                        ResolutionStrategy.REMOTE_WINS,
                        ResolutionStrategy.LAST_WRITE_WINS,
                        ResolutionStrategy.MERGE,
                        ResolutionStrategy.MANUAL);
        assertThat(ResolvedBy.of("auto")).isEqualTo(ResolvedBy.AUTO);
        assertThat(ResolvedBy.of("user")).isEqualTo(ResolvedBy.USER);
        assertThatIllegalArgumentException().isThrownBy(() -> ResolvedBy.of("AUTO"));
    }

    @Test
    void the_graver_severity_holds() {
        for (ConflictSeverity one : ConflictSeverity.values()) {
            for (ConflictSeverity other : ConflictSeverity.values()) {
                assertThat(one.or(other).ordinal()).isEqualTo(Math.max(one.ordinal(), other.ordinal()));
            }
        }
    }

    private static Conflict partly(Instant at, ResolutionStrategy strategy, ResolvedBy by) {
        return new Conflict(
                "c1",
                null,
                "payment",
                "7",
                ConflictType.UPDATE_UPDATE,
                null,
                null,
                null,
                List.of(),
                ConflictSeverity.LOW,
                DETECTED,
                at,
                strategy,
                by,
                null);
    }

    private static Conflict withLocal(Map<String, Object> version) {
        return open().toBuilder().local(version).build();
    }

    private static Conflict open() {
        return Conflict.builder("c1", "payment", "7")
                .type(ConflictType.UPDATE_UPDATE)
                .local(Map.of("amount", new BigDecimal("12.50"), "note", "SECRET"))
                .remote(Map.of("amount", new BigDecimal("11.00"), "note", "SECRET"))
                .base(Map.of("amount", new BigDecimal("10.00"), "note", "SECRET"))
                .fields(List.of("amount"))
                .severity(ConflictSeverity.HIGH)
                .detectedAt(DETECTED)
                .build();
    }
}
