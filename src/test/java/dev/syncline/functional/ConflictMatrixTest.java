package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.config.SyncedTable;
import dev.syncline.conflict.Conflict;
import dev.syncline.conflict.ConflictSeverity;
import dev.syncline.conflict.ConflictType;
import dev.syncline.conflict.Decision;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.conflict.ResolvedBy;
import dev.syncline.testing.Device;
import dev.syncline.testing.TwoDevices;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every type of conflict settled by every strategy, by the table's rule and by a person: both devices and the server end equal,
 * and the journal keeps what each side had. Defends G5 and G6.
 */
class ConflictMatrixTest {
    private static final String ID = "r";

    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules,
            Stream.of(ResolutionStrategy.values())
                    .map(strategy -> SyncedTable.named("by_" + strategy.name().toLowerCase(java.util.Locale.ROOT))
                            .key("id")
                            .strategy(strategy)
                            .autoResolve(ConflictSeverity.values())
                            .build())
                    .toList(),
            Stream.of(ResolutionStrategy.values())
                    .map(strategy -> "CREATE TABLE by_" + strategy + "(id TEXT PRIMARY KEY, title TEXT, body TEXT)")
                    .toArray(String[]::new));

    /** What both devices do, one after the other has synchronized, and what each outcome is called. */
    enum Meeting {
        UPDATE_UPDATE(
                "UPDATE {t} SET title = 'mine', body = 'only mine' WHERE id = 'r'", "UPDATE {t} SET title = 'theirs'"),
        UPDATE_DELETE("UPDATE {t} SET title = 'mine' WHERE id = 'r'", "DELETE FROM {t}"),
        DELETE_UPDATE("DELETE FROM {t} WHERE id = 'r'", "UPDATE {t} SET title = 'theirs'"),
        CREATE_EXISTS("INSERT INTO {t} VALUES('r', 'mine', 'base')", "INSERT INTO {t} VALUES('r', 'theirs', 'base')");

        private final String here;
        private final String there;

        Meeting(String here, String there) {
            this.here = here;
            this.there = there;
        }

        /** The title in the end; null if the row is gone. */
        @Nullable
        String title(ResolutionStrategy strategy, boolean localIsLater) {
            boolean local = strategy == ResolutionStrategy.LOCAL_WINS
                    || (strategy != ResolutionStrategy.REMOTE_WINS && localIsLater);
            return switch (this) {
                case UPDATE_UPDATE, CREATE_EXISTS -> local ? "mine" : "theirs";
                case UPDATE_DELETE -> local ? "mine" : null;
                case DELETE_UPDATE -> local ? null : "theirs";
            };
        }
    }

    static Stream<Arguments> byRule() {
        return cases(List.of(
                ResolutionStrategy.LOCAL_WINS,
                ResolutionStrategy.REMOTE_WINS,
                ResolutionStrategy.LAST_WRITE_WINS,
                ResolutionStrategy.MERGE));
    }

    private static Stream<Arguments> cases(List<ResolutionStrategy> strategies) {
        return Stream.of(Meeting.values())
                .flatMap(meeting -> strategies.stream()
                        .flatMap(strategy ->
                                Stream.of(true, false).map(later -> Arguments.of(meeting, strategy, later))));
    }

    @ParameterizedTest(name = "{0} by {1}, local later: {2}")
    @MethodSource("byRule")
    void a_rule_settles_it_and_keeps_what_lost(Meeting meeting, ResolutionStrategy strategy, boolean localIsLater) {
        String table = "by_" + strategy;
        meet(table, meeting, localIsLater);
        assertThat(two.b().manager().conflicts().count()).isZero();
        two.agree();
        assertOutcome(two.a(), table, meeting, strategy, localIsLater);
        assertOutcome(two.b(), table, meeting, strategy, localIsLater);
        Map<String, @Nullable Object> entry = onlyEntry();
        assertSides(meeting, entry);
        assertThat(entry.get("resolution_strategy")).isEqualTo(strategy.name());
        assertThat(entry.get("resolved_by")).isEqualTo(ResolvedBy.AUTO.text());
        assertThat(entry.get("resolved_data") == null).isEqualTo(meeting.title(strategy, localIsLater) == null);
    }

    @ParameterizedTest(name = "{0} by a person''s {1}, local later: {2}")
    @MethodSource("byRule")
    void a_person_settles_what_a_rule_leaves_open(Meeting meeting, ResolutionStrategy strategy, boolean localIsLater) {
        meet("by_MANUAL", meeting, localIsLater);
        Conflict open = TwoDevices.onlyConflict(two.b());
        assertThat(open.conflictType()).isEqualTo(ConflictType.valueOf(meeting.name()));
        assertThat(two.b().manager().pendingChanges()).isEqualTo(1);
        two.sync(two.b());
        assertThat(two.server().rows("by_manual").version(ID)).isEqualTo(meeting == Meeting.CREATE_EXISTS ? 1 : 2);
        Optional<Map<String, @Nullable Object>> shown =
                two.b().manager().conflicts().preview(open.id(), Decision.by(strategy));
        assertThat(two.b().manager().conflicts().find(open.id())).contains(open);
        Conflict resolved = TwoDevices.decide(two.b(), strategy);
        assertThat(two.b().query("SELECT title, body FROM by_MANUAL"))
                .as("what was shown")
                .isEqualTo(shown.map(row -> List.of(row)).orElse(List.of()));
        assertThat(resolved.isResolved()).isTrue();
        two.agree();
        assertOutcome(two.a(), "by_MANUAL", meeting, strategy, localIsLater);
        Map<String, @Nullable Object> entry = onlyEntry();
        assertSides(meeting, entry);
        assertThat(entry.get("resolved_by")).isEqualTo(ResolvedBy.USER.text());
    }

    /** One device's work is at the server when the other one, which knows nothing of it, synchronizes. */
    private void meet(String table, Meeting meeting, boolean localIsLater) {
        two.serverClock().advance(Duration.ofHours(-1));
        two.a().manager();
        two.b().manager();
        if (meeting != Meeting.CREATE_EXISTS) {
            two.shared("INSERT INTO " + table + " VALUES('r', 'base', 'base')");
        }
        two.a().sql(meeting.there.replace("{t}", table));
        // Edits are stamped by SQLite with the real time; the server's stands still, an hour before or after it.
        two.serverClock().advance(Duration.ofHours(localIsLater ? 0 : 2));
        two.sync(two.a());
        two.b().sql(meeting.here.replace("{t}", table));
        two.sync(two.b());
    }

    private void assertOutcome(
            Device device, String table, Meeting meeting, ResolutionStrategy strategy, boolean localIsLater) {
        assertThat(device.value("SELECT title FROM " + table)).isEqualTo(meeting.title(strategy, localIsLater));
        if (meeting == Meeting.UPDATE_UPDATE && strategy == ResolutionStrategy.MERGE) {
            assertThat(device.value("SELECT body FROM " + table)).isEqualTo("only mine");
        }
    }

    private Map<String, @Nullable Object> onlyEntry() {
        List<Map<String, @Nullable Object>> entries = two.b().query("SELECT * FROM syncline_conflicts");
        assertThat(entries).hasSize(1);
        assertThat(two.a().query("SELECT * FROM syncline_conflicts")).isEmpty();
        return entries.get(0);
    }

    private static void assertSides(Meeting meeting, Map<String, @Nullable Object> entry) {
        assertThat(entry.get("conflict_type")).isEqualTo(meeting.name());
        assertSide(entry.get("local_data"), meeting == Meeting.DELETE_UPDATE ? null : "mine");
        assertSide(entry.get("remote_data"), meeting == Meeting.UPDATE_DELETE ? null : "theirs");
        assertSide(entry.get("base_data"), meeting == Meeting.CREATE_EXISTS ? null : "\"title\":\"base\"");
    }

    private static void assertSide(@Nullable Object data, @Nullable String value) {
        if (value == null) {
            assertThat(data).isNull();
        } else {
            assertThat(data).asString().contains(value);
        }
    }
}
