package dev.syncline.internal.record;

import static dev.syncline.config.ValueType.BLOB;
import static dev.syncline.config.ValueType.BOOL;
import static dev.syncline.config.ValueType.DECIMAL;
import static dev.syncline.config.ValueType.INSTANT;
import static dev.syncline.config.ValueType.JSON;
import static dev.syncline.config.ValueType.PLAIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.of;

import dev.syncline.config.TextRule;
import dev.syncline.config.ValueType;
import dev.syncline.internal.capture.Affinity;
import dev.syncline.internal.capture.SqliteValues;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Stored values as JSON and back: nothing is lost or the value is refused. Defends G5 and G6 (both sides mean the same value) and G12
 * (a value that does not fit is refused alone, with column and cure).
 */
class ColumnMappingTest {
    private static final Affinity INT = Affinity.INTEGER;
    private static final Affinity TEXT = Affinity.TEXT;
    private static final Affinity ANY = Affinity.BLOB;
    private static final Affinity REAL = Affinity.REAL;
    private static final Affinity NUM = Affinity.NUMERIC;

    private static ColumnMapping column(ValueType type, Affinity affinity) {
        return new ColumnMapping("amount", "sum", type, affinity, false, TextRule.EXACT);
    }

    private static BigDecimal dec(String number) {
        return new BigDecimal(number);
    }

    // ---- from the file to the wire

    static Stream<Arguments> stored_values_travel_as() {
        return Stream.of(
                of(PLAIN, INT, 5L, 5L),
                of(PLAIN, INT, Long.MIN_VALUE, Long.MIN_VALUE),
                of(PLAIN, REAL, 0.1, dec("0.1")),
                of(PLAIN, REAL, 3.0, dec("3.0")),
                of(PLAIN, TEXT, "ä'\u0000", "ä'\u0000"),
                of(PLAIN, NUM, "abc", "abc"),
                of(DECIMAL, TEXT, "10.50", "10.50"),
                of(DECIMAL, TEXT, " 1e3 ", "1000"),
                of(DECIMAL, NUM, 10L, "10"),
                of(DECIMAL, NUM, 10.5, "10.5"),
                of(DECIMAL, REAL, 1e20, "100000000000000000000"),
                of(INSTANT, TEXT, "2026-03-01 10:00:00", "2026-03-01 10:00:00"),
                of(INSTANT, INT, 1_772_359_200_000L, 1_772_359_200_000L),
                of(BOOL, INT, 1L, true),
                of(BOOL, NUM, 0L, false),
                of(BOOL, REAL, 1.0, true),
                of(BOOL, TEXT, "0", false),
                of(BLOB, ANY, new byte[] {0, -1}, "AP8="),
                of(BLOB, TEXT, new byte[0], ""),
                of(JSON, TEXT, "{\"a\":[1,null]}", Map.of("a", Arrays.asList(1L, null))),
                of(JSON, TEXT, "5", 5L),
                of(JSON, NUM, 5L, 5L),
                of(JSON, NUM, 0.5, dec("0.5")),
                of(JSON, TEXT, "\"x\"", "x"));
    }

    @ParameterizedTest
    @MethodSource
    void stored_values_travel_as(ValueType type, Affinity affinity, Object stored, Object json) {
        assertThat(column(type, affinity).toJson(stored)).isEqualTo(json);
    }

    static Stream<Arguments> stored_values_that_have_no_form_on_the_wire() {
        return Stream.of(
                of(PLAIN, ANY, new byte[] {1}, "blob(…)"),
                of(PLAIN, REAL, Double.POSITIVE_INFINITY, "finite"),
                of(INSTANT, ANY, new byte[] {1}, "blob(…)"),
                of(DECIMAL, TEXT, "ten", "decimal(…)"),
                of(DECIMAL, TEXT, "", "decimal(…)"),
                of(DECIMAL, ANY, new byte[] {1}, "decimal(…)"),
                of(DECIMAL, REAL, Double.NEGATIVE_INFINITY, "decimal(…)"),
                of(DECIMAL, TEXT, "1e999999999", "reasonable"),
                of(BOOL, INT, 2L, "0 or 1"),
                of(BOOL, INT, -1L, "0 or 1"),
                of(BOOL, TEXT, "true", "0 or 1"),
                of(BOOL, REAL, 0.5, "0 or 1"),
                of(BLOB, TEXT, "text", "blob(…)"),
                of(JSON, TEXT, "{", "valid JSON"),
                of(JSON, TEXT, "", "valid JSON"),
                of(JSON, ANY, new byte[] {1}, "JSON text"));
    }

