package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.backend.PushReceipt;
import dev.syncline.backend.PushResult;
import dev.syncline.backend.rest.RestBackend;
import dev.syncline.config.SyncedTable;
import dev.syncline.exception.ServerException;
import dev.syncline.exception.SyncOperationException;
import dev.syncline.progress.SyncResult;
import dev.syncline.progress.UnsentChange;
import dev.syncline.progress.UnsentChange.State;
import dev.syncline.testing.MeddlingBackend;
import dev.syncline.testing.SettableClock;
import dev.syncline.testing.TwoDevices;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Of a batch's answer only what matches a change that was sent settles it (S13, S25); the rest changes nothing. Defends G2 and G13. */
class BatchAnswerTest {
    private static final int CHANGES = 20;
    private static final int SEED = 5;

    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T12:00:00Z"));
    private MeddlingBackend backend;

    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules,
            List.of(SyncedTable.named("note").key("id").build()),
            "CREATE TABLE note(id TEXT PRIMARY KEY, text TEXT)");

    @BeforeEach
    void throughAMeddler() {
        backend = new MeddlingBackend(RestBackend.at(two.server().url()).build());
        two.a().with(backend).with(builder -> builder.clock(clock));
        two.a().manager();
        for (int i = 0; i < CHANGES; i++) {
            two.a().sql("INSERT INTO note VALUES(?, ?)", "n" + i, "text of n" + i);
        }
    }

    private void assertEachOnce() {
        two.agree();
        assertThat(two.server().rows("note").count()).isEqualTo(CHANGES);
        assertThat(two.server().rows("note").version("n0")).isEqualTo(1);
    }

    @Test
    void entries_in_any_order_settle_their_own_change() {
        backend.meddle(receipts -> {
            List<PushReceipt> shuffled = new ArrayList<>(receipts);
            Collections.shuffle(shuffled, new Random(SEED));
            return shuffled;
        });
        assertThat(two.sync(two.a()).successful()).isEqualTo(CHANGES);
        assertEachOnce();
    }

    @Test
    void a_change_without_an_entry_is_kept_under_its_key_and_told() {
        backend.meddle(receipts -> receipts.subList(0, receipts.size() - 1));
        SyncResult result = two.a().sync();
        assertThat(result.successful()).isEqualTo(CHANGES - 1);
        assertThat(result.errors()).hasSize(1).first().isInstanceOf(SyncOperationException.class);
        assertThat(two.a().manager().operations()).singleElement().satisfies(kept -> {
            assertThat(kept.state()).isEqualTo(State.IN_FLIGHT);
            assertThat(kept.attempts()).isEqualTo(1);
            assertThat(kept.reason()).contains("does not tell what became of");
        });
        backend.meddle(receipts -> receipts);
        assertEachOnce();
    }

    @Test
    void a_change_that_is_never_told_of_is_looked_up_in_the_end() {
        backend.meddle(receipts -> receipts.subList(0, receipts.size() - 1));
        two.a().sync();
        for (int run = 0; run < 6; run++) {
            // Two at a time, so that they go as a batch and the last one is passed over.
            two.a().sql("UPDATE note SET text = text || '.' WHERE id IN ('n1', 'n2')");
            clock.advance(Duration.ofHours(2));
            two.a().sync();
        }
        backend.meddle(receipts -> receipts);
        clock.advance(Duration.ofHours(2));
        two.agree();
        assertThat(two.server().rows("note").count()).isEqualTo(CHANGES);
    }

    @Test
    void an_entry_for_a_change_that_was_not_sent_is_passed_over() {
        backend.meddle(receipts -> {
            List<PushReceipt> more = new ArrayList<>(receipts);
            more.add(new PushReceipt("a-key-of-somebody-else", new PushResult.Accepted("n0", "99", null)));
            return more;
        });
        two.sync(two.a());
        assertEachOnce();
    }

    @Test
    void an_entry_that_was_not_served_keeps_its_change_and_no_other() {
        backend.meddle(receipts -> {
            List<PushReceipt> one = new ArrayList<>(receipts);
            one.set(
                    3,
                    new PushReceipt(
                            receipts.get(3).key(),
                            new PushResult.Unserved(
                                    new ServerException("busy", 503, "", null, clock.instant(), null, Map.of()))));
            return one;
        });
        assertThat(two.a().sync().successful()).isEqualTo(CHANGES - 1);
        assertThat(two.a().manager().operations())
                .extracting(UnsentChange::state)
                .containsExactly(State.IN_FLIGHT);
        backend.meddle(receipts -> receipts);
        assertEachOnce();
    }

    @Test
    void an_empty_answer_settles_nothing() {
        backend.meddle(receipts -> List.of());
        assertThat(two.a().sync().successful()).isZero();
        assertThat(two.a().manager().operations())
                .hasSize(CHANGES)
                .allSatisfy(kept -> assertThat(kept.attempts()).isZero());
        backend.meddle(receipts -> receipts);
        assertEachOnce();
    }
}
