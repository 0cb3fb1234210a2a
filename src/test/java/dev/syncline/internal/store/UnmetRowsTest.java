package dev.syncline.internal.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.internal.capture.CaptureTables;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which rows a walk has still to meet, with keys of every kind. Defends G1 and G10. */
class UnmetRowsTest {
    private static final int TABLE = 1;
    private static final byte[] UUID = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};

    @TempDir
    Path folder;

    private OpenStore store;

    @BeforeEach
    void open() throws SQLException {
        Path file = folder.resolve("host.db");
        OpenStore.sql(file, "CREATE TABLE item(id INTEGER PRIMARY KEY)");
        store = OpenStore.on(file);
        new SchemaMigrator(store.database, store.transactions).migrate(CaptureTables.DDL);
        save(TABLE, Long.MIN_VALUE, -1L, 7L, "7", "text", UUID);
        save(2, 7L);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void save(int table, Object... keys) {
        store.transactions.perform(unit -> {
            try (RowStateRepository states = new RowStateRepository(unit.connection(), table)) {
                for (Object key : keys) {
                    states.save(key, "1");
                }
                states.flush();
                states.flushMeetings();
            }
        });
    }

    private int note(int most) {
        return store.transactions.write(unit -> UnmetRows.note(unit.connection(), TABLE, most));
    }

    private List<Object> unmet(int most) {
        return store.transactions.read(unit -> UnmetRows.some(unit.connection(), TABLE, most));
    }

    @Test
    void keys_of_every_kind_are_noted_in_parts_and_none_of_another_table() {
        assertThat(note(4)).isEqualTo(4);
        assertThat(note(4)).isEqualTo(2);
        assertThat(note(4)).isZero();
        assertThat(unmet(10)).usingRecursiveComparison().isEqualTo(List.of(Long.MIN_VALUE, -1L, 7L, "7", "text", UUID));
        assertThat(unmet(2)).containsExactly(Long.MIN_VALUE, -1L);
    }

    @Test
    void a_row_whose_version_is_stored_counts_as_met_and_its_namesake_does_not() {
        note(10);
        save(TABLE, 7L, UUID);
        assertThat(unmet(10)).containsExactly(Long.MIN_VALUE, -1L, "7", "text");
        store.transactions.perform(unit -> {
            assertThat(UnmetRows.isUnmet(unit.connection(), TABLE, "7")).isTrue();
            assertThat(UnmetRows.isUnmet(unit.connection(), TABLE, 7L)).isFalse();
        });
    }

    @Test
    void a_row_that_is_told_of_counts_as_met_though_those_written_with_it_were_refused() {
        note(10);
        store.transactions.perform(unit -> {
            try (RowStateRepository states = new RowStateRepository(unit.connection(), TABLE)) {
                states.meet("text");
                states.save("new", "1");
                states.clear();
                states.flush();
                states.flushMeetings();
            }
        });
        assertThat(unmet(10)).hasSize(5).doesNotContain("text");
    }

    @Test
    void notes_are_forgotten_in_parts() {
        note(10);
        assertThat(store.transactions.<Integer>write(unit -> UnmetRows.forget(unit.connection(), TABLE, 4)))
                .isEqualTo(4);
        assertThat(unmet(10)).hasSize(2);
        assertThat(store.transactions.<Integer>write(unit -> UnmetRows.forget(unit.connection(), TABLE, 4)))
                .isEqualTo(2);
        assertThat(store.transactions.<Integer>write(unit -> UnmetRows.forget(unit.connection(), TABLE, 4)))
                .isZero();
    }
}
