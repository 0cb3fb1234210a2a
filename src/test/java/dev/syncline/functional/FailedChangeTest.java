package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.backend.rest.RestBackend;
import dev.syncline.config.SyncedTable;
import dev.syncline.exception.AuthenticationException;
import dev.syncline.exception.SyncOperationException;
import dev.syncline.progress.AbortReason;
import dev.syncline.progress.SyncResult;
import dev.syncline.progress.UnsentChange;
import dev.syncline.progress.UnsentChange.State;
import dev.syncline.testing.SettableClock;
import dev.syncline.testing.TwoDevices;
import dev.syncline.testing.server.Fault;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What keeps failing while others are served is put off, then failed, and never dropped; an outage and refused credentials fail
 * nothing. Defends G1, G2 and G12.
 */
class FailedChangeTest {
    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T12:00:00Z"));

    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules,
            List.of(SyncedTable.named("note").key("id").build()),
            "CREATE TABLE note(id TEXT PRIMARY KEY, text TEXT)");

    @BeforeEach
    void oneByOneAndWithAClockOfItsOwn() {
        two.a().with(builder -> two.oneByOne().apply(builder).clock(clock));
        two.shared("INSERT INTO note VALUES('other', '0')");
    }

    /** One more run in which the backend serves another change. */
    private SyncResult servingOthers(int run) {
        two.a().sql("UPDATE note SET text = ? WHERE id = 'other'", Integer.toString(run));
        clock.advance(Duration.ofHours(2));
        return two.a().sync();
    }

    private UnsentChange poison() {
        List<UnsentChange> unsent = two.a().manager().operations();
        assertThat(unsent).hasSize(1);
        return unsent.get(0);
    }

    private void poisonous(Fault fault) {
        two.server().faults().whenBody((path, body) -> body.contains("poison"), fault);
        two.a().sql("INSERT INTO note VALUES('p', 'poison')");
    }

    @Test
    void what_fails_in_five_runs_that_served_others_is_failed_and_goes_out_once_it_is_edited() {
        poisonous(Fault.status(500));
        for (int run = 1; run <= 4; run++) {
            servingOthers(run);
            assertThat(poison().state()).isEqualTo(State.IN_FLIGHT);
            assertThat(poison().attempts()).isEqualTo(run);
        }
        servingOthers(5);
        assertThat(poison().state()).isEqualTo(State.FAILED);
        SyncResult told = servingOthers(6);
        assertThat(told.failed()).isEqualTo(1);
        assertThat(poison().reason()).contains("failed in 5 runs").contains("500");
        two.server().journal().clear();
        servingOthers(7);
        assertThat(two.server().journal().count("POST")).isZero();
        assertThat(two.a().value("SELECT text FROM note WHERE id = 'p'")).isEqualTo("poison");
        two.a().sql("UPDATE note SET text = 'harmless' WHERE id = 'p'");
        two.agree();
        assertThat(two.server().rows("note").count()).isEqualTo(2);
    }

    @Test
    void what_failed_too_often_goes_out_under_its_old_key_when_the_host_says_so() {
        poisonous(Fault.status(500));
        for (int run = 1; run <= 5; run++) {
            servingOthers(run);
        }
        String key = poison().key();
        assertThat(two.a().manager().retryFailed()).isEqualTo(1);
        assertThat(poison().state()).isEqualTo(State.IN_FLIGHT);
        two.server().faults().clear();
        two.agree();
        assertThat(two.server().effects(key)).isEqualTo(1);
    }

    @Test
    void what_failed_too_often_but_did_arrive_is_found_there() {
        poisonous(Fault.loseAnswer());
        for (int run = 1; run <= 5; run++) {
            servingOthers(run);
        }
        assertThat(poison().state()).isEqualTo(State.FAILED);
        clock.advance(Duration.ofHours(2));
        two.agree();
        assertThat(two.server().rows("note").count()).isEqualTo(2);
        assertThat(two.a().manager().operations()).isEmpty();
    }

    @Test
    void an_outage_of_any_length_fails_nothing() {
        two.a().sql("INSERT INTO note VALUES('p', 'x')");
        two.server().faults().when((method, path) -> !method.equals("GET"), Fault.status(503));
        for (int run = 0; run < 10; run++) {
            clock.advance(Duration.ofHours(2));
            two.a().sync();
        }
        assertThat(poison().attempts()).isZero();
        assertThat(poison().state()).isEqualTo(State.IN_FLIGHT);
        two.server().faults().clear();
        two.agree();
    }

    @Test
    void S05_a_token_that_has_run_out_is_asked_for_once_more_and_nobody_notices() {
        two.server().tokens("fresh");
        AtomicInteger asked = new AtomicInteger();
        two.a().close();
        two.a()
                .with(builder -> builder.backend(RestBackend.at(two.server().url())
                        .bearer(() -> asked.getAndIncrement() == 0 ? "stale" : "fresh")
                        .build()));
        two.a().sql("INSERT INTO note VALUES('p', 'x')");
        two.sync(two.a());
        assertThat(two.server().rows("note").count()).isEqualTo(2);
        assertThat(two.server().journal().entries())
                .filteredOn(entry -> entry.path().contains("_health"))
                .hasSize(1);
        two.server().tokens();
    }

    @Test
    void S05_credentials_that_stay_refused_end_the_run_after_one_probe_with_the_queue_intact() {
        two.server().tokens("somebody else's");
        AtomicInteger asked = new AtomicInteger();
        two.a().close();
        two.a()
                .with(builder -> builder.backend(RestBackend.at(two.server().url())
                        .bearer(() -> "token-" + asked.incrementAndGet())
                        .build()));
        two.a().sql("INSERT INTO note VALUES('p', 'x')");
        two.server().journal().clear();
        SyncResult result = two.a().sync();
        assertThat(result.abortReason()).isEqualTo(AbortReason.AUTHENTICATION);
        assertThat(result.errors()).hasSize(1).first().isInstanceOf(AuthenticationException.class);
        assertThat(two.server().journal().requests()).isEqualTo(2);
        assertThat(asked).hasValue(2);
        assertThat(poison().state()).isEqualTo(State.PENDING);
        assertThat(poison().attempts()).isZero();
        two.server().tokens();
        two.agree();
    }

    @Test
    void a_401_for_one_record_alone_keeps_no_other_from_going_out() {
        poisonous(Fault.status(401));
        two.a().sql("INSERT INTO note VALUES('q', 'x'), ('r', 'x')");
        SyncResult result = two.a().sync();
        assertThat(result.abortReason()).isNull();
        assertThat(result.errors()).hasSize(1).first().isInstanceOfSatisfying(SyncOperationException.class, alone -> {
            assertThat(alone).hasCauseInstanceOf(AuthenticationException.class);
            assertThat(alone).hasMessageContaining("others go on");
        });
        assertThat(two.server().rows("note").count()).isEqualTo(3);
        assertThat(poison().id()).isEqualTo("note/p");
        two.server().faults().clear();
        two.agree();
    }

    @Test
    void a_401_for_every_change_ends_the_run_though_a_probe_is_answered() {
        for (int i = 0; i < 30; i++) {
            two.a().sql("INSERT INTO note VALUES(?, 'x')", "n" + i);
        }
        two.server().faults().when((method, path) -> method.equals("POST"), Fault.status(401));
        SyncResult result = two.a().sync();
        assertThat(result.abortReason()).isEqualTo(AbortReason.AUTHENTICATION);
        assertThat(two.server().journal().count("POST")).isLessThan(30);
        two.server().faults().clear();
        two.agree();
    }
}
