package dev.syncline.functional;

import dev.syncline.config.SyncedTable;
import dev.syncline.conflict.ConflictSeverity;
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
 * Conflicts that other synchronizing stores are known to test, as two devices of this one meet them: what CouchDB and Couchbase Lite keep
 * as competing revisions, what Realm settles by its transforms, and what WatermelonDB settles per column. Defends G5, G6 and G7.
 */
class PeerScenariosTest {
    private static final String[] STRATEGIES = {"local", "remote", "merge", "manual"};

    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules,
            Stream.of(STRATEGIES).map(PeerScenariosTest::table).toList(),
            Stream.of(STRATEGIES)
                    .map(name -> "CREATE TABLE " + name + "(id TEXT PRIMARY KEY, a TEXT, b TEXT, n INTEGER, l TEXT)")
                    .toArray(String[]::new));

    private static SyncedTable table(String name) {
        return SyncedTable.named(name)
                .key("id")
                .json("l")
                .merge(Merger.COUNTER, "n")
                .merge(Merger.SET, "l")
                .autoResolve(ConflictSeverity.values())
                .strategy(
                        switch (name) {
                            case "local" -> ResolutionStrategy.LOCAL_WINS;
                            case "remote" -> ResolutionStrategy.REMOTE_WINS;
                            case "merge" -> ResolutionStrategy.MERGE;
                            default -> ResolutionStrategy.MANUAL;
                        })
                .build();
    }

    static Stream<Arguments> scenarios() {
        return Stream.of(
                // CouchDB: competing revisions
                scenario(
                        "two leaves of one revision: one wins, the other is kept",
                        "both INSERT INTO remote(id, a) VALUES('r', '1')",
                        "there UPDATE remote SET a = '2'",
                        "here UPDATE remote SET a = '3'",
                        "sync",
                        "journal REMOTE_WINS auto the table's strategy REMOTE_WINS",
                        "end remote: r | 2 | null | null | null"),
                scenario(
                        "the same revision made on both sides is no conflict",
                        "both INSERT INTO manual(id, a) VALUES('r', '1')",
                        "there UPDATE manual SET a = '2'",
                        "here UPDATE manual SET a = '2'",
                        "sync",
                        "open nothing",
                        "end manual: r | 2 | null | null | null"),
                scenario(
                        "a longer branch does not win by being longer",
                        "both INSERT INTO remote(id, a) VALUES('r', '1')",
                        "there UPDATE remote SET a = '2'",
                        "here UPDATE remote SET a = '3'",
                        "here UPDATE remote SET a = '4'",
                        "here UPDATE remote SET a = '5'",
                        "sync",
                        "end remote: r | 2 | null | null | null"),
                scenario(
                        "a deleted leaf does not silently beat an edited one",
                        "both INSERT INTO manual(id, a) VALUES('r', '1')",
                        "there DELETE FROM manual",
                        "here UPDATE manual SET a = '2'",
                        "sync",
                        "open UPDATE_DELETE HIGH a",
                        "decide LOCAL_WINS",
                        "end manual: r | 2 | null | null | null"),
                scenario(
                        "a document made anew after its deletion is a new one",
                        "both INSERT INTO manual(id, a) VALUES('r', '1')",
                        "there DELETE FROM manual",
                        "sync",
                        "here INSERT INTO manual(id, a) VALUES('r', 'new')",
                        "end manual: r | new | null | null | null"),
                scenario(
                        "deleted on both sides",
                        "both INSERT INTO manual(id, a) VALUES('r', '1')",
                        "there DELETE FROM manual",
                        "here DELETE FROM manual",
                        "sync",
                        "open nothing",
                        "end manual: nothing"),
                scenario(
                        "the same id made on both sides",
                        "there INSERT INTO manual(id, a) VALUES('r', 'theirs')",
                        "here INSERT INTO manual(id, a) VALUES('r', 'mine')",
                        "sync",
                        "open CREATE_EXISTS LOW a",
                        "decide REMOTE_WINS",
                        "end manual: r | theirs | null | null | null"),
                // Couchbase Lite: resolvers
                scenario(
                        "local wins, and the other device takes it over",
                        "both INSERT INTO local(id, a) VALUES('r', '1')",
                        "there UPDATE local SET a = '2'",
                        "here UPDATE local SET a = '3'",
                        "sync",
                        "end local: r | 3 | null | null | null"),
                scenario(
                        "remote wins over a local deletion: the document is back",
                        "both INSERT INTO remote(id, a) VALUES('r', '1')",
                        "there UPDATE remote SET a = '2'",
                        "here DELETE FROM remote",
                        "sync",
                        "end remote: r | 2 | null | null | null"),
                scenario(
                        "a resolution that deletes reaches the other device",
                        "both INSERT INTO local(id, a) VALUES('r', '1')",
                        "there UPDATE local SET a = '2'",
                        "here DELETE FROM local",
                        "sync",
                        "end local: nothing"),
                scenario(
                        "merged data of the app's own",
                        "both INSERT INTO manual(id, a, b) VALUES('r', '1', '1')",
                        "there UPDATE manual SET a = '2', b = '2'",
                        "here UPDATE manual SET a = '3', b = '3'",
                        "sync",
                        "decide a='2 and 3', b=REMOTE_WINS",
                        "end manual: r | 2 and 3 | 2 | null | null"),
                scenario(
                        "a second conflict after the first was resolved",
                        "both INSERT INTO manual(id, a) VALUES('r', '1')",
                        "there UPDATE manual SET a = '2'",
                        "here UPDATE manual SET a = '3'",
                        "sync",
                        "decide LOCAL_WINS",
                        "there UPDATE manual SET a = '4'",
                        "sync",
                        "open UPDATE_UPDATE LOW a",
                        "decide REMOTE_WINS",
                        "end manual: r | 4 | null | null | null"),
                // Realm: transforms
                scenario(
                        "increments commute",
                        "both INSERT INTO manual(id, n) VALUES('r', 100)",
                        "there UPDATE manual SET n = n + 5",
                        "here UPDATE manual SET n = n - 30",
                        "sync",
                        "open nothing",
                        "end manual: r | null | null | 75 | null"),
                scenario(
                        "insertions into a set commute, and a removal stays one",
                        "both INSERT INTO manual(id, l) VALUES('r', '[1,2]')",
                        "there UPDATE manual SET l = '[2,3]'",
                        "here UPDATE manual SET l = '[1,2,4]'",
                        "sync",
                        "end manual: r | null | null | null | [2,3,4]"),
                scenario(
                        "an erased row is not brought back by an increment unasked",
                        "both INSERT INTO manual(id, n) VALUES('r', 1)",
                        "there DELETE FROM manual",
                        "here UPDATE manual SET n = n + 1",
                        "sync",
                        "open UPDATE_DELETE HIGH n",
                        "decide REMOTE_WINS",
                        "end manual: nothing"),
                // WatermelonDB: per column
                scenario(
                        "columns changed here stay, the others follow the server",
                        "both INSERT INTO manual(id, a, b) VALUES('r', '1', '1')",
                        "there UPDATE manual SET b = '2'",
                        "here UPDATE manual SET a = '3'",
                        "sync",
                        "open nothing",
                        "end manual: r | 3 | 2 | null | null"),
                scenario(
                        "the same column: the change made here wins",
                        "both INSERT INTO local(id, a, b) VALUES('r', '1', '1')",
                        "there UPDATE local SET a = '2'",
                        "here UPDATE local SET a = '3'",
                        "sync",
                        "end local: r | 3 | 1 | null | null"),
                scenario(
                        "a row changed here and destroyed there is not destroyed unasked",
                        "both INSERT INTO manual(id, a) VALUES('r', '1'), ('s', '1')",
                        "there DELETE FROM manual WHERE id = 'r'",
                        "here UPDATE manual SET a = '2'",
                        "sync",
                        "open UPDATE_DELETE HIGH a",
                        "decide REMOTE_WINS",
                        "end manual: s | 2 | null | null | null"),
                scenario(
                        "an edit that was edited back leaves the server's version",
                        "both INSERT INTO manual(id, a) VALUES('r', '1')",
                        "here UPDATE manual SET a = '2'",
                        "here UPDATE manual SET a = '1'",
                        "there UPDATE manual SET a = '3'",
                        "sync",
                        "open nothing",
                        "end manual: r | 3 | null | null | null"));
    }

    private static Arguments scenario(String title, String... lines) {
        return Arguments.of(title, List.of(lines));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("scenarios")
    void a_scenario_comes_out_alike_on_both_devices(String title, List<String> lines) {
        new ConflictScript(two).run(lines);
    }
}
