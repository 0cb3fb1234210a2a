package dev.syncline.internal.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Defends G6 (what a stored value was stays what it was): one form per value, and nobody changes a copy from outside. */
class JsonValueTest {

    static Stream<Arguments> forms() {
        return Stream.of(
                Arguments.of(null, null),
                Arguments.of("x", "x"),
                Arguments.of(true, true),
                Arguments.of((byte) 1, 1L),
                Arguments.of((short) 1, 1L),
                Arguments.of(1, 1L),
                Arguments.of(1L, 1L),
                Arguments.of(BigInteger.TEN, 10L),
                Arguments.of(BigInteger.valueOf(Long.MIN_VALUE), Long.MIN_VALUE),
                Arguments.of(BigInteger.ONE.shiftLeft(63), BigInteger.ONE.shiftLeft(63)),
                Arguments.of(new BigDecimal("10"), 10L),
                Arguments.of(new BigDecimal("9223372036854775808"), BigInteger.ONE.shiftLeft(63)),
                Arguments.of(new BigDecimal("10.00"), new BigDecimal("10.00")),
                Arguments.of(new BigDecimal("1E+1"), new BigDecimal("1E+1")),
                Arguments.of(List.of(1, List.of(2)), List.of(1L, List.of(2L))),
                Arguments.of(Map.of("a", 1), Map.of("a", 1L)));
    }

    @ParameterizedTest
    @MethodSource("forms")
    void every_value_has_one_form_and_reading_gives_the_same(Object value, Object form) {
        assertThat(JsonValue.copy(value)).isEqualTo(form);
        assertThat(Json.parse(Json.write(value))).isEqualTo(form);
    }

    static Stream<Object> refused() {
        return Stream.of(
                0.5,
                0.5f,
                Double.NaN,
                'c',
                new byte[1],
                new int[1],
                List.of(0.5),
                Map.of("a", 0.5),
                Map.of(1, "a"),
                Collections.singletonMap(null, "a"),
                new HashMap<>(Map.of("\ud800", 1)),
                new BigDecimal("1e1001"),
                new BigDecimal("1e-1001"),
                BigInteger.TEN.pow(1_000),
                nested(501));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void what_is_no_json_value_is_refused(Object value) {
        assertThatThrownBy(() -> JsonValue.copy(value)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Json.write(value)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Json.canonical(value)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void the_greatest_depth_is_accepted() {
        Object value = nested(500);
        assertThat(JsonValue.copy(value)).isEqualTo(value);
        assertThat(Json.parse(Json.write(value))).isEqualTo(value);
    }

    @Test
    @SuppressWarnings("unchecked")
    void a_copy_keeps_order_and_nulls_and_cannot_be_changed() {
        Map<String, Object> source = new LinkedHashMap<>();
        source.put("z", null);
        source.put("list", new ArrayList<>(Arrays.asList(1L, null)));
        source.put("a", new HashMap<>(Map.of("k", "v")));

        Map<String, Object> copy = JsonValue.copyOf(source);
        ((List<Object>) source.get("list")).add(3L);
        source.clear();

        assertThat(copy.keySet()).containsExactly("z", "list", "a");
        assertThat(copy.get("list")).isEqualTo(Arrays.asList(1L, null));
        assertThatThrownBy(copy::clear).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> ((List<Object>) copy.get("list")).add(1L))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> ((Map<String, Object>) copy.get("a")).put("x", 1L))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    private static Object nested(int depth) {
        Object value = List.of();
        for (int i = 1; i < depth; i++) {
            value = List.of(value);
        }
        return value;
    }
}
