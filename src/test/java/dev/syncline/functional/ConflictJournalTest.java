package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.config.SyncOptions;
import dev.syncline.config.SyncedTable;
import dev.syncline.config.SyncedTableBuilder;
import dev.syncline.conflict.Conflict;
import dev.syncline.conflict.ConflictFilter;
import dev.syncline.conflict.ConflictInbox;
import dev.syncline.conflict.ConflictSeverity;
import dev.syncline.conflict.ConflictStatistics;
import dev.syncline.conflict.ConflictType;
import dev.syncline.conflict.Decision;
import dev.syncline.conflict.Resolution;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.exception.ConflictException;
import dev.syncline.testing.SettableClock;
import dev.syncline.testing.TwoDevices;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The journal of what rules decided: what met, what came of it and by which rule; what can be taken back, counted and forgotten. Defends
 * G5 and G6.
 */
class ConflictJournalTest {
    private static final String[] GRAVITIES = {"low", "medium", "high"};

    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules,
            List.of(
                    table("local_wins").strategy(ResolutionStrategy.LOCAL_WINS).build(),
                    table("remote_wins")
                            .strategy(ResolutionStrategy.REMOTE_WINS)
                            .build(),
                    table("merged").strategy(ResolutionStrategy.MERGE).build(),
                    SyncedTable.named("asked")
                            .key("id")
                            .strategy(ResolutionStrategy.REMOTE_WINS)
                            .autoResolve()
                            .severity(ConflictSeverity.MEDIUM, "medium")
                            .severity(ConflictSeverity.HIGH, "high")
                            .build()),
            "CREATE TABLE local_wins(id TEXT PRIMARY KEY, title TEXT, body TEXT)",
            "CREATE TABLE remote_wins(id TEXT PRIMARY KEY, title TEXT, body TEXT)",
            "CREATE TABLE merged(id TEXT PRIMARY KEY, title TEXT, body TEXT)",
            "CREATE TABLE asked(id TEXT PRIMARY KEY, low TEXT, medium TEXT, high TEXT)");

    private final SettableClock clock = new SettableClock(Clock.systemUTC().instant());

    private static SyncedTableBuilder table(String name) {
        return SyncedTable.named(name).key("id").autoResolve(ConflictSeverity.values());
    }

    private ConflictInbox inbox() {
        return two.b().manager().conflicts();
    }

    private Resolution onlyDecision() {
        List<Resolution> decided = inbox().decided(ConflictFilter.ALL);
        assertThat(decided).hasSize(1);
        return decided.get(0);
    }

    private void meet(String table, String mine, String theirs) {
        two.shared("INSERT INTO " + table + " VALUES('r', 'base', 'base')");
        two.a().sql(theirs.replace("{t}", table));
        two.sync(two.a());
        two.b().sql(mine.replace("{t}", table));
        two.sync(two.b());
    }

    @Test
    void an_entry_names_base_both_sides_outcome_rule_and_time() {
        two.b().with(builder -> builder.clock(clock));
        meet("remote_wins", "UPDATE {t} SET title = 'mine'", "UPDATE {t} SET title = 'theirs'");
        Resolution entry = onlyDecision();
        assertThat(entry.conflict().baseData()).containsEntry("title", "base");
        assertThat(entry.conflict().localData()).containsEntry("title", "mine");
        assertThat(entry.conflict().remoteData()).containsEntry("title", "theirs");
        assertThat(entry.resolvedData()).containsEntry("title", "theirs");
        assertThat(entry.strategy()).isEqualTo(ResolutionStrategy.REMOTE_WINS);
        assertThat(entry.conflict().notes()).isEqualTo("the table's strategy REMOTE_WINS");
        assertThat(entry.conflict().wasAutoResolved()).isTrue();
        assertThat(entry.at().toEpochMilli()).isEqualTo(clock.instant().toEpochMilli());
    }

    @ParameterizedTest(name = "{0}: {1}, {2} becomes {3}, taken back {4}")
    @CsvSource(
            nullValues = "-",
            delimiter = '|',
            value = {
                "remote_wins|UPDATE {t} SET title = 'mine'|UPDATE {t} SET title = 'theirs'|theirs base|mine base",
                "local_wins|UPDATE {t} SET title = 'mine'|UPDATE {t} SET title = 'theirs'|mine base|theirs base",
                "merged|UPDATE {t} SET title = 'mine'|UPDATE {t} SET body = 'theirs'|mine theirs|mine base",
                "remote_wins|UPDATE {t} SET title = 'mine'|DELETE FROM {t}|-|mine base",
                "local_wins|UPDATE {t} SET title = 'mine'|DELETE FROM {t}|mine base|-",
                "remote_wins|DELETE FROM {t}|UPDATE {t} SET title = 'theirs'|theirs base|-",
                "local_wins|DELETE FROM {t}|UPDATE {t} SET title = 'theirs'|-|theirs base",
            })
    void what_a_rule_decided_can_be_taken_back_everywhere(
            String table, String mine, String theirs, String decided, String back) {
        meet(table, mine, theirs);
        String row = "SELECT title || ' ' || body FROM " + table;
        assertThat(two.b().value(row)).isEqualTo(decided);
        String id = onlyDecision().conflict().id();
        Conflict undone = inbox().undo(id);
        assertThat(undone.notes()).endsWith(", taken back");
        assertThat(two.b().value(row)).isEqualTo(back);
        assertThat(two.b().manager().pendingChanges()).isLessThanOrEqualTo(1);
        two.agree();
        assertThat(two.a().value(row)).isEqualTo(back);
        assertThatThrownBy(() -> inbox().undo(id)).isInstanceOf(ConflictException.class);
    }

    @Test
    void what_was_edited_since_is_not_taken_back() {
        meet(
                "remote_wins",
                "UPDATE {t} SET title = 'mine', body = 'mine'",
                "UPDATE {t} SET title = 'theirs', body = 'theirs'");
        two.b().sql("UPDATE remote_wins SET title = 'newer'");
        String id = onlyDecision().conflict().id();
        inbox().undo(id);
        two.agree();
        assertThat(two.a().value("SELECT title || ' ' || body FROM remote_wins"))
                .isEqualTo("newer mine");
    }

    @Test
    void a_row_that_has_moved_on_altogether_stays_as_it_is() {
        meet("remote_wins", "UPDATE {t} SET title = 'mine'", "UPDATE {t} SET title = 'theirs'");
        two.b().sql("UPDATE remote_wins SET title = 'newer'");
        String id = onlyDecision().conflict().id();
        assertThatThrownBy(() -> inbox().undo(id)).isInstanceOf(ConflictException.class);
        assertThat(two.b().value("SELECT title FROM remote_wins")).isEqualTo("newer");
        two.b().close();
        assertThat(onlyDecision().conflict().notes()).doesNotContain("taken back");
    }

    @Test
    void a_persons_decision_is_not_taken_back() {
        for (String gravity : GRAVITIES) {
            two.a().sql("INSERT INTO asked VALUES(?, 'base', 'base', 'base')", gravity);
        }
        parkAll();
        Conflict conflict = inbox().open().get(0);
        inbox().resolve(conflict.id(), Decision.takeRemote());
        assertThatThrownBy(() -> inbox().undo(conflict.id())).isInstanceOf(ConflictException.class);
    }

    /** Both sides edit, of each row, the column that it is called after. */
    private void parkAll() {
        two.sync(two.a());
        two.sync(two.b());
        for (Map<String, ?> row : two.b().query("SELECT id FROM asked")) {
            String id = row.get("id").toString();
            String column = id.replaceAll("\\d", "");
            if (two.b()
                    .query("SELECT 1 FROM asked WHERE id = ? AND " + column + " = 'base'", id)
                    .isEmpty()) {
                continue;
            }
            two.server().rows("asked").update(id, Map.of(column, "theirs"));
            two.b().sql("UPDATE asked SET " + column + " = 'mine' WHERE id = ?", id);
        }
        two.sync(two.b());
    }

    @Test
    void light_conflicts_are_settled_by_their_rules_medium_ones_within_a_window_and_grave_ones_never() {
        two.b().with(builder -> builder.clock(clock));
        Duration[] steps = {
            Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofHours(24).minusSeconds(1)
        };
        // Found 24 h and 1 s, 24 h, and 24 h less 1 s ago.
        for (int age = 0; age < 3; age++) {
            for (String gravity : GRAVITIES) {
                two.a().sql("INSERT INTO asked VALUES(?, 'base', 'base', 'base')", gravity + age);
            }
            parkAll();
            clock.advance(steps[age]);
        }
        assertThat(inbox().count()).isEqualTo(9);
        Map<String, Resolution> settled = inbox().autoResolve();
        assertThat(settled.values())
                .allMatch(Resolution::success)
                .allMatch(resolution -> resolution.conflict().wasAutoResolved())
                .extracting(resolution -> resolution.conflict().entityId())
                .containsExactlyInAnyOrder("low0", "low1", "low2", "medium1", "medium2");
        assertThat(inbox().open())
                .extracting(Conflict::entityId)
                .containsExactlyInAnyOrder("medium0", "high0", "high1", "high2");
        assertThat(two.b().value("SELECT group_concat(low) FROM asked WHERE id LIKE 'low%'"))
                .isEqualTo("theirs,theirs,theirs");
        assertThat(inbox().autoResolve()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = ResolutionStrategy.class,
            names = {"LOCAL_WINS", "REMOTE_WINS"})
    void statistics_are_exact_also_after_reopening(ResolutionStrategy byPerson) {
        two.b().with(builder -> builder.clock(clock));
        for (int i = 0; i < 7; i++) {
            two.a().sql("INSERT INTO asked VALUES(?, 'base', 'base', 'base')", GRAVITIES[i % 3] + i);
        }
        two.a().sql("INSERT INTO merged VALUES('joined', 'base', 'base')");
        parkAll();
        two.server().rows("merged").update("joined", Map.of("title", "theirs"));
        two.b().sql("UPDATE merged SET body = 'mine'");
        two.sync(two.b());
        clock.advance(Duration.ofSeconds(10));
        assertThat(inbox().autoResolve(Duration.ofSeconds(10))).hasSize(5);
        clock.advance(Duration.ofSeconds(40));
        inbox().resolve(inbox().open().get(0).id(), byPerson);
        ConflictStatistics statistics = inbox().statistics();
        assertThat(statistics)
                .isEqualTo(new ConflictStatistics(
                        1,
                        5,
                        1,
                        Map.of(ConflictSeverity.LOW, 3L, ConflictSeverity.MEDIUM, 2L, ConflictSeverity.HIGH, 2L),
                        Map.of(ConflictType.UPDATE_UPDATE, 7L),
                        Map.of("asked", 7L),
                        Duration.ofSeconds(5 * 10 + 50).dividedBy(6)));
        two.b().close();
        assertThat(inbox().statistics()).isEqualTo(statistics);
    }

    @Test
    void what_is_open_is_never_forgotten_and_what_was_decided_when_told_to() {
        two.b().with(builder -> builder.clock(clock));
        two.a().sql("INSERT INTO asked VALUES('low', 'base', 'base', 'base'), ('high', 'base', 'base', 'base')");
        parkAll();
        inbox().autoResolve();
        clock.advance(Duration.ofDays(2));
        assertThat(inbox().forget(Duration.ofDays(2))).isZero();
        assertThat(inbox().forget(Duration.ofDays(2).minusSeconds(1))).isOne();
        assertThat(inbox().decided(ConflictFilter.ALL)).isEmpty();
        assertThat(inbox().count()).isOne();
    }

    @Test
    void one_entry_is_forgotten_when_told_to_and_an_open_conflict_never() {
        two.b().with(builder -> builder.clock(clock));
        two.a().sql("INSERT INTO asked VALUES('low', 'base', 'base', 'base'), ('high', 'base', 'base', 'base')");
        parkAll();
        inbox().autoResolve();
        String open = inbox().open().get(0).id();
        String closed = inbox().decided(ConflictFilter.ALL).get(0).conflict().id();
        assertThat(inbox().forget(open)).isFalse();
        assertThat(inbox().forget("no such id")).isFalse();
        assertThat(inbox().forget(closed)).isTrue();
        assertThat(inbox().forget(closed)).isFalse();
        assertThat(inbox().decided(ConflictFilter.ALL)).isEmpty();
        assertThat(inbox().count()).isOne();
    }

    @Test
    void what_was_decided_long_ago_is_forgotten_by_the_runs_that_follow_some_at_a_time() {
        two.b()
                .with(builder -> builder.clock(clock)
                        .options(SyncOptions.builder()
                                .decisionsKept(Duration.ofDays(3))
                                .followUps(false)
                                .build()));
        two.a().sql("INSERT INTO asked VALUES('low', 'base', 'base', 'base'), ('high', 'base', 'base', 'base')");
        two.a()
                .sql("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 700)"
                        + " INSERT INTO merged SELECT 'm' || i, 'base', 'base' FROM n");
        parkAll();
        inbox().autoResolve();
        two.a().sql("UPDATE merged SET title = 'theirs'");
        two.sync(two.a());
        two.b().sql("UPDATE merged SET title = 'mine'");
        two.sync(two.b());
        assertThat(inbox().decided(ConflictFilter.ALL)).hasSize(701);
        clock.advance(Duration.ofDays(3).minusSeconds(1));
        two.b().sql("UPDATE merged SET body = 'b' WHERE id = 'm1'");
        two.sync(two.b());
        assertThat(inbox().decided(ConflictFilter.ALL)).hasSize(701);
        clock.advance(Duration.ofSeconds(2));
        two.b().sql("UPDATE merged SET body = 'c' WHERE id = 'm1'");
        two.sync(two.b());
        assertThat(inbox().decided(ConflictFilter.ALL)).hasSize(201);
        two.b().sql("UPDATE merged SET body = 'd' WHERE id = 'm1'");
        two.sync(two.b());
        assertThat(inbox().decided(ConflictFilter.ALL)).isEmpty();
        assertThat(inbox().count()).as("what is open stays").isOne();
    }
}
