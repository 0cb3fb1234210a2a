package dev.syncline.internal.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.internal.capture.Affinity;
import dev.syncline.internal.capture.SqliteValues;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Keys as ids and back, with SQLite itself as the judge of what a column can hold. Defends G2 and G5 (one row, one id) and G13 (an
 * id that no row can have reaches no other row).
 */
class KeyCodecTest {
    private static final String[] PIECES = {
        "0",
        "1",
        "5",
        "9",
        "18",
        "-",
        "+",
        ".",
        "e",
        "E",
        "x",
        "~",
        "a",
        "f",
        "F",
        "%",
        "%25",
        "%2C",
        "%2c",
        "2C",
        ",",
        " ",
        "\t",
        "\u00a0",
        "\u0000",
        "ä",
        "\ud83d\ude80",
        "\ud83d",
        "\ude80",
        "_",
        "inf",
        "'",
        "9223372036854775807",
        "٣"
    };

    private static KeyCodec of(Affinity... affinities) {
        return new KeyCodec(List.of(affinities));
    }

    // ---- single keys

    static Stream<Arguments> keys_and_their_ids() {
        return Stream.of(
                Arguments.of(Affinity.INTEGER, 0L, "0"),
                Arguments.of(Affinity.INTEGER, -7L, "-7"),
                Arguments.of(Affinity.INTEGER, Long.MAX_VALUE, "9223372036854775807"),
                Arguments.of(Affinity.INTEGER, Long.MIN_VALUE, "-9223372036854775808"),
                Arguments.of(Affinity.TEXT, "abc", "abc"),
                Arguments.of(Affinity.TEXT, "", ""),
                Arguments.of(Affinity.TEXT, "5", "5"),
                Arguments.of(Affinity.TEXT, "a,b%2C~", "a,b%2C~"),
                Arguments.of(Affinity.TEXT, "'; DROP TABLE x", "'; DROP TABLE x"),
                Arguments.of(Affinity.BLOB, 5L, "5"),
                Arguments.of(Affinity.BLOB, "abc", "abc"),
                Arguments.of(Affinity.BLOB, new byte[] {0, (byte) 0xff}, "~00ff"),
                Arguments.of(Affinity.BLOB, new byte[0], "~"),
                Arguments.of(Affinity.NUMERIC, 5L, "5"),
                Arguments.of(Affinity.NUMERIC, "9b2e-uuid", "9b2e-uuid"),
                Arguments.of(Affinity.INTEGER, new byte[] {1}, "~01"));
    }

    @ParameterizedTest
    @MethodSource
    void keys_and_their_ids(Affinity affinity, Object key, String id) {
        assertThat(of(affinity).encode(new Object[] {key})).contains(id);
        assertThat(of(affinity).decode(id).orElseThrow()).containsExactly(key);
    }

    static Stream<Arguments> keys_that_no_id_can_carry() {
        return Stream.of(
                Arguments.of(Affinity.INTEGER, null),
                Arguments.of(Affinity.INTEGER, 1.5),
                Arguments.of(Affinity.INTEGER, "abc"),
                Arguments.of(Affinity.TEXT, new byte[] {1}),
                Arguments.of(Affinity.REAL, 1.0),
                Arguments.of(Affinity.BLOB, "5"),
                Arguments.of(Affinity.BLOB, "~00"),
                Arguments.of(Affinity.BLOB, 0.5),
                Arguments.of(Affinity.TEXT, "\ud83d"));
    }

