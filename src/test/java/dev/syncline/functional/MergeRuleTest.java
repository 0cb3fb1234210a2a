package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.syncline.config.SyncedTable;
import dev.syncline.conflict.Conflict;
import dev.syncline.conflict.ConflictSeverity;
import dev.syncline.conflict.Decision;
import dev.syncline.conflict.MergeRule;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.testing.SettableClock;
import dev.syncline.testing.TwoDevices;
import dev.syncline.testing.VirtualTime;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A rule of the host's decides, outside of transactions and locks; whatever it does, the conflict it cannot settle stays open and the rest
 * flows. Defends G6 and G12.
 */
class MergeRuleTest {
    private volatile MergeRule rule = MergeRule.ASK;
    private final List<Conflict> asked = new ArrayList<>();

    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules,
            List.of(SyncedTable.named("memo")
                    .key("id")
                    .autoResolve(ConflictSeverity.values())
                    .mergeRule(this::ask)
                    .build()),
            "CREATE TABLE memo(id TEXT PRIMARY KEY, title TEXT CHECK(title <> 'forbidden'), body TEXT)");

    private Decision ask(Conflict conflict) throws Exception {
        synchronized (asked) {
            asked.add(conflict);
        }
        return rule.decide(conflict);
    }

    private void collide() {
        two.shared("INSERT INTO memo VALUES('m', 'base', 'base')");
        two.server().rows("memo").update("m", Map.of("title", "theirs"));
        two.b().sql("UPDATE memo SET title = 'mine'");
    }

    private void syncAndLookWhetherTheRestFlows() {
        two.b().sql("INSERT OR REPLACE INTO memo VALUES('other', 'x', 'y')");
        two.sync(two.b());
        assertThat(two.server().rows("memo").find("other")).isPresent();
    }

    private Object title() {
        return two.b().value("SELECT title FROM memo WHERE id = 'm'");
    }

    @Test
    void what_a_rule_decides_holds_everywhere_after_the_same_run() {
        rule = conflict -> Decision.merged(Map.of(
                "title",
                conflict.localData().get("title") + " and "
                        + conflict.remoteData().get("title")));
        collide();
        two.sync(two.b());
        assertThat(title()).isEqualTo("mine and theirs");
        assertThat(two.server()
                        .rows("memo")
                        .find("m")
                        .orElseThrow()
                        .path("title")
                        .asText())
                .isEqualTo("mine and theirs");
        assertThat(two.b().query("SELECT resolved_by, notes FROM syncline_conflicts"))
                .containsExactly(Map.of("resolved_by", "auto", "notes", "the rule of the host"));
        two.agree();
        assertThat(asked).hasSize(1);
    }

    @Test
    void a_rule_that_defers_leaves_the_conflict_to_a_person_and_is_asked_again_when_a_side_moves() {
        collide();
        two.sync(two.b());
        syncAndLookWhetherTheRestFlows();
        assertThat(asked).hasSize(1);
        two.server().rows("memo").update("m", Map.of("title", "theirs again"));
        two.sync(two.b());
        two.sync(two.b());
        assertThat(asked).extracting(c -> c.remoteData().get("title")).containsExactly("theirs", "theirs again");
        TwoDevices.decide(two.b(), ResolutionStrategy.LOCAL_WINS);
        two.agree();
    }

    @Test
    void a_rule_that_throws_or_decides_nonsense_leaves_the_conflict_open() {
        collide();
        for (MergeRule broken : List.<MergeRule>of(
                conflict -> {
                    throw new IllegalStateException("broken");
                },
                conflict -> {
                    throw new IOException("broken");
                },
                conflict -> {
                    throw new StackOverflowError();
                },
                conflict -> null,
                conflict -> Decision.by(ResolutionStrategy.MANUAL))) {
            rule = broken;
            syncAndLookWhetherTheRestFlows();
            assertThat(TwoDevices.onlyConflict(two.b()).localData()).containsEntry("title", "mine");
        }
        for (Decision unfit : List.of(
                Decision.merged(Map.of("nowhere", "x")),
                Decision.merged(Map.of("body", "x")),
                Decision.merged(Map.of("title", List.of("no", "text"))),
                Decision.merged(Map.of("title", "forbidden")))) {
            rule = conflict -> unfit;
            two.b().sync();
            assertThat(title()).isEqualTo("mine");
            assertThat(TwoDevices.onlyConflict(two.b()).localData()).containsEntry("title", "mine");
        }
        rule = conflict -> Decision.takeRemote();
        two.sync(two.b());
        two.agree();
    }

    @Test
    void a_decision_about_a_row_that_was_edited_meanwhile_is_not_carried_out() {
        collide();
        rule = conflict -> {
            rule = MergeRule.ASK;
            two.b().sql("UPDATE memo SET title = 'mine again' WHERE id = 'm'");
            return Decision.takeRemote();
        };
        syncAndLookWhetherTheRestFlows();
        assertThat(title()).isEqualTo("mine again");
        two.sync(two.b());
        assertThat(asked.get(asked.size() - 1).localData()).containsEntry("title", "mine again");
        assertThat(two.b().manager().conflicts().count()).isOne();
        TwoDevices.decide(two.b(), ResolutionStrategy.REMOTE_WINS);
        two.agree();
    }

    @Test
    void a_rule_may_use_the_manager_and_decide_the_conflict_itself() {
        collide();
        rule = conflict -> {
            two.b().manager().conflicts().resolve(conflict.id(), ResolutionStrategy.LOCAL_WINS);
            assertThat(two.b().manager().conflicts().count()).isZero();
            return Decision.takeRemote();
        };
        syncAndLookWhetherTheRestFlows();
        assertThat(title()).isEqualTo("mine");
        two.agree();
    }

    @Test
    void a_rule_that_does_not_come_back_holds_up_neither_the_run_nor_the_host() throws Exception {
        VirtualTime time = new VirtualTime(new SettableClock(Clock.systemUTC().instant()));
        two.b().with(builder -> builder.scheduler(time));
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        collide();
        rule = conflict -> {
            entered.countDown();
            while (leave.getCount() > 0) {
                try {
                    leave.await();
                } catch (InterruptedException heededByNobody) {
                    continue;
                }
            }
            return Decision.takeRemote();
        };
        two.b().sql("INSERT INTO memo VALUES('other', 'x', 'y')");
        CompletableFuture<?> run =
                two.b().manager().synchronize().toCompletionStage().toCompletableFuture();
        assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();
        two.b().sql("UPDATE memo SET body = 'written meanwhile' WHERE id = 'm'");
        time.pass(Duration.ofSeconds(11));
        run.get(20, TimeUnit.SECONDS);
        assertThat(two.server().rows("memo").find("other")).isPresent();
        assertThat(two.b().manager().conflicts().count()).isOne();
        two.sync(two.b());
        assertThat(asked).as("not asked again while it is asked").hasSize(1);
        leave.countDown();
        rule = conflict -> Decision.keepLocal();
        await().until(() -> {
            two.sync(two.b());
            return two.b().manager().conflicts().count() == 0;
        });
        assertThat(title()).isEqualTo("mine");
    }
}
