package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.syncline.SyncManager;
import dev.syncline.config.SyncedTable;
import dev.syncline.exception.StorageException;
import dev.syncline.progress.ConsistencyIssue;
import dev.syncline.testing.Device;
import dev.syncline.testing.server.ReferenceServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Defends G1 and G10 against the disk: a damaged file is named as such, and nothing in it is removed, overwritten or made anew. */
class DamagedFileTest {
    private static final int HEADER = 100;

    private static final List<SyncedTable> TABLES =
            List.of(SyncedTable.named("note").key("id").build());

    @TempDir
    static Path folder;

    private static ReferenceServer server;
    /** A file that was synchronized and closed. */
    private static byte[] sound;

    @TempDir
    Path place;

    private Path file;
    private Device device;

    /** What can befall a file as a whole. */
    private enum Blow {
        ZEROED_HEADER(bytes -> {
            Arrays.fill(bytes, 0, HEADER, (byte) 0);
            return bytes;
        }),
        CUT_IN_HALF(bytes -> Arrays.copyOf(bytes, bytes.length / 2)),
        CUT_BY_A_PAGE_AND_MORE(bytes -> Arrays.copyOf(bytes, bytes.length - 5000)),
        CUT_IN_THE_HEADER(bytes -> Arrays.copyOf(bytes, 50)),
        NO_DATABASE(bytes -> "a letter to grandmother\n".repeat(100).getBytes(StandardCharsets.UTF_8));

        private final UnaryOperator<byte[]> blow;

        Blow(UnaryOperator<byte[]> blow) {
            this.blow = blow;
        }
    }

    @BeforeAll
    static void a_file_that_was_synchronized_and_closed() throws IOException {
        server = ReferenceServer.on(folder.resolve("server.db")).start();
        try (Device before = new Device(
                folder.resolve("before.db"),
                server.url(),
                TABLES,
                "CREATE TABLE note(id TEXT PRIMARY KEY, text TEXT)",
                "CREATE INDEX note_text ON note(text)",
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900)"
                        + " INSERT INTO note SELECT 'note-' || i, 'text ' || i FROM n")) {
            assertThat(before.sync().success()).isTrue();
        }
        sound = Files.readAllBytes(folder.resolve("before.db"));
    }

    @AfterAll
    static void end() {
        server.close();
    }

    @BeforeEach
    void the_file_has_not_been_opened_since() {
        file = place.resolve("bank.db");
        device = new Device(file, server.url(), TABLES);
    }

    @AfterEach
    void close() {
        device.close();
    }

    @ParameterizedTest
    @EnumSource(Blow.class)
    void a_file_that_is_no_database_any_more_is_refused_and_left_as_it_is(Blow blow) throws IOException {
        byte[] damaged = blow.blow.apply(sound.clone());
        Files.write(file, damaged);
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> device.manager())
                .withMessageContaining("damaged")
                .withMessageContaining("backup")
                .withMessageContaining(file.getFileName().toString());
        assertThat(Files.readAllBytes(file)).isEqualTo(damaged);
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> SyncManager.detach(file))
                .withMessageContaining("damaged");
        assertThat(Files.readAllBytes(file)).isEqualTo(damaged);
    }

    /** Each seed fills some stretches of the file with noise, as a failing disk or another program would. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24})
    void noise_in_pages_is_reported_at_the_opening_or_by_the_check(long seed) throws IOException, SQLException {
        byte[] noisy = noisy(new SplittableRandom(seed));
        Files.write(file, noisy);
        boolean seen = isSeenBySqlite();
        SyncManager manager;
        try {
            manager = device.manager();
        } catch (StorageException refused) {
            assertThat(refused).hasMessageContaining("damaged");
            assertThat(Files.readAllBytes(file)).isEqualTo(noisy);
            return;
        }
        Images images = Images.of(file);
        assertThat(manager.consistency().detect().byType().containsKey(ConsistencyIssue.Type.DAMAGED_FILE))
                .isEqualTo(seen);
        if (seen) {
            assertThat(manager.consistency().repair().issues())
                    .allMatch(issue -> issue.outcome() == ConsistencyIssue.Outcome.LEFT);
        }
        assertThat(Images.of(file)).isEqualTo(images);
        // Whatever a run meets, it ends, and leaves the file where it is.
        assertThat(device.sync().endedAt()).isNotNull();
        assertThat(file).exists();
    }

    private static byte[] noisy(SplittableRandom random) {
        byte[] bytes = sound.clone();
        for (int hit = 0; hit < 4; hit++) {
            byte[] noise = new byte[random.nextInt(20, 600)];
            random.nextBytes(noise);
            System.arraycopy(noise, 0, bytes, random.nextInt(HEADER, bytes.length - noise.length), noise.length);
        }
        return bytes;
    }

    /** Noise within a text is a text to SQLite; the rest it notices, on a copy that nobody has opened. */
    private boolean isSeenBySqlite() throws IOException {
        Path copy = place.resolve("copy.db");
        Files.copy(file, copy);
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + copy);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("PRAGMA quick_check")) {
            return !rows.next() || !rows.getString(1).equals("ok");
        } catch (SQLException refused) {
            return true;
        }
    }

    /** What is on the disk of a file and its log. */
    private record Images(int file, int log) {
        static Images of(Path file) throws IOException {
            Path log = Path.of(file + "-wal");
            return new Images(
                    Arrays.hashCode(Files.readAllBytes(file)),
                    Files.exists(log) ? Arrays.hashCode(Files.readAllBytes(log)) : 0);
        }
    }

    @Test
    void an_empty_file_holds_no_table_and_stays_empty() throws IOException {
        Files.write(file, new byte[0]);
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> device.manager())
                .withMessageContaining("note");
        assertThat(file).isEmptyFile();
    }
}
