package dev.syncline.internal.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.syncline.config.SyncedTable;
import dev.syncline.testing.SettableClock;
import dev.syncline.testing.TwoDevices;
import dev.syncline.testing.server.Fault;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;

/** Keys are on disk before the first byte leaves, and known until long after the answer. Defends G1 and G2. */
class IdempotencyServiceTest {
    private static final String KEYS = "SELECT * FROM syncline_idempotency_keys ORDER BY operation_id, created_at";

    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T12:00:00Z"));
    private final IdempotencyService service =
            new IdempotencyService(() -> UUID.randomUUID().toString(), clock);

    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules.entity("note", note -> note.required("text")),
            List.of(SyncedTable.named("note").key("id").build()),
            "CREATE TABLE note(id TEXT PRIMARY KEY, text TEXT)");

    @BeforeEach
    void withClocksOfTheirOwn() {
        two.serverClock().set(clock.instant());
        two.a().with(builder -> two.oneByOne().apply(builder).clock(clock));
    }

    private Map<String, @Nullable Object> onlyKey() {
        List<Map<String, @Nullable Object>> keys = two.a().query(KEYS);
        assertThat(keys).hasSize(1);
        return keys.get(0);
    }

    private <T> T asked(Function<Handle, T> question) {
        try (Handle handle = Jdbi.create("jdbc:sqlite:" + two.a().file()).open()) {
            return question.apply(handle);
        }
    }

    private KeyStanding standing(String key, @Nullable String payload) {
        return asked(handle -> service.checkIdempotency(handle, key, payload));
    }

    private void losing(Fault fault) {
        two.a().sql("INSERT INTO note VALUES('n', 'x')");
        two.server().faults().when((method, path) -> method.equals("POST"), fault);
        two.a().sync();
        two.server().faults().clear();
    }

    @Test
    void a_key_is_stored_before_the_backend_has_received_the_call() throws Exception {
        two.a().sql("INSERT INTO note VALUES('n', 'x')");
        two.syncMeanwhile(
                two.a(),
                (method, path) -> method.equals("POST"),
                () -> assertThat(onlyKey())
                        .containsEntry("state", "sent")
                        .containsEntry("entity_type", "note")
                        .containsEntry("entity_id", "n")
                        .containsEntry("operation", "CREATE")
                        .containsEntry("finished_at", null));
        assertThat(onlyKey()).containsEntry("state", "confirmed").containsEntry("remote_id", "n");
    }

    @Test
    void a_key_is_unknown_then_in_progress_then_confirmed_and_never_good_for_another_payload() {
        assertThat(service.generateIdempotencyKey()).matches("[A-Za-z0-9-]{1,64}");
        losing(Fault.loseAnswer());
        String key = String.valueOf(two.a().value("SELECT idempotency_key FROM syncline_queue"));
        String payload = String.valueOf(two.a().value("SELECT payload FROM syncline_queue"));
        assertThat(standing("another-key", payload)).isEqualTo(new KeyStanding.Unknown());
        assertThat(standing(key, payload)).isEqualTo(new KeyStanding.InProgress(1));
        assertThat(standing(key, payload + " ")).isEqualTo(new KeyStanding.ReusedWithAnotherPayload());
        two.sync(two.a());
        assertThat(standing(key, payload)).isInstanceOfSatisfying(KeyStanding.Confirmed.class, confirmed -> {
            assertThat(confirmed.remoteId()).isEqualTo("n");
            assertThat(confirmed.version()).isEqualTo("1");
            assertThat(confirmed.answerDigest()).hasSize(16);
        });
        assertThat(standing(key, null)).isEqualTo(new KeyStanding.ReusedWithAnotherPayload());
        two.agree();
    }

    @Test
    void a_refused_change_leaves_its_key_refused_and_gets_another_one() {
        two.a().sql("INSERT INTO note VALUES('n', NULL)");
        two.a().sync();
        Map<String, @Nullable Object> refused = onlyKey();
        assertThat(refused).containsEntry("state", "refused");
        two.a().sql("UPDATE note SET text = 'x'");
        two.sync(two.a());
        assertThat(two.a().query(KEYS))
                .hasSize(2)
                .extracting(key -> key.get("state"))
                .containsExactly("refused", "confirmed");
        assertThat(two.a().query(KEYS))
                .extracting(key -> key.get("idempotency_key"))
                .doesNotHaveDuplicates();
        two.agree();
    }

    @Test
    void a_change_that_was_never_sent_leaves_no_key() {
        two.a().sql("INSERT INTO note VALUES('n', 'x'), ('o', 'x')");
        two.server().faults().when((method, path) -> method.equals("POST"), Fault.reset());
        two.server().faults().when((method, path) -> path.endsWith("/_health"), Fault.reset());
        two.a().sync();
        long frozen = two.a().query("SELECT * FROM syncline_queue").size();
        assertThat(two.a().query(KEYS)).hasSize((int) frozen);
        two.server().faults().clear();
        two.agree();
    }

    @Test
    void keys_are_kept_while_their_change_is_unfinished_and_seven_days_after() {
        losing(Fault.loseAnswer());
        clock.advance(Duration.ofDays(10));
        assertThat(asked(service::clearCompleted)).isZero();
        assertThat(onlyKey()).containsEntry("state", "sent");
        two.sync(two.a());
        clock.advance(Duration.ofDays(7));
        assertThat(asked(service::clearCompleted)).isZero();
        clock.advance(Duration.ofMillis(1));
        two.a().sql("INSERT INTO note VALUES('o', 'y')");
        two.sync(two.a());
        assertThat(onlyKey()).containsEntry("entity_id", "o");
    }

    @Test
    void what_is_no_key_is_refused_before_anything_is_sent() {
        for (String bad : List.of("", "x".repeat(65), "a b", "ü", "a\nb")) {
            assertThatThrownBy(new IdempotencyService(() -> bad, clock)::generateIdempotencyKey)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("letters, digits and hyphens");
        }
    }

    @Test
    void sending_again_under_a_key_is_told_in_the_log_without_a_value() {
        losing(Fault.loseAnswer());
        Logger logger = (Logger) LoggerFactory.getLogger("dev.syncline.internal.engine");
        ListAppender<ILoggingEvent> records = new ListAppender<>();
        records.start();
        logger.addAppender(records);
        Level usual = logger.getLevel();
        logger.setLevel(Level.INFO);
        try {
            two.sync(two.a());
        } finally {
            logger.setLevel(usual);
            logger.detachAppender(records);
        }
        assertThat(records.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .anySatisfy(
                        line -> assertThat(line).contains("1 changes of note").contains("again under their keys"));
    }
}
