package dev.syncline.internal.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Defends G1 and G6 in what a base holds: every value SQLite can store comes back to the last bit, or is refused aloud. */
class JournalValuesTest {
    private static final String TABLE = "CREATE TABLE t(id TEXT PRIMARY KEY, v)";

    private static final Object[] VALUES = {
        null,
        0L,
        1L,
        -1L,
        Long.MAX_VALUE,
        Long.MIN_VALUE,
        1L << 53,
        0.0,
        -0.0,
        1.0,
        0.1,
        Double.MIN_VALUE,
        Double.MAX_VALUE,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        "",
        "a",
        "A",
        "a ",
        "1",
        "1.0",
        "a\0b",
        "\0",
        "ü€😀",
        "\uFFFD",
        new byte[0],
        new byte[] {0},
        new byte[] {'a'},
        new byte[] {(byte) 0xff, (byte) 0xc0}
    };

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"UTF-8", "UTF-16le"})
    void every_change_from_one_value_to_another_is_seen_and_exact(String encoding) throws SQLException {
        try (HostFile file = new HostFile(folder.resolve("t"), "PRAGMA encoding = '" + encoding + "'", TABLE)) {
            Journal journal = file.capture("t");
            JournalRows rows = journal.rows(file.sync);
            for (Object from : VALUES) {
                for (Object to : VALUES) {
                    file.sync("DELETE FROM syncline_journal_1", "DELETE FROM t", "DELETE FROM syncline_journal_1");
                    store(file, "INSERT INTO t(v, id) VALUES(?, 'k')", from);
                    rows.remove(new Object[] {"k"});
                    store(file, "UPDATE t SET v = ? WHERE id = 'k'", to);

                    List<PendingChange> pending = file.pending(journal);
                    if (RowImage.same(from, to)) {
                        assertThat(pending).isEmpty();
                        assertThat(journal.sweep(file.sync, 0, 10).removed()).isEqualTo(1);
                    } else {
                        assertThat(pending).hasSize(1);
                        assertThat(RowImage.same(pending.get(0).base().get("v"), from))
                                .isTrue();
                        assertThat(RowImage.same(pending.get(0).now().get("v"), to))
                                .isTrue();
                        assertThat(journal.count(file.sync)).isEqualTo(1);
                        assertThat(journal.sweep(file.sync, 0, 10).removed()).isZero();
                    }
                }
            }
        }
    }

    private static void store(HostFile file, String sql, Object value) throws SQLException {
        try (var statement = file.host.prepareStatement(sql)) {
            statement.setObject(1, value);
            statement.executeUpdate();
        }
    }

    @Test
    void a_base_that_is_put_comes_back_as_it_was() throws SQLException {
        try (HostFile file = new HostFile(folder.resolve("t"), TABLE)) {
            Journal journal = file.capture("t");
            JournalRows rows = journal.rows(file.sync);
            for (Object value : VALUES) {
                Map<String, Object> values = new LinkedHashMap<>();
                values.put("v", value);
                rows.put(new Object[] {"k"}, RowImage.of(values));
                assertThat(file.pending(journal).get(0).base()).isEqualTo(RowImage.of(values));
            }
        }
    }

    @Test
    void numbers_take_the_storage_class_the_column_gives_them() throws SQLException {
        Object[] numbers = {
            0L, 1L, -7L, Long.MAX_VALUE, Long.MIN_VALUE, 0.0, -0.0, 2.0, 2.5, 1e18, 9.3e18, 1e300, -9.3e18
        };
        for (Affinity affinity : List.of(Affinity.INTEGER, Affinity.REAL, Affinity.NUMERIC, Affinity.BLOB)) {
            try (HostFile file = new HostFile(folder.resolve("a" + affinity), "CREATE TABLE t(v " + affinity + ")")) {
                for (Object number : numbers) {
                    store(file, "INSERT INTO t VALUES(?)", number);
                    try (var rows = file.host.createStatement().executeQuery("SELECT v FROM t")) {
                        Object stored = SqliteValues.read(rows, 1, "t", "v");
                        assertThat(RowImage.same(affinity.stored(number), stored))
                                .as("%s in %s is %s", number, affinity, stored)
                                .isTrue();
                    }
                    file.host("DELETE FROM t");
                }
            }
        }
    }

    @Test
    void text_that_is_not_unicode_is_refused_by_table_and_column_never_by_value() throws SQLException {
        try (HostFile file = new HostFile(folder.resolve("t"), TABLE)) {
            Journal journal = file.capture("t");
            JournalRows rows = journal.rows(file.sync);
            file.host("INSERT INTO t VALUES('k', CAST(x'73656372657461ff' AS TEXT))");
            assertThatThrownBy(() -> rows.find(new Object[] {"k"}))
                    .isInstanceOf(CaptureException.class)
                    .hasMessageContaining("Table t, column v")
                    .hasMessageNotContaining("secret");
            assertThatThrownBy(() -> rows.put(new Object[] {"k"}, RowImage.of(Map.of("v", "\ud800"))))
                    .hasMessageContaining("lone surrogate");
            assertThatThrownBy(() -> RowImage.of(Map.of("v", Double.NaN))).hasMessageContaining("NaN");
            assertThatThrownBy(() -> RowImage.of(Map.of("v", 1))).hasMessageContaining("Integer");
        }
    }

    @Test
    void images_survive_json_to_the_last_bit_and_never_print_values() {
        Map<String, Object> values = new LinkedHashMap<>();
        for (int i = 0; i < VALUES.length; i++) {
            values.put("c\"" + i, VALUES[i]);
        }
        RowImage image = RowImage.of(values);
        RowImage back = RowImageCodec.fromJson(RowImageCodec.toJson(image));
        assertThat(back).isEqualTo(image).hasSameHashCodeAs(image);
        assertThat(back.columns()).isEqualTo(image.columns());
        assertThat(RowImage.of(Map.of("v", "secret")).toString())
                .contains("v TEXT")
                .doesNotContain("secret");
        assertThatThrownBy(() -> RowImageCodec.toJson(RowImage.of(Map.of("v", "\udc00"))))
                .hasMessageContaining("Unicode");
        for (String broken : List.of("", "[]", "{\"v\": true}", "{\"v\": {\"x\": 1}}", "{} {}", "{\"v\": 1")) {
            assertThatThrownBy(() -> RowImageCodec.fromJson(broken)).isInstanceOf(CaptureException.class);
        }
    }

    @Test
    void images_are_equal_by_columns_and_bits_whatever_their_order() {
        RowImage image = RowImage.of(Map.of("a", 1L)).with("b", 0.0);
        assertThat(image).isEqualTo(RowImage.of(Map.of("b", 0.0)).with("A", 1L));
        assertThat(image).isNotEqualTo(image.with("b", -0.0)).isNotEqualTo(image.with("a", 1.0));
        assertThat(image.with("c", new byte[] {1})).isEqualTo(image.with("c", new byte[] {1}));
        assertThat(Arrays.asList(image.get("A"), image.get("B"))).containsExactly(1L, 0.0);
        assertThatThrownBy(() -> image.get("no")).hasMessageContaining("no column no");
    }
}
