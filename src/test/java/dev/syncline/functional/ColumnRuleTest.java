package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.syncline.config.SyncedTable;
import dev.syncline.conflict.ColumnDecision;
import dev.syncline.conflict.ColumnRule;
import dev.syncline.conflict.ColumnVersions;
import dev.syncline.conflict.Conflict;
import dev.syncline.conflict.ConflictSeverity;
import dev.syncline.conflict.Decision;
import dev.syncline.conflict.Merger;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.testing.SettableClock;
import dev.syncline.testing.TwoDevices;
import dev.syncline.testing.VirtualTime;
import io.reactivex.rxjava3.plugins.RxJavaPlugins;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A function of the host's joins a column from its three versions, outside of transactions and locks; whatever it does, the conflict it
 * cannot settle stays open and the rest flows. Defends G5, G6 and G12.
 */
class ColumnRuleTest {
    private volatile ColumnRule rule = versions -> ColumnDecision.undecided();
    private final List<ColumnVersions> asked = new ArrayList<>();

    @AfterEach
    void usualHandler() {
        RxJavaPlugins.setErrorHandler(null);
    }

    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules,
            List.of(
                    SyncedTable.named("memo")
                            .key("id")
                            .decimal("price")
                            .merge(this::ask, "title", "Price", "pages")
                            .severity(ConflictSeverity.HIGH, "title", "price", "pages")
                            .strategy(ResolutionStrategy.MERGE)
                            .build(),
                    SyncedTable.named("sheet")
                            .key("id")
                            .merge(this::ask, "title")
                            .mergeRule(this::keepMine)
                            .build()),
            "CREATE TABLE memo(id TEXT PRIMARY KEY, title TEXT CHECK(title <> 'forbidden'), body TEXT,"
                    + " price NUMERIC, pages INTEGER NOT NULL DEFAULT 0)",
            "CREATE TABLE sheet(id TEXT PRIMARY KEY, title TEXT, body TEXT)");

    private ColumnDecision ask(ColumnVersions versions) throws Exception {
        synchronized (asked) {
            asked.add(versions);
        }
        return rule.decide(versions);
    }

    private Decision keepMine(Conflict conflict) {
        return Decision.byColumn(conflict.conflictingFields().stream()
                .collect(Collectors.toMap(column -> column, column -> ResolutionStrategy.LOCAL_WINS)));
    }

    private static ColumnDecision both(ColumnVersions v) {
        return ColumnDecision.value(v.base() + ", " + v.local() + ", " + v.remote());
    }

    private void collide(Map<String, Object> theirs, String mine) {
        two.shared("INSERT INTO memo VALUES('m', 'base', 'base', '1.00', 1)");
        two.server().rows("memo").update("m", theirs);
        two.b().sql("UPDATE memo SET " + mine + " WHERE id = 'm'");
    }

    private void collideInTitle() {
        collide(Map.of("title", "theirs"), "title = 'mine'");
    }

    private void syncAndLookWhetherTheRestFlows() {
        two.b().sql("INSERT OR REPLACE INTO memo(id, title) VALUES('other', 'x')");
        two.sync(two.b());
        assertThat(two.server().rows("memo").find("other")).isPresent();
    }

    private Object here(String column) {
        return two.b().value("SELECT " + column + " FROM memo WHERE id = 'm'");
    }

    @Test
    void what_a_function_makes_of_base_local_and_remote_holds_everywhere_after_the_same_run() {
        rule = ColumnRuleTest::both;
        collideInTitle();
        two.sync(two.b());
        assertThat(here("title")).isEqualTo("base, mine, theirs");
        assertThat(two.b().query("SELECT resolved_by, resolution_strategy, notes FROM syncline_conflicts"))
                .containsExactly(Map.of(
                        "resolved_by",
                        "auto",
                        "resolution_strategy",
                        "MERGE",
                        "notes",
                        "title by the host's rule for it"));
        two.agree();
        assertThat(asked).containsExactly(new ColumnVersions("memo", "m", "title", true, "base", "mine", "theirs"));
    }

    @Test
    void what_one_side_changed_alone_stays_and_is_not_asked_about() {
        rule = ColumnRuleTest::both;
        collide(Map.of("title", "theirs", "pages", 9), "title = 'mine', price = '3.50'");
        two.sync(two.b());
        assertThat(two.b().query("SELECT title, price, pages FROM memo").toString())
                .contains("base, mine, theirs")
                .contains("3.5")
                .contains("9");
        two.agree();
        assertThat(asked).extracting(ColumnVersions::column).containsExactly("title");
    }

    @Test
    void numbers_come_as_what_they_are_and_an_answer_may_empty_a_column() {
        rule = versions -> versions.column().equals("title")
                ? ColumnDecision.value(null)
                : ColumnDecision.value(((BigDecimal) versions.local()).add((BigDecimal) versions.remote()));
        collide(Map.of("title", "theirs", "price", "2.25"), "title = 'mine', price = '3.50'");
        two.sync(two.b());
        assertThat(here("title")).isNull();
        assertThat(here("price")).isEqualTo(5.75);
        two.agree();
    }

    @Test
    void two_that_made_the_same_row_have_no_base() {
        rule = versions -> ColumnDecision.value(versions.hasBase() + " " + versions.base());
        two.server().rows("memo").create("m", Map.of("title", "theirs", "body", "b", "price", "1.00", "pages", 1));
        two.b().sql("INSERT INTO memo VALUES('m', 'mine', 'b', '1.00', 1)");
        two.sync(two.b());
        assertThat(here("title")).isEqualTo("false null");
        two.agree();
    }

    @Test
    void what_it_leaves_is_settled_by_the_strategies_if_they_may_and_by_a_person_else() {
        rule = versions -> versions.column().equals("title") ? both(versions) : ColumnDecision.undecided();
        collide(Map.of("title", "theirs", "body", "theirs"), "title = 'mine', body = 'mine'");
        two.sync(two.b());
        assertThat(here("title")).isEqualTo("base, mine, theirs");
        assertThat(two.b().value("SELECT notes FROM syncline_conflicts"))
                .isEqualTo("title by the host's rule for it, the table's strategy MERGE");
        two.agree();
        two.b().sql("DELETE FROM syncline_conflicts");
        two.server().rows("memo").update("m", Map.of("title", "theirs again", "pages", 7));
        two.b().sql("UPDATE memo SET title = 'mine again', pages = 8 WHERE id = 'm'");
        two.sync(two.b());
        two.sync(two.b());
        assertThat(TwoDevices.onlyConflict(two.b()).conflictingFields()).containsExactly("pages", "title");
        assertThat(here("title")).isEqualTo("mine again");
        assertThat(asked).as("asked once of the same sides").hasSize(3);
        TwoDevices.decide(two.b(), ResolutionStrategy.LOCAL_WINS);
        two.agree();
    }

    @Test
    void a_rule_for_the_whole_conflict_is_asked_of_what_the_functions_leave() {
        rule = ColumnRuleTest::both;
        two.shared("INSERT INTO sheet VALUES('m', 'base', 'base')");
        two.server().rows("sheet").update("m", Map.of("title", "theirs", "body", "theirs"));
        two.b().sql("UPDATE sheet SET title = 'mine', body = 'mine'");
        two.sync(two.b());
        assertThat(two.b().query("SELECT title, body FROM sheet"))
                .containsExactly(Map.of("title", "base, mine, theirs", "body", "mine"));
        assertThat(two.b().value("SELECT notes FROM syncline_conflicts"))
                .isEqualTo("the rule of the host, title by the host's rule for it");
        two.agree();
    }

    @Test
    void a_deletion_is_none_of_its_business() {
        collideInTitle();
        two.server().rows("memo").delete("m");
        two.sync(two.b());
        assertThat(asked).isEmpty();
        TwoDevices.decide(two.b(), ResolutionStrategy.REMOTE_WINS);
        two.agree();
    }

    @Test
    void one_that_throws_or_gives_nothing_leaves_the_conflict_open_and_is_asked_again() {
        collideInTitle();
        List<ColumnRule> broken = List.of(
                versions -> {
                    throw new IllegalStateException("broken");
                },
                versions -> {
                    throw new IOException("broken");
                },
                versions -> {
                    throw new StackOverflowError();
                },
                versions -> {
                    throw new AssertionError("broken");
                },
                versions -> null,
                versions -> ColumnDecision.value(1.5),
                versions -> ColumnDecision.value(new Object()));
        for (ColumnRule next : broken) {
            rule = next;
            syncAndLookWhetherTheRestFlows();
            assertThat(TwoDevices.onlyConflict(two.b()).localData()).containsEntry("title", "mine");
        }
        assertThat(asked).as("once in each run").hasSize(broken.size());
        rule = ColumnRuleTest::both;
        two.sync(two.b());
        two.agree();
    }

    @Test
    void a_value_that_the_column_cannot_hold_leaves_the_conflict_open_and_says_so() {
        collide(Map.of("title", "theirs", "pages", 5, "price", "5.00"), "title = 'mine', pages = 6, price = '6.00'");
        Map<String, ColumnDecision> fit = Map.of(
                "title", ColumnDecision.value("joined"),
                "pages", ColumnDecision.value(11),
                "price", ColumnDecision.value(new BigDecimal("11.00")));
        Map<String, List<ColumnDecision>> unfit = Map.of(
                "title", List.of(ColumnDecision.value(List.of("no", "text")), ColumnDecision.value("forbidden")),
                "pages",
                        List.of(
                                ColumnDecision.value(BigInteger.ONE.shiftLeft(63)),
                                ColumnDecision.value(null),
                                ColumnDecision.value(Map.of("no", "number"))),
                "price", List.of(ColumnDecision.value("no number"), ColumnDecision.value(true)));
        unfit.forEach((column, decisions) -> decisions.forEach(decision -> {
            rule = versions -> versions.column().equals(column) ? decision : fit.get(versions.column());
            assertThat(two.b().sync().errors()).as(column).isNotEmpty();
            assertThat(two.b().query("SELECT title, pages FROM memo"))
                    .containsExactly(Map.of("title", "mine", "pages", 6));
            assertThat(two.b().manager().conflicts().count()).isOne();
        }));
        rule = versions -> fit.get(versions.column());
        two.sync(two.b());
        assertThat(two.b().query("SELECT title, pages FROM memo"))
                .containsExactly(Map.of("title", "joined", "pages", 11));
        two.agree();
    }

    @Test
    void what_it_made_of_a_row_that_was_edited_meanwhile_is_not_taken() {
        collideInTitle();
        rule = versions -> {
            rule = ColumnRuleTest::both;
            two.b().sql("UPDATE memo SET title = 'mine again' WHERE id = 'm'");
            return ColumnDecision.value("stale");
        };
        syncAndLookWhetherTheRestFlows();
        two.sync(two.b());
        assertThat(here("title")).isEqualTo("base, mine again, theirs");
        two.agree();
    }

    @Test
    void what_it_made_of_a_remote_side_that_moves_on_meanwhile_meets_the_next_version_like_any_edit() {
        collideInTitle();
        rule = versions -> {
            rule = ColumnRuleTest::both;
            two.server().rows("memo").update("m", Map.of("title", "theirs again"));
            return ColumnDecision.value("joined");
        };
        two.sync(two.b());
        two.sync(two.b());
        assertThat(here("title").toString()).contains("joined").contains("theirs again");
        two.agree();
    }

    @Test
    void it_may_use_the_manager_and_decide_the_conflict_itself() {
        collideInTitle();
        rule = versions -> {
            TwoDevices.decide(two.b(), ResolutionStrategy.LOCAL_WINS);
            return ColumnDecision.value("too late");
        };
        syncAndLookWhetherTheRestFlows();
        assertThat(here("title")).isEqualTo("mine");
        two.agree();
    }

    @Test
    void one_that_does_not_come_back_holds_up_neither_the_run_nor_the_host() throws Exception {
        VirtualTime time = new VirtualTime(new SettableClock(Clock.systemUTC().instant()));
        two.b().with(builder -> builder.scheduler(time));
        List<Throwable> lost = new CopyOnWriteArrayList<>();
        RxJavaPlugins.setErrorHandler(lost::add);
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        collideInTitle();
        rule = versions -> {
            entered.countDown();
            assertThat(leave.await(20, TimeUnit.SECONDS)).isTrue();
            return ColumnDecision.value("too late");
        };
        two.b().sql("INSERT INTO memo(id, title) VALUES('other', 'x')");
        CompletableFuture<?> run =
                two.b().manager().synchronize().toCompletionStage().toCompletableFuture();
        assertThat(entered.await(20, TimeUnit.SECONDS)).isTrue();
        two.b().sql("UPDATE memo SET body = 'written meanwhile' WHERE id = 'm'");
        time.pass(Duration.ofSeconds(11));
        run.get(20, TimeUnit.SECONDS);
        assertThat(two.server().rows("memo").find("other")).isPresent();
        assertThat(two.b().manager().conflicts().count()).isOne();
        rule = ColumnRuleTest::both;
        await().until(() -> {
            two.sync(two.b());
            return two.b().manager().conflicts().count() == 0;
        });
        assertThat(lost).as("what the rule threw when it was given up").isEmpty();
    }

    @Test
    void slow_ones_hold_a_run_for_a_limited_time_and_each_gets_its_turn() {
        SettableClock clock = new SettableClock(Clock.systemUTC().instant());
        VirtualTime time = new VirtualTime(clock);
        two.b().with(builder -> builder.scheduler(time));
        for (int i = 0; i < 10; i++) {
            two.a().sql("INSERT INTO memo(id, title) VALUES(?, 'base')", "m" + i);
        }
        two.sync(two.a());
        two.sync(two.b());
        two.a().sql("UPDATE memo SET title = 'theirs'");
        two.b().sql("UPDATE memo SET title = 'mine'");
        two.sync(two.a());
        rule = versions -> {
            time.pass(Duration.ofSeconds(9));
            throw new IllegalStateException("too hard");
        };
        two.sync(two.b());
        assertThat(asked).hasSizeBetween(4, 8);
        two.sync(two.b());
        two.sync(two.b());
        assertThat(asked).extracting(ColumnVersions::entityId).contains("m0", "m4", "m9");
    }

    @Test
    void a_column_has_a_merger_or_a_rule() {
        assertThatThrownBy(() -> SyncedTable.named("t")
                        .key("id")
                        .merge(Merger.COUNTER, "stock")
                        .merge(versions -> ColumnDecision.undecided(), "Stock")
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Stock");
        assertThatThrownBy(() -> SyncedTable.named("t")
                        .key("id")
                        .merge(versions -> ColumnDecision.undecided(), "id")
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("id");
    }
}