    @ParameterizedTest
    @MethodSource
    void keys_that_no_id_can_carry(Affinity affinity, @Nullable Object key) {
        assertThat(of(affinity).encode(new @Nullable Object[] {key})).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "abc",
                "007",
                "+5",
                "-0",
                "5.0",
                "1e3",
                " 5",
                "5 ",
                "9223372036854775808",
                "-9223372036854775809",
                "99999999999999999999",
                "0x10",
                "~0",
                "~zz",
                "~AB",
                "5,6",
                "٣"
            })
    void no_row_with_a_number_for_its_key_has_such_an_id(String id) {
        assertThat(of(Affinity.INTEGER).decode(id)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"05", "+5", "5.0", "1e3", " 5", "5\t", ".5", "5.", "-1.5E-3", "9223372036854775808", "1e999"})
    void an_id_that_SQLite_would_turn_into_another_number_reaches_no_row(String id) {
        assertThat(of(Affinity.NUMERIC).decode(id)).isEmpty();
        assertThat(of(Affinity.REAL).decode(id)).isEmpty();
        assertThat(of(Affinity.TEXT).decode(id)).isPresent();
    }

    @Test
    void an_id_with_half_a_character_reaches_no_row() {
        assertThat(of(Affinity.TEXT).decode("a\ud83d")).isEmpty();
        assertThat(of(Affinity.TEXT).decode("\ude80b")).isEmpty();
        assertThat(of(Affinity.TEXT).decode("\ud83d\ude80")).isPresent();
    }

    // ---- composite keys

    @Test
    void parts_are_joined_by_commas_and_escaped() {
        KeyCodec codec = of(Affinity.INTEGER, Affinity.TEXT);
        assertThat(codec.encode(new Object[] {7L, "a,b%c"})).contains("7,a%2Cb%25c");
        assertThat(codec.decode("7,a%2Cb%25c").orElseThrow()).containsExactly(7L, "a,b%c");
        assertThat(codec.encode(new Object[] {7L, ""})).contains("7,");
        assertThat(codec.decode("7,").orElseThrow()).containsExactly(7L, "");
        assertThat(codec.encode(new Object[] {7L, "%2C"})).contains("7,%252C");
        assertThat(codec.decode("7,%252C").orElseThrow()).containsExactly(7L, "%2C");
    }

    @ParameterizedTest
    @ValueSource(strings = {"7", "7,a,b", "", "x,a", "7,a%2cb", "7,a%b", "7,%41", "7,%"})
    void no_row_with_two_key_columns_has_such_an_id(String id) {
        assertThat(of(Affinity.INTEGER, Affinity.TEXT).decode(id)).isEmpty();
    }

    @Test
    void a_key_with_a_part_that_cannot_travel_has_no_id() {
        assertThat(of(Affinity.INTEGER, Affinity.TEXT).encode(new @Nullable Object[] {7L, null}))
                .isEmpty();
    }

    // ---- compact forms

    @Test
    void the_compact_form_is_the_shortest_that_is_unique() {
        assertThat(of(Affinity.INTEGER).compact("12")).isEqualTo(12L);
        assertThat(of(Affinity.BLOB).compact("12")).isEqualTo(12L);
        assertThat(of(Affinity.TEXT).compact("12")).isEqualTo("12");
        assertThat(of(Affinity.TEXT, Affinity.TEXT).compact("12,13")).isEqualTo("12,13");
        String uuid = "0123abcd-4567-89ef-0123-456789abcdef";
        assertThat((byte[]) of(Affinity.TEXT).compact(uuid))
                .isEqualTo(HexFormat.of().parseHex("0123abcd456789ef0123456789abcdef"));
        assertThat(of(Affinity.TEXT).compact(uuid.toUpperCase(java.util.Locale.ROOT)))
                .isInstanceOf(String.class);
    }

    @Test
    void an_id_of_a_backend_that_no_number_can_have_stays_text() {
        for (String id : List.of("9999999999999999999", "-9999999999999999999", "007", "x", "")) {
            assertThat(of(Affinity.INTEGER).compact(id)).isEqualTo(id);
        }
        for (long id : new long[] {0, -1, Long.MAX_VALUE, Long.MIN_VALUE}) {
            assertThat(of(Affinity.INTEGER).compact(Long.toString(id))).isEqualTo(id);
        }
    }

    // ---- against SQLite

    @ParameterizedTest
    @EnumSource
    void every_row_that_has_an_id_is_found_by_it_and_shares_it_with_none(Affinity affinity) throws SQLException {
        SplittableRandom random = new SplittableRandom(7);
        try (Column column = new Column(affinity)) {
            KeyCodec codec = of(affinity);
            Map<String, Object> keyOf = new HashMap<>();
            for (int i = 0; i < 4000; i++) {
                Object stored = column.store(value(random));
                Optional<String> id = codec.encode(new @Nullable Object[] {stored});
                if (id.isEmpty()) {
                    continue;
                }
                assertThat(codec.decode(id.get()).orElseThrow()).containsExactly(stored);
                Object other = keyOf.put(id.get(), identity(stored));
                assertThat(other == null ? identity(stored) : other).isEqualTo(identity(stored));
            }
            assertThat(keyOf).hasSizeGreaterThan(affinity == Affinity.REAL ? 100 : 500);
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_key_read_from_any_id_is_stored_as_it_is(Affinity affinity) throws SQLException {
        SplittableRandom random = new SplittableRandom(11);
        try (Column column = new Column(affinity)) {
            for (int i = 0; i < 4000; i++) {
                String id = text(random);
                Optional<Object[]> key = of(affinity).decode(id);
                if (key.isPresent()) {
                    assertThat(identity(column.store(key.get()[0]))).as(id).isEqualTo(identity(key.get()[0]));
                }
            }
        }
    }

    @Test
    void composite_keys_come_back_and_share_no_id() {
        SplittableRandom random = new SplittableRandom(13);
        KeyCodec codec = of(Affinity.TEXT, Affinity.BLOB, Affinity.TEXT);
        Map<String, List<Object>> keyOf = new HashMap<>();
        for (int i = 0; i < 5000; i++) {
            Object[] key = {text(random), value(random), text(random)};
            Optional<String> id = codec.encode(key);
            if (id.isEmpty()) {
                continue;
            }
            assertThat(codec.decode(id.get()).orElseThrow()).containsExactly(key);
            List<Object> identity =
                    Arrays.stream(key).map(KeyCodecTest::identity).toList();
            List<Object> other = keyOf.put(id.get(), identity);
            assertThat(other == null ? identity : other).isEqualTo(identity);
        }
        assertThat(keyOf).hasSizeGreaterThan(1000);
    }

    private static Object value(SplittableRandom random) {
        return switch (random.nextInt(5)) {
            case 0 -> random.nextLong() >> random.nextInt(64);
            case 1 -> Double.longBitsToDouble(random.nextLong(0x7ff0_0000_0000_0000L));
            case 2 -> {
                byte[] bytes = new byte[random.nextInt(4)];
                random.nextBytes(bytes);
                yield bytes;
            }
            default -> {
                String text = text(random);
                yield SqliteValues.loneSurrogate(text) ? "plain" : text;
            }
        };
    }

    private static String text(SplittableRandom random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(5); i > 0; i--) {
            text.append(PIECES[random.nextInt(PIECES.length)]);
        }
        return text.toString();
    }

    /** Something whose equality is that of the bytes in the file. */
    private static Object identity(Object stored) {
        return stored instanceof byte[] bytes
                ? "x" + HexFormat.of().formatHex(bytes)
                : stored.getClass().getSimpleName() + stored;
    }

    /** One column of a real table. */
    private static final class Column implements AutoCloseable {
        private final Connection connection = DriverManager.getConnection("jdbc:sqlite::memory:");
        private final PreparedStatement write;
        private final PreparedStatement read;

        Column(Affinity affinity) throws SQLException {
            try (Statement statement = connection.createStatement()) {
                statement.execute("CREATE TABLE x(v " + (affinity == Affinity.BLOB ? "" : affinity.name()) + ")");
                statement.execute("INSERT INTO x VALUES(NULL)");
            }
            write = connection.prepareStatement("UPDATE x SET v = ?");
            read = connection.prepareStatement("SELECT v FROM x");
        }

        Object store(Object value) throws SQLException {
            SqliteValues.bind(write, 1, value, "x", "v");
            write.executeUpdate();
            try (ResultSet rows = read.executeQuery()) {
                rows.next();
                Object stored = SqliteValues.read(rows, 1, "x", "v");
                return stored == null ? "null" : stored;
            }
        }

        @Override
        public void close() throws SQLException {
            connection.close();
        }
    }
}