    @ParameterizedTest
    @MethodSource
    void stored_values_that_have_no_form_on_the_wire(ValueType type, Affinity affinity, Object stored, String told) {
        assertThatExceptionOfType(UnstorableValueException.class)
                .isThrownBy(() -> column(type, affinity).toJson(stored))
                .satisfies(e ->
                        assertThat(e.getMessage()).contains("column amount").contains(told))
                .satisfies(e -> assertThat(e.column()).isEqualTo("amount"));
    }

    // ---- from the wire to the file

    static Stream<Arguments> values_of_the_backend_are_stored_as() {
        return Stream.of(
                of(PLAIN, INT, 5L, 5L),
                of(PLAIN, NUM, dec("3.0"), 3L),
                of(PLAIN, INT, dec("1.5"), 1.5),
                of(PLAIN, REAL, 3L, 3.0),
                of(PLAIN, REAL, dec("8.41E21"), 8.41E21),
                of(PLAIN, REAL, new BigInteger("100000000000000000000"), 1e20),
                of(PLAIN, ANY, 3L, 3L),
                of(PLAIN, ANY, dec("3.0"), 3.0),
                of(PLAIN, TEXT, "12", "12"),
                of(PLAIN, NUM, "12 Main St", "12 Main St"),
                of(DECIMAL, TEXT, "10.50", "10.50"),
                of(DECIMAL, TEXT, dec("1E+3"), "1000"),
                of(DECIMAL, TEXT, 7L, "7"),
                of(DECIMAL, TEXT, new BigInteger("123456789012345678901"), "123456789012345678901"),
                of(DECIMAL, NUM, "10.50", 10.5),
                of(DECIMAL, NUM, "10.00", 10L),
                of(DECIMAL, INT, "9223372036854775807", Long.MAX_VALUE),
                of(DECIMAL, INT, "-9223372036854775808", Long.MIN_VALUE),
                of(DECIMAL, NUM, dec("1E+30"), 1e30),
                of(DECIMAL, REAL, "10", 10.0),
                of(INSTANT, INT, "2026-03-01T10:00:00Z", 1_772_359_200_000L),
                of(INSTANT, INT, "2026-03-01T11:00:00.000+01:00", 1_772_359_200_000L),
                of(INSTANT, INT, "1969-12-31T23:59:59.999Z", -1L),
                of(INSTANT, TEXT, "2026-03-01T10:00:00.123456Z", "2026-03-01T10:00:00.123456Z"),
                of(INSTANT, NUM, "2026-03-01 10:00", "2026-03-01 10:00"),
                of(INSTANT, TEXT, 1_772_359_200_000L, "2026-03-01T10:00:00Z"),
                of(INSTANT, INT, 1_772_359_200_000L, 1_772_359_200_000L),
                of(INSTANT, REAL, 1_772_359_200_000L, 1_772_359_200_000.0),
                of(BOOL, INT, true, 1L),
                of(BOOL, INT, 0L, 0L),
                of(BOOL, TEXT, true, "1"),
                of(BOOL, REAL, false, 0.0),
                of(BLOB, ANY, "AP8=", new byte[] {0, -1}),
                of(JSON, TEXT, Map.of("a", 1L), "{\"a\":1}"),
                of(JSON, TEXT, 5L, "5"),
                of(JSON, NUM, 5L, 5L),
                of(JSON, NUM, dec("0.5"), 0.5),
                of(JSON, NUM, List.of(1L), "[1]"),
                of(JSON, NUM, "5", "\"5\""),
                of(JSON, TEXT, "\ud800", "\"\\uD800\""));
    }

    @ParameterizedTest
    @MethodSource
    void values_of_the_backend_are_stored_as(ValueType type, Affinity affinity, Object json, Object stored) {
        assertThat(column(type, affinity).fromJson(json)).isEqualTo(stored);
    }

