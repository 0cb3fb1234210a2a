package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.syncline.config.SyncOptions;
import dev.syncline.config.SyncedTable;
import dev.syncline.progress.AbortReason;
import dev.syncline.progress.SyncResult;
import dev.syncline.resilience.RetryStrategy;
import dev.syncline.testing.Device;
import dev.syncline.testing.TwoDevices;
import dev.syncline.testing.server.Fault;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** While a batch is on the wire one more is frozen, and nothing but that. Defends G1, G2, G3, G8 and G10. */
class BatchAheadTest {
    private static final int BATCH = 4;
    private static final BiPredicate<String, String> BATCHES = (method, path) -> path.equals("/v1/_batch");

    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules.maxBatch(BATCH),
            List.of(
                    SyncedTable.named("memo").key("id").build(),
                    SyncedTable.named("folder")
                            .key("id")
                            .references("parent", "folder")
                            .build()),
            "CREATE TABLE memo(id TEXT PRIMARY KEY, text TEXT)",
            "CREATE TABLE folder(id TEXT PRIMARY KEY, parent TEXT)");

    private final ConcurrentLinkedQueue<Integer> frozenAtArrival = new ConcurrentLinkedQueue<>();

    @BeforeEach
    void sendInSmallBatches() {
        two.a()
                .with(builder -> builder.options(SyncOptions.builder()
                        .retry(RetryStrategy.none())
                        .followUps(false)
                        .pushBatch(BATCH)
                        .build()));
        two.a().manager();
        for (int i = 10; i < 10 + 3 * BATCH; i++) {
            two.a().sql("INSERT INTO memo VALUES(?, 'sent')", "m" + i);
        }
    }

    private static int frozen(Device device) {
        return ((Number) device.value("SELECT count(*) FROM syncline_queue WHERE status = 'processing'")).intValue();
    }

    /** Lets a step happen when the second batch is frozen and the first has arrived and not been answered. */
    private SyncResult meanwhile(Runnable step) throws Exception {
        return two.syncMeanwhile(two.a(), BATCHES, () -> {
            await().until(() -> frozen(two.a()) == 2 * BATCH);
            step.run();
        });
    }

    private void countAtArrival() {
        two.server()
                .faults()
                .when(
                        (method, path) -> {
                            if (BATCHES.test(method, path)) {
                                frozenAtArrival.add(frozen(two.a()));
                            }
                            return false;
                        },
                        Fault.reset());
    }

    @Test
    void the_next_batch_is_on_disk_before_the_one_on_the_wire_is_answered() throws Exception {
        SyncResult result =
                meanwhile(() -> assertThat(two.server().rows("memo").count()).isEqualTo(BATCH));
        assertThat(result.success()).isTrue();
        assertThat(two.server().rows("memo").count()).isEqualTo(3 * BATCH);
        two.agree();
    }

    @Test
    void never_more_than_one_batch_is_ahead() {
        countAtArrival();
        assertThat(two.a().sync().success()).isTrue();
        assertThat(frozenAtArrival)
                .hasSize(3)
                .allSatisfy(count -> assertThat(count).isBetween(BATCH, 2 * BATCH));
        assertThat(frozen(two.a())).isZero();
    }

    @Test
    void an_edit_of_a_row_that_is_frozen_ahead_goes_out_after_it() throws Exception {
        meanwhile(() -> two.a().sql("UPDATE memo SET text = 'edited' WHERE id IN ('m10', 'm14')"));
        two.agree();
        assertThat(two.b().query("SELECT id FROM memo WHERE text = 'edited' ORDER BY id"))
                .extracting(row -> row.get("id"))
                .containsExactly("m10", "m14");
        assertThat(two.server().rows("memo").version("m14")).isEqualTo(2);
    }

    @Test
    void a_row_deleted_while_it_is_frozen_ahead_is_deleted_after_it_was_made() throws Exception {
        meanwhile(() -> two.a().sql("DELETE FROM memo WHERE id = 'm14'"));
        two.agree();
        assertThat(two.b().rows("memo")).hasSize(3 * BATCH - 1);
        assertThat(two.server().rows("memo").version("m14")).isEqualTo(2);
    }

    @Test
    void what_is_frozen_ahead_of_a_refused_login_is_as_if_it_was_not_claimed() {
        two.server().faults().when(BATCHES, Fault.status(401));
        SyncResult result = two.a().sync();
        assertThat(result.abortReason()).isEqualTo(AbortReason.AUTHENTICATION);
        assertThat(frozen(two.a())).isEqualTo(BATCH);
        assertThat(two.a().manager().pendingChanges()).isEqualTo(3 * BATCH);
        two.server().faults().clear();
        two.agree();
    }

    @Test
    void a_manager_closed_meanwhile_settles_what_is_answered_and_lets_go_of_the_rest() throws Exception {
        CountDownLatch served = new CountDownLatch(1);
        CountDownLatch until = new CountDownLatch(1);
        two.server().faults().when(BATCHES, Fault.hold(served, until));
        CompletableFuture<SyncResult> result =
                two.a().manager().synchronize().toCompletionStage().toCompletableFuture();
        assertThat(served.await(20, TimeUnit.SECONDS)).isTrue();
        two.server().faults().clear();
        await().until(() -> frozen(two.a()) == 2 * BATCH);
        CompletableFuture<Void> closing = CompletableFuture.runAsync(two.a().manager()::close);
        until.countDown();
        closing.get(20, TimeUnit.SECONDS);
        assertThat(result.get(20, TimeUnit.SECONDS).abortReason()).isIn(AbortReason.CANCELLED, null);
        assertThat(frozen(two.a())).isLessThanOrEqualTo(BATCH);
        two.a().close();
        two.agree();
        assertThat(two.server().rows("memo").count()).isEqualTo(3 * BATCH);
    }

    @Test
    void rows_that_refer_to_their_own_table_wait_for_the_answer_to_the_batch_before() {
        two.a().sql("DELETE FROM memo");
        for (int i = 10; i < 10 + 3 * BATCH; i++) {
            two.a().sql("INSERT INTO folder VALUES(?, ?)", "f" + i, i == 10 ? null : "f" + (i - 1));
        }
        countAtArrival();
        assertThat(two.a().sync().success()).isTrue();
        assertThat(frozenAtArrival).allSatisfy(count -> assertThat(count).isLessThanOrEqualTo(BATCH));
        two.agree();
        assertThat(two.b().rows("folder")).hasSize(3 * BATCH);
    }
}
