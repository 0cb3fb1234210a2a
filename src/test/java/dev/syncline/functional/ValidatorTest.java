package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.syncline.config.OutgoingRow;
import dev.syncline.config.RecordValidator;
import dev.syncline.config.SyncedTable;
import dev.syncline.conflict.Conflict;
import dev.syncline.conflict.ConflictInbox;
import dev.syncline.conflict.ConflictSeverity;
import dev.syncline.conflict.Decision;
import dev.syncline.exception.FieldFault;
import dev.syncline.exception.ValidationException;
import dev.syncline.progress.SyncResult;
import dev.syncline.progress.UnsentChange;
import dev.syncline.testing.SettableClock;
import dev.syncline.testing.TwoDevices;
import dev.syncline.testing.VirtualTime;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Rules of the host's that rows must keep before they are sent. Defends G1 (what is kept back stays visible, with its cure, and goes
 * once it is mended) and G12 (it holds back nothing else).
 */
class ValidatorTest {
    private static final CountDownLatch ENTERED = new CountDownLatch(1);
    private static final CountDownLatch LEAVE = new CountDownLatch(1);
    private static final RecordValidator PRICED = row -> row.get("price") instanceof Long price && price > 0
            ? List.of()
            : List.of(new FieldFault("price", "price > 0", "Set a price above zero"));
    private static final RecordValidator KNOWN = ValidatorTest::known;