    static Stream<Arguments> values_of_the_backend_that_a_column_cannot_hold() {
        return Stream.of(
                of(PLAIN, TEXT, 5L, "decimal(…)"),
                of(PLAIN, INT, true, "bool(…)"),
                of(PLAIN, TEXT, List.of(), "json(…)"),
                of(PLAIN, TEXT, Map.of(), "json(…)"),
                of(PLAIN, INT, new BigInteger("9223372036854775808"), "digits"),
                of(PLAIN, REAL, 9_007_199_254_740_993L, "digits"),
                of(PLAIN, REAL, dec("0.1234567890123456789"), "digits"),
                of(PLAIN, REAL, dec("1E+400"), "digits"),
                of(PLAIN, REAL, dec("1E+999999999"), "digits"),
                of(PLAIN, NUM, "12", "decimal(…)"),
                of(PLAIN, INT, " 1e3", "decimal(…)"),
                of(PLAIN, REAL, "1e99999999999", "decimal(…)"),
                of(PLAIN, TEXT, "a\ud800b", "half a character"),
                of(DECIMAL, TEXT, "ten", "number"),
                of(DECIMAL, TEXT, true, "number"),
                of(DECIMAL, TEXT, dec("1E+999999999"), "reasonable"),
                of(DECIMAL, TEXT, "1e999999999", "reasonable"),
                of(DECIMAL, TEXT, "9".repeat(100_000), "reasonable"),
                of(DECIMAL, NUM, "0.1234567890123456789", "digits"),
                of(DECIMAL, INT, "9223372036854775808.5", "digits"),
                of(INSTANT, INT, "yesterday", "ISO 8601"),
                of(INSTANT, INT, "2024-02-30", "ISO 8601"),
                of(INSTANT, INT, "2026-03-01T10:00:00.1234Z", "milliseconds"),
                of(INSTANT, INT, "+999999999-01-01T00:00:00Z", "milliseconds"),
                of(INSTANT, TEXT, true, "point in time"),
                of(INSTANT, INT, dec("0.5"), "point in time"),
                of(INSTANT, NUM, "2026", "decimal(…)"),
                of(BOOL, INT, 2L, "true nor false"),
                of(BOOL, INT, "true", "true nor false"),
                of(BLOB, ANY, 5L, "Base64"),
                of(BLOB, ANY, "no base 64!", "Base64"),
                of(JSON, NUM, dec("0.1234567890123456789"), "digits"));
    }

