package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.syncline.config.SyncedTable;
import dev.syncline.conflict.Conflict;
import dev.syncline.conflict.Decision;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.exception.SyncException;
import dev.syncline.testing.TwoDevices;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;

/**
 * What is logged of conflicts: each check for whoever looks closely, each conflict once, each resolution with its beginning and its end, and
 * never what is in a row. Defends G6 and G13.
 */
class ConflictLogTest {
    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules,
            List.of(
                    SyncedTable.named("asked")
                            .key("id")
                            .strategy(ResolutionStrategy.MANUAL)
                            .build(),
                    SyncedTable.named("ruled")
                            .key("id")
                            .strategy(ResolutionStrategy.REMOTE_WINS)
                            .build(),
                    SyncedTable.named("later")
                            .key("id")
                            .strategy(ResolutionStrategy.REMOTE_WINS)
                            .autoResolve()
                            .build()),
            "CREATE TABLE asked(id TEXT PRIMARY KEY, title TEXT CHECK(title <> 'secret-forbidden'))",
            "CREATE TABLE ruled(id TEXT PRIMARY KEY, title TEXT)",
            "CREATE TABLE later(id TEXT PRIMARY KEY, title TEXT)");

    private final Logger logger = (Logger) LoggerFactory.getLogger("dev.syncline.internal");
    private final ListAppender<ILoggingEvent> records = new ListAppender<>();
    private Level usual;

    @BeforeEach
    void listen() {
        usual = logger.getLevel();
        records.start();
        logger.addAppender(records);
        logger.setAdditive(false);
        logger.setLevel(Level.DEBUG);
    }

    @AfterEach
    void stopListening() {
        logger.detachAppender(records);
        logger.setLevel(usual);
        logger.setAdditive(true);
        assertThat(messages(event -> true)).as("values are never logged").noneMatch(text -> text.contains("secret"));
    }

    private List<String> messages(Predicate<ILoggingEvent> wanted) {
        return List.copyOf(records.list).stream()
                .filter(wanted)
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    private List<String> at(Level level, String word) {
        return messages(event ->
                event.getLevel() == level && event.getFormattedMessage().contains(word));
    }

    private void meet(String table) {
        two.shared("INSERT INTO " + table + " VALUES('r', 'secret-base')");
        two.server().rows(table).update("r", Map.of("title", "secret-theirs"));
        two.b().sql("UPDATE " + table + " SET title = 'secret-mine'");
        records.list.clear();
        two.sync(two.b());
        two.sync(two.b());
    }

    @Test
    void each_check_is_told_quietly_and_each_conflict_once_with_type_severity_and_fields() {
        meet("ruled");
        meet("asked");
        assertThat(at(Level.DEBUG, "Compared asked/r")).isNotEmpty();
        assertThat(at(Level.WARN, "asked/r"))
                .hasSize(1)
                .first()
                .asString()
                .contains(
                        "UPDATE_UPDATE",
                        "LOW",
                        "title",
                        TwoDevices.onlyConflict(two.b()).id());
    }

    @Test
    void a_conflict_that_a_rule_settles_is_told_once_with_its_strategy() {
        meet("ruled");
        assertThat(at(Level.WARN, "ruled/r"))
                .hasSize(1)
                .first()
                .asString()
                .contains("UPDATE_UPDATE", "LOW", "title", "REMOTE_WINS");
    }

    @Test
    void a_resolution_is_told_with_beginning_strategy_and_outcome_and_a_preview_is_not() {
        meet("asked");
        Conflict open = TwoDevices.onlyConflict(two.b());
        records.list.clear();
        two.b().manager().conflicts().preview(open.id(), Decision.keepLocal());
        assertThat(records.list).noneMatch(record -> record.getLevel().isGreaterOrEqual(Level.INFO));
        two.b().manager().conflicts().resolve(open.id(), ResolutionStrategy.LOCAL_WINS);
        assertThat(at(Level.INFO, open.id()))
                .hasSize(2)
                .allMatch(text -> text.contains("LOCAL_WINS"))
                .first()
                .asString()
                .startsWith("Resolving");
    }

    @Test
    void one_by_rule_is_told_as_well() {
        meet("later");
        String id = TwoDevices.onlyConflict(two.b()).id();
        records.list.clear();
        two.b().manager().conflicts().autoResolve();
        assertThat(at(Level.INFO, "Settling 1 open")).hasSize(1);
        assertThat(at(Level.INFO, id)).hasSize(1).first().asString().contains("REMOTE_WINS by AUTO");
    }

    @Test
    void one_that_fails_is_told_with_its_cause() {
        meet("asked");
        Conflict open = TwoDevices.onlyConflict(two.b());
        records.list.clear();
        assertThatThrownBy(() -> two.b()
                        .manager()
                        .conflicts()
                        .resolve(open.id(), Decision.merged(Map.of("title", "secret-forbidden"))))
                .isInstanceOf(SyncException.class);
        assertThat(List.copyOf(records.list))
                .filteredOn(event -> event.getLevel() == Level.WARN
                        && event.getFormattedMessage().contains(open.id()))
                .hasSize(1)
                .allMatch(event -> event.getThrowableProxy() != null);
        assertThat(two.b().manager().conflicts().count()).isOne();
    }
}