    private static List<FieldFault> known(OutgoingRow row) {
        if ("bug".equals(row.get("name"))) {
            throw new IllegalStateException("a validator with a fault of its own");
        }
        if ("endless".equals(row.get("name"))) {
            ENTERED.countDown();
            while (LEAVE.getCount() > 0) {
                try {
                    LEAVE.await();
                } catch (InterruptedException heededByNobody) {
                    continue;
                }
            }
        }
        boolean twin = row.hasTwin(java.util.Collections.singletonMap("name", row.get("name")));
        boolean shelf = row.get("shelf_id") == null || row.exists("shelf", row.get("shelf_id"));
        return twin || !shelf || row.get("id") == null
                ? List.of(new FieldFault("name", "unique", "Choose another name"))
                : List.of();
    }

    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules.entity("shelf", shelf -> shelf.serverIds()).entity("item", item -> item.serverIds()),
            List.of(
                    SyncedTable.named("shelf").key("id").build(),
                    SyncedTable.named("item")
                            .key("id")
                            .references("shelf_id", "shelf")
                            .validator(PRICED.and(KNOWN))
                            .severity(ConflictSeverity.HIGH, "price")
                            .build()),
            "CREATE TABLE shelf(id INTEGER PRIMARY KEY, name TEXT)",
            "CREATE TABLE item(id INTEGER PRIMARY KEY, name TEXT, price INTEGER, shelf_id INTEGER REFERENCES shelf(id))");

    @Test
    void a_row_that_breaks_a_rule_is_never_sent_and_fails_with_field_and_fix_until_it_is_edited() {
        two.a().manager();
        two.a().sql("INSERT INTO item VALUES(1, 'good', 5, NULL), (2, 'bad', 0, NULL)");
        SyncResult result = two.a().sync();
        assertThat(result.errors())
                .singleElement()
                .isInstanceOfSatisfying(
                        ValidationException.class,
                        e -> assertThat(e.faults())
                                .extracting(FieldFault::field)
                                .containsExactly("price"));
        assertThat(two.server().journal().count("POST")).isEqualTo(1);
        assertThat(two.server().rows("item").all()).hasSize(1);
        UnsentChange failed = two.a().manager().operations().get(0);
        assertThat(failed.state()).isEqualTo(UnsentChange.State.FAILED);
        assertThat(failed.reason()).contains("price > 0");
        assertThat(failed.cure()).startsWith("Set a price above zero; then edit the row");
        assertThat(two.a().sync().errors()).isEmpty();
        two.a().sql("UPDATE item SET price = 7 WHERE id = 2");
        two.agree();
        assertThat(two.server().rows("item").all()).hasSize(2);
    }

    @Test
    void all_faults_are_told_at_once_and_the_rest_of_the_file_can_be_looked_at() {
        two.a().manager();
        two.a().sql("INSERT INTO shelf VALUES(1, 'top')");
        two.a().sql("INSERT INTO item VALUES(1, 'same', 5, 1), (2, 'same', 0, 1)");
        SyncResult result = two.a().sync();
        assertThat(result.errors()).hasSize(2);
        assertThat(((ValidationException) result.errors().get(1)).faults())
                .extracting(FieldFault::field)
                .containsExactly("price", "name");
        two.a().sql("UPDATE item SET name = 'other', price = 5 WHERE id = 2");
        two.a().manager().retryFailed();
        two.agree();
        assertThat(two.server().rows("item").all()).hasSize(2);
    }

    @Test
    void an_update_is_looked_at_whole_though_only_a_part_of_it_would_travel() {
        two.shared("INSERT INTO item VALUES(1, 'cup', 5, NULL)");
        two.a().sql("UPDATE item SET name = 'mug', price = -1 WHERE id = 1");
        assertThat(two.a().sync().errors()).hasSize(1);
        assertThat(two.server().journal().count("PATCH")).isZero();
        two.a().sql("UPDATE item SET price = 6 WHERE id = 1");
        two.agree();
        assertThat(two.b().query("SELECT name, price FROM item")).containsExactly(Map.of("name", "mug", "price", 6));
    }

    @Test
    void a_validator_that_throws_holds_back_the_row_that_it_threw_for() {
        two.a().manager();
        two.a().sql("INSERT INTO item VALUES(1, 'bug', 5, NULL), (2, 'fine', 5, NULL)");
        assertThat(two.a().sync().errors()).hasSize(1);
        assertThat(two.server().rows("item").all()).hasSize(1);
        assertThat(two.a().manager().operations().get(0).cure()).contains("retryFailed()");
        two.a().sql("UPDATE item SET name = 'mended' WHERE id = 1");
        two.agree();
    }

    @Test
    void a_deletion_is_not_asked_about() {
        two.shared("INSERT INTO item VALUES(1, 'cup', 5, NULL)");
        two.a().sql("UPDATE item SET price = 0 WHERE id = 1");
        two.a().sql("DELETE FROM item WHERE id = 1");
        two.agree();
        assertThat(two.b().query("SELECT * FROM item")).isEmpty();
    }

    @Test
    void what_a_person_decides_of_a_conflict_is_refused_before_it_breaks_a_rule() {
        two.shared("INSERT INTO item VALUES(1, 'cup', 5, NULL)");
        two.server().rows("item").update("1", Map.of("price", 6));
        two.b().sql("UPDATE item SET price = 0");
        two.sync(two.b());
        Conflict open = TwoDevices.onlyConflict(two.b());
        ConflictInbox inbox = two.b().manager().conflicts();
        for (Decision invalid : List.of(Decision.merged(Map.of("price", -1)), Decision.keepLocal())) {
            assertThatThrownBy(() -> inbox.preview(open.id(), invalid)).isInstanceOf(ValidationException.class);
            assertThatThrownBy(() -> inbox.resolve(open.id(), invalid))
                    .isInstanceOfSatisfying(
                            ValidationException.class,
                            e -> assertThat(e.faults())
                                    .extracting(FieldFault::field)
                                    .containsExactly("price"));
        }
        assertThat(two.b().value("SELECT price FROM item")).isEqualTo(0);
        assertThat(TwoDevices.onlyConflict(two.b())).isEqualTo(open);
        assertThat(inbox.preview(open.id(), Decision.takeRemote())).isPresent();
        inbox.resolve(open.id(), Decision.merged(Map.of("price", 7)));
        two.agree();
        assertThat(two.a().value("SELECT price FROM item")).isEqualTo(7);
    }

    @Test
    void one_that_does_not_come_back_holds_up_neither_the_run_nor_another_table() throws Exception {
        VirtualTime time = new VirtualTime(new SettableClock(Clock.systemUTC().instant()));
        two.a().with(builder -> builder.scheduler(time));
        two.a().manager();
        two.a().sql("INSERT INTO item VALUES(1, 'endless', 5, NULL), (2, 'fine', 5, NULL)");
        two.a().sql("INSERT INTO shelf VALUES(1, 'top')");
        CompletableFuture<SyncResult> run =
                two.a().manager().synchronize().toCompletionStage().toCompletableFuture();
        assertThat(ENTERED.await(20, TimeUnit.SECONDS)).isTrue();
        two.a().sql("INSERT INTO shelf VALUES(2, 'written meanwhile')");
        time.pass(Duration.ofSeconds(11));
        SyncResult result = run.get(20, TimeUnit.SECONDS);
        assertThat(result.errors()).hasSize(1);
        assertThat(two.server().rows("shelf").all()).isNotEmpty();
        assertThat(two.server().rows("item").all()).isEmpty();
        assertThat(two.a().manager().operations())
                .filteredOn(change -> change.state() == UnsentChange.State.FAILED)
                .singleElement()
                .satisfies(change -> assertThat(change.reason()).contains("no answer within 10 s"));
        two.a().sync();
        assertThat(two.server().rows("item").all())
                .as("nobody can be asked as long as the first is at it")
                .isEmpty();
        LEAVE.countDown();
        two.a().sql("UPDATE item SET name = 'mended' WHERE id = 1");
        await().until(() -> {
            two.a().sync();
            return two.server().rows("item").all().size() == 2;
        });
    }
}