    @ParameterizedTest
    @MethodSource
    void values_of_the_backend_that_a_column_cannot_hold(ValueType type, Affinity affinity, Object json, String told) {
        assertThatExceptionOfType(UnstorableValueException.class)
                .isThrownBy(() -> column(type, affinity).fromJson(json))
                .satisfies(e ->
                        assertThat(e.getMessage()).contains("column amount").contains(told))
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("yesterday", "ten,", "no base 64"));
    }

    @ParameterizedTest
    @EnumSource
    void null_is_null_in_every_column(ValueType type) {
        for (Affinity affinity : Affinity.values()) {
            assertThat(column(type, affinity).toJson(null)).isNull();
            assertThat(column(type, affinity).fromJson(null)).isNull();
            assertThat(column(type, affinity).describe(null)).isNull();
            assertThat(column(type, affinity).same(null, null)).isTrue();
            assertThat(column(type, affinity).same(null, "x")).isFalse();
            assertThat(column(type, affinity).same(0L, null)).isFalse();
        }
    }

    // ---- sameness

    static Stream<Arguments> values_that_mean_the_same() {
        return Stream.of(
                of(PLAIN, 3L, 3.0),
                of(PLAIN, 0.0, -0.0),
                of(PLAIN, new byte[] {1}, new byte[] {1}),
                of(DECIMAL, "10.00", "10.0"),
                of(DECIMAL, "10", 10L),
                of(DECIMAL, "0.1", 0.1),
                of(DECIMAL, " 1e2", 100L),
                of(DECIMAL, "ten", "ten"),
                of(INSTANT, "2026-03-01T10:00:00Z", "2026-03-01T11:00:00+01:00"),
                of(INSTANT, "2026-03-01T10:00:00Z", "2026-03-01 10:00:00.000"),
                of(INSTANT, "2026-03-01", "2026-03-01T00:00Z"),
                of(INSTANT, "2026-03-01T05:00:00-05:00", 1_772_359_200_000L),
                of(INSTANT, "not a time", "not a time"),
                of(BOOL, 1L, 1.0),
                of(BLOB, new byte[] {1, 2}, new byte[] {1, 2}),
                of(JSON, "{\"a\":1,\"b\":[1,2]}", " {\"b\" : [1, 2], \"a\":1} "),
                of(JSON, "{\"a\":{\"x\":1.0}}", "{\"a\":{\"x\":1}}"),
                of(JSON, "[1e2]", "[100]"),
                of(JSON, "null", null),
                of(JSON, "5", 5L),
                of(JSON, "0.5", 0.5),
                of(JSON, "{", "{"));
    }

    @ParameterizedTest
    @MethodSource
    void values_that_mean_the_same(ValueType type, @Nullable Object a, @Nullable Object b) {
        assertThat(column(type, ANY).same(a, b)).isTrue();
        assertThat(column(type, ANY).same(b, a)).isTrue();
    }

    static Stream<Arguments> values_that_mean_something_else() {
        return Stream.of(
                of(PLAIN, 3L, "3"),
                of(PLAIN, "a", "A"),
                of(PLAIN, "a", "a "),
                of(PLAIN, 9_007_199_254_740_993L, 9_007_199_254_740_992.0),
                of(PLAIN, Long.MAX_VALUE, 9_223_372_036_854_775_807.0),
                of(PLAIN, 5L, Double.POSITIVE_INFINITY),
                of(PLAIN, "ab", new byte[] {97, 98}),
                of(DECIMAL, "10.00", "10.01"),
                of(DECIMAL, "ten", "eleven"),
                of(DECIMAL, "10", null),
                of(DECIMAL, 9_007_199_254_740_993L, 9_007_199_254_740_992.0),
                of(INSTANT, "2026-03-01T10:00:00Z", "2026-03-01T10:00:00+01:00"),
                of(INSTANT, "2026-03-01T10:00:00.001Z", "2026-03-01T10:00:00Z"),
                of(INSTANT, "sometime", "somewhen"),
                of(BOOL, 0L, 1L),
                of(BLOB, new byte[] {1}, new byte[] {2}),
                of(JSON, "[1,2]", "[2,1]"),
                of(JSON, "[1]", "[1,1]"),
                of(JSON, "{\"a\":null}", "{}"),
                of(JSON, "{\"a\":1}", "{\"a\":\"1\"}"),
                of(JSON, "\"x\"", "x"),
                of(JSON, "null", "0"));
    }

    @ParameterizedTest
    @MethodSource
    void values_that_mean_something_else(ValueType type, @Nullable Object a, @Nullable Object b) {
        assertThat(column(type, ANY).same(a, b)).isFalse();
        assertThat(column(type, ANY).same(b, a)).isFalse();
    }

    // ---- shown to a person

    @Test
    void a_value_that_cannot_travel_is_still_shown() {
        assertThat(column(DECIMAL, TEXT).describe("10.50")).isEqualTo(dec("10.50"));
        assertThat(column(DECIMAL, TEXT).describe("ten")).isEqualTo("ten");
        assertThat(column(BOOL, INT).describe(7L)).isEqualTo(7L);
        assertThat(column(PLAIN, ANY).describe(new byte[] {0})).isEqualTo("AA==");
        assertThat(column(PLAIN, REAL).describe(Double.NEGATIVE_INFINITY)).isEqualTo("-Infinity");
        assertThat(column(JSON, TEXT).describe("{")).isEqualTo("{");
    }

    // ---- against SQLite

    private static List<Object> pool() {
        List<Object> pool = new ArrayList<>(List.of(true, false, List.of(1L, "x"), Map.of("k", dec("1.50"))));
        for (String number : List.of("0", "1", "-1", "5", "1772359200000", "9007199254740993", "9223372036854775807")) {
            pool.add(Long.valueOf(number));
            pool.add(number);
            pool.add(new BigDecimal(number + ".0"));
            pool.add(new BigDecimal(number + ".25"));
            pool.add(number + ".10");
        }
        pool.addAll(
                List.of(new BigInteger("18446744073709551616"), dec("1E+30"), dec("1E-7"), dec("-0.0"), dec("0.1")));
        pool.addAll(
                List.of("", " ", "abc", "12abc", " 7 ", "+7", "1e5", ".5", "0x1F", "inf", "7\u0000", "ä\ud83d\ude80"));
        pool.addAll(
                List.of("2026-03-01T10:00:00Z", "2026-03-01 10:00:00", "AAEC", "AA==", "null", "{\"a\":1}", "true"));
        return pool;
    }

    @ParameterizedTest
    @EnumSource
    void whatever_is_accepted_is_kept_by_SQLite_as_it_is_and_travels_back_unchanged(ValueType type)
            throws SQLException {
        int accepted = 0;
        for (Affinity affinity : Affinity.values()) {
            ColumnMapping column = column(type, affinity);
            for (Object json : pool()) {
                Object given;
                try {
                    given = column.fromJson(json);
                } catch (UnstorableValueException refused) {
                    continue;
                }
                accepted++;
                Object kept = keep(affinity, given);
                String as = affinity + " " + json;
                assertThat(kept).as(as).isEqualTo(given);
                Object again = column.fromJson(column.toJson(kept));
                assertThat(column.same(kept, again)).as(as).isTrue();
            }
        }
        assertThat(accepted).isGreaterThan(10);
    }

    private static @Nullable Object keep(Affinity affinity, @Nullable Object value) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite::memory:");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE x(v " + (affinity == Affinity.BLOB ? "" : affinity.name()) + ")");
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO x VALUES(?)")) {
                SqliteValues.bind(insert, 1, value, "x", "v");
                insert.executeUpdate();
            }
            try (ResultSet rows = statement.executeQuery("SELECT v FROM x")) {
                rows.next();
                return SqliteValues.read(rows, 1, "x", "v");
            }
        }
    }
}
