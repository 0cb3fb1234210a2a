package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.backend.rest.RestBackend;
import dev.syncline.config.SyncOptions;
import dev.syncline.config.SyncedTable;
import dev.syncline.progress.AbortReason;
import dev.syncline.resilience.RetryStrategy;
import dev.syncline.testing.TwoDevices;
import dev.syncline.testing.server.Fault;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A change that may have reached the backend keeps its key, whatever later runs come to. Defends G2. */
class KeptKeyTest {
    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules.entity("place", place -> place.serverIds()),
            List.of(SyncedTable.named("place").key("id").build()),
            "CREATE TABLE place(id INTEGER PRIMARY KEY, name TEXT)");

    @BeforeEach
    void sendOneAfterTheOther() {
        SyncOptions options = SyncOptions.builder()
                .retry(RetryStrategy.none())
                .followUps(false)
                .requestsInFlight(1)
                .build();
        two.a()
                .with(builder -> builder.options(options)
                        .backend(RestBackend.at(two.server().url()).noBatch().build()));
        two.sync(two.a());
    }

    @Test
    void a_create_without_an_answer_is_not_made_twice_because_an_outage_kept_it_from_its_turn() {
        two.a().sql("INSERT INTO place VALUES(1, 'one'), (2, 'two'), (3, 'three')");
        two.server().faults().when((method, path) -> method.equals("POST"), Fault.loseAnswer());
        two.a().sync();
        two.server().faults().clear();
        two.server().faults().cut(true);
        assertThat(two.a().sync().abortReason()).isEqualTo(AbortReason.OFFLINE);
        two.server().faults().cut(false);
        two.agree();
        assertThat(two.server().rows("place").all()).hasSize(3);
    }

    @Test
    void a_backend_that_answers_even_the_probe_with_an_error_is_out_of_reach() {
        two.a().sql("INSERT INTO place VALUES(1, 'one')");
        two.server().faults().when((method, path) -> method.equals("POST"), Fault.reset());
        two.server().faults().when((method, path) -> path.endsWith("/_health"), Fault.status(502));
        assertThat(two.a().sync().abortReason()).isEqualTo(AbortReason.OFFLINE);
        two.server().faults().clear();
        two.agree();
    }

    @Test
    void a_create_of_a_batch_without_an_answer_is_not_made_twice_because_its_turn_alone_does_not_come() {
        two.a().close();
        two.a().with(builder -> builder);
        two.a().sql("INSERT INTO place VALUES(1, 'one'), (2, 'two'), (3, 'three')");
        AtomicInteger probes = new AtomicInteger();
        two.server().faults().when((method, path) -> path.endsWith("/_batch"), Fault.loseAnswer());
        two.server().faults().when((method, path) -> method.equals("POST"), Fault.reset());
        // Well when it is asked about the batch, gone when it is asked about the first change alone.
        two.server()
                .faults()
                .when((method, path) -> path.endsWith("/_health") && probes.incrementAndGet() > 1, Fault.reset());
        assertThat(two.a().sync().abortReason()).isEqualTo(AbortReason.OFFLINE);
        two.server().faults().clear();
        two.agree();
        assertThat(two.server().rows("place").all()).hasSize(3);
    }
}
