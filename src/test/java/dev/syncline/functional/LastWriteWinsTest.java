package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.backend.rest.RestBackend;
import dev.syncline.config.SyncedTable;
import dev.syncline.conflict.ConflictSeverity;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.testing.Device;
import dev.syncline.testing.SettableClock;
import dev.syncline.testing.TimeTellingBackend;
import dev.syncline.testing.TwoDevices;
import dev.syncline.testing.server.Fault;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * The later write holds by the backend's clock, however wrong the device's is: its offset is measured from the backend's answers.
 * Defends G5 and G6.
 */
class LastWriteWinsTest {
    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules,
            List.of(
                    SyncedTable.named("memo").key("id").build(),
                    SyncedTable.named("letter")
                            .key("id")
                            .severity(ConflictSeverity.HIGH, "title")
                            .build(),
                    SyncedTable.named("decree")
                            .key("id")
                            .severity(ConflictSeverity.HIGH, "title")
                            .strategy(ResolutionStrategy.REMOTE_WINS)
                            .build()),
            "CREATE TABLE memo(id TEXT PRIMARY KEY, title TEXT)",
            "CREATE TABLE letter(id TEXT PRIMARY KEY, title TEXT)",
            "CREATE TABLE decree(id TEXT PRIMARY KEY, title TEXT)");

    /** What SQLite stamps edits with. */
    private final SettableClock deviceClock =
            new SettableClock(Clock.systemUTC().instant());

    @BeforeEach
    void rightTime() {
        two.serverClock().set(deviceClock.instant());
        for (Device device : List.of(two.a(), two.b())) {
            device.with(builder -> builder.clock(deviceClock)
                    .backend(new TimeTellingBackend(
                            RestBackend.at(two.server().url()).build(), two.serverClock())));
        }
    }

    private void serverIs(Duration ahead) {
        two.serverClock().set(deviceClock.instant().plus(ahead));
    }

    private void anHourPasses() {
        deviceClock.advance(Duration.ofHours(1));
        two.serverClock().advance(Duration.ofHours(1));
    }

    @Test
    void an_earlier_edit_of_a_device_whose_clock_is_a_day_ahead_loses() {
        serverIs(Duration.ofDays(-1));
        two.shared("INSERT INTO memo VALUES('m', 'first')");
        two.a().sql("UPDATE memo SET title = 'from the fast clock'");
        anHourPasses();
        two.server().rows("memo").update("m", Map.of("title", "an hour later"));
        two.sync(two.a());
        assertThat(two.a().value("SELECT title FROM memo")).isEqualTo("an hour later");
        two.agree();
    }

    @Test
    void a_later_edit_of_a_device_whose_clock_is_a_day_behind_wins() {
        serverIs(Duration.ofDays(1));
        two.shared("INSERT INTO memo VALUES('m', 'first')");
        serverIs(Duration.ofDays(1).minusHours(1));
        two.server().rows("memo").update("m", Map.of("title", "an hour earlier"));
        two.a().sql("UPDATE memo SET title = 'from the slow clock'");
        serverIs(Duration.ofDays(1));
        two.sync(two.a());
        two.agree();
        assertThat(two.b().value("SELECT title FROM memo")).isEqualTo("from the slow clock");
    }

    @Test
    void the_time_of_an_edit_is_still_known_when_only_the_send_finds_the_conflict() {
        serverIs(Duration.ofHours(-1));
        two.shared("INSERT INTO memo VALUES('m', 'first')");
        serverIs(Duration.ZERO);
        two.a().sql("UPDATE memo SET title = 'later'");
        boolean[] moved = {false};
        two.server()
                .faults()
                .when(
                        (method, path) -> {
                            if (method.equals("PATCH") && !moved[0]) {
                                moved[0] = true;
                                serverIs(Duration.ofMinutes(-30));
                                two.server().rows("memo").update("m", Map.of("title", "earlier"));
                            }
                            return false;
                        },
                        Fault.reset());
        two.sync(two.a());
        assertThat(moved[0]).isTrue();
        assertThat(two.server()
                        .rows("memo")
                        .find("m")
                        .orElseThrow()
                        .path("title")
                        .asText())
                .isEqualTo("later");
        assertThat(two.a().query("SELECT * FROM syncline_conflicts WHERE remote_data LIKE '%earlier%'"))
                .hasSize(1);
        two.server().faults().clear();
        two.agree();
    }

    @Test
    void what_an_earlier_process_left_in_flight_is_judged_by_the_offset_it_measured() {
        serverIs(Duration.ofDays(-1));
        two.shared("INSERT INTO memo VALUES('m', 'first')");
        two.a().sql("UPDATE memo SET title = 'from the fast clock'");
        two.server().faults().when((method, path) -> method.equals("PATCH"), Fault.reset());
        two.a().sync();
        two.a().close();
        two.server().faults().clear();
        anHourPasses();
        two.server().rows("memo").update("m", Map.of("title", "an hour later"));
        two.sync(two.a());
        assertThat(two.a().value("SELECT title FROM memo")).isEqualTo("an hour later");
        two.agree();
    }

    @Test
    void a_person_who_lets_the_later_write_win_gets_the_one_that_is_later_at_the_backend() {
        serverIs(Duration.ofDays(-1));
        two.shared("INSERT INTO letter VALUES('l', 'first')");
        two.a().sql("UPDATE letter SET title = 'from the fast clock'");
        anHourPasses();
        two.server().rows("letter").update("l", Map.of("title", "an hour later"));
        two.sync(two.a());
        TwoDevices.decide(two.a(), ResolutionStrategy.LAST_WRITE_WINS);
        assertThat(two.a().value("SELECT title FROM letter")).isEqualTo("an hour later");
        two.agree();
    }

    @Test
    void a_person_may_let_the_later_write_win_where_the_rules_ask_for_no_times() {
        serverIs(Duration.ofHours(-1));
        two.shared("INSERT INTO decree VALUES('d', 'first')");
        two.server().rows("decree").update("d", Map.of("title", "earlier"));
        two.a().sql("UPDATE decree SET title = 'later'");
        serverIs(Duration.ZERO);
        two.sync(two.a());
        TwoDevices.decide(two.a(), ResolutionStrategy.LAST_WRITE_WINS);
        two.agree();
        assertThat(two.b().value("SELECT title FROM decree")).isEqualTo("later");
    }
}
