package dev.syncline.internal.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.backend.ChangeKind;
import dev.syncline.backend.rest.RestBackend;
import dev.syncline.config.SyncedTable;
import dev.syncline.testing.RecordingBackend;
import dev.syncline.testing.TwoDevices;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What a series of edits comes to is derived from the row before and after; a table of how each two edits fold, as a queue of
 * operations would do it, must give the same. Defends G1 and G2.
 */
class FoldingOracleTest {
    private static final int SEED = 4711;

    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules,
            List.of(SyncedTable.named("note").key("id").build()),
            "CREATE TABLE note(id TEXT PRIMARY KEY, text TEXT)");

    /** The table: what two unsent edits of one row are together; empty where nothing is left to send. */
    private static Optional<ChangeKind> folded(@Nullable ChangeKind before, ChangeKind next) {
        if (before == null) {
            return Optional.of(next);
        }
        return switch (before) {
            case CREATE -> next == ChangeKind.DELETE ? Optional.empty() : Optional.of(ChangeKind.CREATE);
            case UPDATE -> Optional.of(next == ChangeKind.DELETE ? ChangeKind.DELETE : ChangeKind.UPDATE);
            // The row comes back with other content.
            case DELETE -> Optional.of(ChangeKind.UPDATE);
        };
    }

    @Test
    void every_series_of_edits_is_sent_as_the_table_of_folding_says() {
        RecordingBackend calls = new RecordingBackend(
                RestBackend.at(two.server().url()).noBatch().build());
        two.a().with(calls);
        Random random = new Random(SEED);
        for (int row = 0; row < 60; row++) {
            if (row % 2 == 0) {
                two.a().sql("INSERT INTO note VALUES(?, 'base')", "n" + row);
            }
        }
        two.sync(two.a());
        calls.taken();
        List<String> expected = new ArrayList<>();
        for (int row = 0; row < 60; row++) {
            boolean there = row % 2 == 0;
            ChangeKind pending = null;
            for (int edit = 0; edit < 1 + random.nextInt(5); edit++) {
                ChangeKind next =
                        !there ? ChangeKind.CREATE : random.nextInt(3) == 0 ? ChangeKind.DELETE : ChangeKind.UPDATE;
                apply(next, "n" + row, row + "/" + edit);
                there = next != ChangeKind.DELETE;
                pending = folded(pending, next).orElse(null);
            }
            if (pending != null) {
                expected.add(pending + " note n" + row);
            }
        }
        two.sync(two.a());
        assertThat(calls.taken().stream().filter(call -> !call.startsWith("page")))
                .containsExactlyInAnyOrderElementsOf(expected);
        two.agree();
    }

    private void apply(ChangeKind kind, String id, String text) {
        switch (kind) {
            case CREATE -> two.a().sql("INSERT INTO note VALUES(?, ?)", id, text);
            case UPDATE -> two.a().sql("UPDATE note SET text = ? WHERE id = ?", text, id);
            case DELETE -> two.a().sql("DELETE FROM note WHERE id = ?", id);
        }
    }
}
