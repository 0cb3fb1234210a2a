package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.backend.rest.RestBackend;
import dev.syncline.config.SyncedTable;
import dev.syncline.progress.SyncResult;
import dev.syncline.testing.Device;
import dev.syncline.testing.LogCapture;
import dev.syncline.testing.SettableClock;
import dev.syncline.testing.TwoDevices;
import dev.syncline.testing.server.Fault;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * No value of a record and no credential stands in the log, at no level, TRACE included, nor in what was thrown and attached, whatever
 * goes wrong. Defends G13 and I38.
 */
class SecretsInLogTest {
    /** Parts of every value, key and token in these tests. */
    private static final List<String> MARKS = List.of("MarkValue", "markvalue", "MarkToken");

    private static final String TOKEN = "MarkToken-7d1f";

    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T12:00:00Z"));
    private LogCapture log;

    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules.entity("person", person -> person.unique("name")),
            List.of(SyncedTable.named("person").key("id").build()),
            "CREATE TABLE person(id TEXT PRIMARY KEY, name TEXT UNIQUE, note TEXT)");

    @BeforeEach
    void listen() {
        clock.set(two.serverClock().instant());
        two.a().with(builder -> builder.clock(clock));
        two.a().with(RestBackend.at(two.server().url()).bearer(() -> TOKEN).build());
        log = new LogCapture();
    }

    /** Whatever a scenario was about, it was told of in the log, and nothing secret with it. */
    @AfterEach
    void nothing_secret_was_logged() {
        List<String> texts = log.texts();
        log.close();
        assertThat(texts).isNotEmpty();
        assertThat(texts).noneMatch(text -> MARKS.stream().anyMatch(text::contains));
    }

    private static SyncResult run(Device device) {
        SyncResult result = device.sync();
        assertThat(result.endedAt()).isNotNull();
        return result;
    }

    @Test
    void of_a_run_in_which_all_goes_well() {
        two.a().sql("INSERT INTO person VALUES('1', 'MarkValue', 'MarkValue')");
        two.sync(two.a());
        two.sync(two.b());
        two.a().sql("UPDATE person SET note = 'MarkValue 2'");
        two.agree();
        two.a().sql("DELETE FROM person");
        two.agree();
    }

    @Test
    void of_a_refusal_that_repeats_what_was_sent() {
        two.a().sql("INSERT INTO person VALUES('1', 'MarkValue', 'MarkValue')");
        two.server().faults().when((method, path) -> method.equals("POST"), Fault.status(422));
        assertThat(run(two.a()).failed()).isEqualTo(1);
        two.server().faults().clear();
        assertThat(two.a().manager().retryFailed()).isEqualTo(1);
        two.agree();
    }

    @Test
    void of_a_value_that_another_row_has_here_and_at_the_backend() {
        two.b().sql("INSERT INTO person VALUES('1', 'MarkValue', 'x')");
        two.sync(two.b());
        two.a().sql("INSERT INTO person VALUES('2', 'MarkValue', 'y')");
        run(two.a());
        assertThat(two.a().manager().operations()).isNotEmpty();
        two.a().sql("UPDATE person SET name = 'MarkValue 3' WHERE id = '2'");
        run(two.a());
    }

    @Test
    void of_a_conflict_and_of_its_decision() {
        two.shared("INSERT INTO person VALUES('1', 'MarkValue', 'x')");
        two.a().sql("UPDATE person SET note = 'MarkValue of a'");
        two.b().sql("UPDATE person SET note = 'MarkValue of b'");
        two.sync(two.b());
        run(two.a());
        run(two.a());
        two.b().sql("DELETE FROM person");
        run(two.b());
        two.a().sql("UPDATE person SET note = 'MarkValue again'");
        run(two.a());
    }

    @Test
    void of_an_outage_refused_credentials_and_answers_that_are_none() {
        two.a().sql("INSERT INTO person VALUES('1', 'MarkValue', 'x')");
        two.server().faults().cut(true);
        run(two.a());
        two.server().faults().cut(false);
        for (int status : List.of(400, 401, 403, 404, 409, 429, 500, 503)) {
            two.server().faults().when((method, path) -> true, Fault.status(status));
            run(two.a());
            two.server().faults().clear();
            // A backend that asked to be left alone is.
            clock.advance(Duration.ofMinutes(5));
        }
    }

    @Test
    void of_the_checks() {
        two.a().sql("INSERT INTO person VALUES('1', 'MarkValue', 'x')");
        run(two.a());
        two.a().manager().consistency().detect();
        two.a().manager().consistency().repair();
        two.a().manager().discard("none");
    }
}
