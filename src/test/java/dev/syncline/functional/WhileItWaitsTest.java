package dev.syncline.functional;

import dev.syncline.config.SyncedTable;
import dev.syncline.conflict.Merger;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.testing.ConflictScript;
import dev.syncline.testing.TwoDevices;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What becomes of a conflict that waits for a person while both sides go on: it follows them, loses nothing, and ends by itself once
 * nothing is in dispute any more. Defends G1, G5 and G6.
 */
class WhileItWaitsTest {
    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules,
            List.of(SyncedTable.named("memo")
                    .key("id")
                    .strategy(ResolutionStrategy.MANUAL)
                    .merge(Merger.COUNTER, "n")
                    .build()),
            "CREATE TABLE memo(id TEXT PRIMARY KEY, a TEXT, b TEXT, n INTEGER)");

    static Stream<Arguments> scenarios() {
        return Stream.of(
                edited(
                        "to what the other side has: they agree",
                        "here UPDATE memo SET a = 'theirs'",
                        "sync",
                        "open nothing",
                        "journal REMOTE_WINS auto both sides came to the same",
                        "end memo: r | theirs | base | 0"),
                edited(
                        "so that other columns differ: both edits are joined",
                        "here UPDATE memo SET a = 'base', b = 'mine'",
                        "sync",
                        "open nothing",
                        "journal MERGE auto nothing is in dispute any more",
                        "end memo: r | theirs | mine | 0"),
                edited(
                        "there, so that other columns differ: both edits are joined",
                        "there UPDATE memo SET a = 'base', b = 'theirs'",
                        "sync",
                        "open nothing",
                        "end memo: r | mine | theirs | 0"),
                edited(
                        "on both sides in a column that adds up",
                        "here UPDATE memo SET n = n + 1",
                        "there UPDATE memo SET n = n + 10",
                        "sync",
                        "open UPDATE_UPDATE LOW a",
                        "shows LOCAL_WINS mine | base | 1",
                        "shows MERGE theirs | base | 11",
                        "decide a=LOCAL_WINS",
                        "end memo: r | mine | base | 11"),
                edited(
                        "here by a deletion",
                        "here DELETE FROM memo",
                        "sync",
                        "open DELETE_UPDATE LOW a",
                        "shows LOCAL_WINS nothing",
                        "shows REMOTE_WINS theirs | base | 0",
                        "decide LOCAL_WINS",
                        "end memo: nothing"),
                edited(
                        "here by a deletion that is taken back",
                        "here DELETE FROM memo",
                        "sync",
                        "here INSERT INTO memo VALUES('r', 'again', 'base', 0)",
                        "sync",
                        "open UPDATE_UPDATE LOW a",
                        "decide LOCAL_WINS",
                        "end memo: r | again | base | 0"),
                edited(
                        "there by a deletion that is taken back",
                        "there DELETE FROM memo",
                        "sync",
                        "open UPDATE_DELETE HIGH a",
                        "there INSERT INTO memo VALUES('r', 'anew', 'base', 0)",
                        "sync",
                        "open UPDATE_UPDATE LOW a",
                        "decide REMOTE_WINS",
                        "end memo: r | anew | base | 0"),
                edited(
                        "to another key: the old row is deleted here, the new one is another",
                        "here UPDATE memo SET id = 's'",
                        "sync",
                        "open DELETE_UPDATE LOW a",
                        "decide REMOTE_WINS",
                        "end memo: r | theirs | base | 0; s | mine | base | 0"),
                edited(
                        "there again and again",
                        "there UPDATE memo SET a = 'theirs 2'",
                        "sync",
                        "there UPDATE memo SET a = 'theirs 3', b = 'too'",
                        "sync",
                        "open UPDATE_UPDATE LOW a",
                        "decide LOCAL_WINS",
                        "end memo: r | mine | base | 0"),
                Arguments.of(
                        "made on both sides, and deleted again here: nothing of this side is left",
                        List.of(
                                "there INSERT INTO memo VALUES('r', 'theirs', 'base', 0)",
                                "here INSERT INTO memo VALUES('r', 'mine', 'base', 0)",
                                "sync",
                                "open CREATE_EXISTS LOW a",
                                "here DELETE FROM memo",
                                "sync",
                                "open nothing",
                                "end memo: r | theirs | base | 0")),
                Arguments.of(
                        "made on both sides, and deleted again there",
                        List.of(
                                "there INSERT INTO memo VALUES('r', 'theirs', 'base', 0)",
                                "here INSERT INTO memo VALUES('r', 'mine', 'base', 0)",
                                "sync",
                                "there DELETE FROM memo",
                                "sync",
                                "open UPDATE_DELETE HIGH a,b,n",
                                "decide LOCAL_WINS",
                                "end memo: r | mine | base | 0")),
                Arguments.of(
                        "made on both sides, and edited to the same",
                        List.of(
                                "there INSERT INTO memo VALUES('r', 'theirs', 'base', 0)",
                                "here INSERT INTO memo VALUES('r', 'mine', 'base', 0)",
                                "sync",
                                "here UPDATE memo SET a = 'theirs'",
                                "sync",
                                "open nothing",
                                "end memo: r | theirs | base | 0")),
                Arguments.of(
                        "deleted here and edited back there: the deletion holds",
                        List.of(
                                "both INSERT INTO memo VALUES('r', 'base', 'base', 0)",
                                "there UPDATE memo SET a = 'theirs'",
                                "here DELETE FROM memo",
                                "sync",
                                "open DELETE_UPDATE LOW a",
                                "there UPDATE memo SET a = 'base'",
                                "sync",
                                "open nothing",
                                "end memo: nothing")));
    }

    /** Both sides have edited the same column, and a person is to decide. */
    private static Arguments edited(String title, String... lines) {
        List<String> parked = List.of(
                "later there",
                "both INSERT INTO memo VALUES('r', 'base', 'base', 0)",
                "there UPDATE memo SET a = 'theirs'",
                "here UPDATE memo SET a = 'mine'",
                "sync",
                "open UPDATE_UPDATE LOW a");
        return Arguments.of(
                title, Stream.concat(parked.stream(), Stream.of(lines)).toList());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scenarios")
    void a_conflict_follows_both_sides_until_nothing_is_in_dispute(String title, List<String> lines) {
        new ConflictScript(two).run(lines);
    }
}
