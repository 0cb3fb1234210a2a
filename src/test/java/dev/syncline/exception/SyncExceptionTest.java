package dev.syncline.exception;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/**
 * Defends G12 (each failure answers for itself whether it poisons one operation or speaks against the backend) and G13 (what
 * a hostile backend writes reaches a log neither whole nor raw).
 */
class SyncExceptionTest {

    private static final Instant AT = Instant.parse("2026-03-01T10:00:00Z");
    private static final IOException CAUSE = new IOException("reset");

    static Stream<Arguments> answers() {
        return Stream.of(
                row(new NetworkException("m", AT, CAUSE), true, 10, null, true, Level.WARN),
                row(new ServerException("m", 503, "", null, AT, CAUSE), true, 30, null, true, Level.ERROR),
                row(new ServerException("m", 503, "", secs(7), AT, CAUSE), true, 7, 7L, true, Level.ERROR),
                row(new ClientException("m", 403, "", AT, CAUSE), false, 5, null, false, Level.WARN),
                row(
                        new ConflictException("m", "c", "payment", "1", "v1", "v2", AT, CAUSE),
                        false,
                        5,
                        null,
                        false,
                        Level.WARN),
                row(new AuthenticationException("m", AT, CAUSE), false, 5, null, false, Level.ERROR),
                row(new ValidationException("m", List.of(), AT, CAUSE), false, 5, null, false, Level.WARN),
                row(new RateLimitException("m", null, null, null, null, AT, CAUSE), true, 60, 60L, false, Level.WARN),
                row(
                        new RateLimitException("m", secs(3600), 10L, 0L, AT, AT, CAUSE),
                        true,
                        3600,
                        3600L,
                        false,
                        Level.WARN),
                row(new SyncTimeoutException("m", secs(30), AT, CAUSE), true, 60, null, true, Level.WARN),
                row(
                        new ConsistencyException("m", "BROKEN_REFERENCE", List.of("1"), AT, CAUSE),
                        false,
                        5,
                        null,
                        false,
                        Level.ERROR),
                row(new CircuitBreakerOpenException("m", AT.plusSeconds(42), 5, AT), true, 42, 42L, false, Level.WARN),
                row(new CircuitBreakerOpenException("m", AT.minusSeconds(1), 5, AT), true, 60, 60L, false, Level.WARN),
                row(operation(null), true, 5, null, false, Level.ERROR),
                row(operation(CAUSE), false, 5, null, false, Level.ERROR),
                row(operation(new NetworkException("n", AT, null)), true, 10, null, true, Level.ERROR),
                row(operation(new ValidationException("v", List.of(), AT, null)), false, 5, null, false, Level.ERROR),
                row(
                        operation(new RateLimitException("r", secs(9), null, null, null, AT, null)),
                        true,
                        9,
                        9L,
                        false,
                        Level.ERROR));
    }

    @ParameterizedTest
    @MethodSource("answers")
    void every_type_answers_for_itself(
            SyncException failure, boolean retryable, Duration delay, Duration imposed, boolean outage, Level level) {
        assertThat(failure.isRetryable()).isEqualTo(retryable);
        assertThat(failure.retryDelay()).isEqualTo(delay);
        assertThat(failure.imposedDelay()).isEqualTo(imposed);
        assertThat(failure.countsAsOutage()).isEqualTo(outage);
        assertThat(failure.timestamp()).isEqualTo(AT);

        ILoggingEvent event = logged(failure);
        assertThat(event.getLevel()).isEqualTo(level);
        assertThat(event.getThrowableProxy().getClassName())
                .isEqualTo(failure.getClass().getName());
        assertThat(event.getFormattedMessage())
                .contains(failure.getMessage())
                .contains(failure.context().toString());
    }

    @ParameterizedTest
    @MethodSource("answers")
    void every_type_can_be_serialized(
            SyncException failure, boolean retryable, Duration delay, Duration imposed, boolean outage, Level level)
            throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(failure);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            SyncException copy = (SyncException) in.readObject();
            assertThat(copy.getMessage()).isEqualTo(failure.getMessage());
            assertThat(copy.context()).isEqualTo(failure.context());
            assertThat(copy.retryDelay()).isEqualTo(failure.retryDelay());
        }
    }

    @Test
    void the_cause_is_kept() {
        assertThat(new NetworkException("m", AT, CAUSE)).hasCause(CAUSE);
        assertThat(new CircuitBreakerOpenException("m", AT, 5, AT)).hasNoCause();
    }

    @Test
    void context_holds_the_types_facts_before_what_was_added_and_cannot_be_changed() {
        Map<String, String> added = new HashMap<>(Map.of("run", "r1", "status", "forged"));
        SyncException failure = new ServerException("m", 502, "secret", secs(1), AT, null, added);
        added.put("later", "x");

        assertThat(failure.context())
                .containsExactly(Map.entry("status", "502"), Map.entry("retryAfter", "PT1S"), Map.entry("run", "r1"));
        assertThatThrownBy(() -> failure.context().put("a", "b")).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void every_fact_of_a_type_can_be_read_back() {
        RateLimitException limited = new RateLimitException("m", secs(2), 100L, 0L, AT.plusSeconds(2), AT, null);
        assertThat(limited.retryAfter()).isEqualTo(secs(2));
        assertThat(limited.limit()).isEqualTo(100);
        assertThat(limited.remaining()).isZero();
        assertThat(limited.reset()).isEqualTo(AT.plusSeconds(2));

        ConflictException conflict = new ConflictException("m", null, "payment", "7", null, "v2", AT, null);
        assertThat(conflict.conflictId()).isNull();
        assertThat(conflict.entity()).isEqualTo("payment");
        assertThat(conflict.entityId()).isEqualTo("7");
        assertThat(conflict.localVersion()).isNull();
        assertThat(conflict.remoteVersion()).isEqualTo("v2");
        assertThat(conflict.context()).containsOnlyKeys("entity", "id", "remoteVersion");

        SyncOperationException operation = operation(null);
        assertThat(operation.operationId()).isEqualTo("op-1");
        assertThat(operation.entity()).isEqualTo("payment");
        assertThat(operation.kind()).isEqualTo("UPDATE");

        ConsistencyException broken = new ConsistencyException("m", "BROKEN_REFERENCE", List.of("1", "2"), AT, null);
        assertThat(broken.issue()).isEqualTo("BROKEN_REFERENCE");
        assertThat(broken.affectedIds()).containsExactly("1", "2");

        CircuitBreakerOpenException open = new CircuitBreakerOpenException("m", AT.plusSeconds(1), 5, AT);
        assertThat(open.resetAt()).isEqualTo(AT.plusSeconds(1));
        assertThat(open.failures()).isEqualTo(5);

        assertThat(new SyncTimeoutException("m", secs(30), AT, null).limit()).isEqualTo(secs(30));
        assertThat(new ServerException("m", 502, "", null, AT, null).status()).isEqualTo(502);
        assertThat(new ServerException("m", 502, "", null, AT, null).retryAfter())
                .isNull();
        assertThat(new ClientException("m", 404, "gone", AT, null).status()).isEqualTo(404);
        assertThat(new ClientException("m", 404, "gone", AT, null).body()).isEqualTo("gone");
    }

    @Test
    void a_validation_names_its_fields_in_the_message_and_keeps_rule_and_fix_apart() {
        ValidationException refused = new ValidationException(
                "payment refused by the backend",
                List.of(
                        new FieldFault("amount", "the value 12.3 is wrong", "enter a positive amount"),
                        new FieldFault("date", "at most one day ahead", "")),
                AT,
                null);

        assertThat(refused).hasMessage("payment refused by the backend [amount, date]");
        assertThat(refused.context()).containsEntry("fields", "amount, date");
        assertThat(refused.faults()).extracting(FieldFault::fix).containsExactly("enter a positive amount", "");
        assertThatThrownBy(() -> refused.faults().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void a_body_is_cut_and_never_part_of_message_or_context() {
        String body = "\u001b[2Jtoken=abc\r\n" + "x".repeat(1_000_000);
        ServerException failure = new ServerException("the server failed", 500, body, null, AT, null);

        assertThat(failure.body()).hasSize(32 * 1024).startsWith("\u001b[2Jtoken");
        assertThat(failure.bodyExcerpt())
                .startsWith("\\u001b[2Jtoken=abc\\r\\n")
                .endsWith("x…")
                .doesNotContain("\u001b");
        assertThat(failure.getMessage()).isEqualTo("the server failed");
        assertThat(logged(failure).getFormattedMessage()).doesNotContain("token");
    }

    @Test
    void a_message_is_cut_and_on_one_line_without_hidden_characters() {
        SyncException failure =
                new NetworkException("a\r\nb\tc\u202Ed\u2028e\ud800f" + "y".repeat(1_000_000), AT, null);

        assertThat(failure.getMessage())
                .startsWith("a\\r\\nb\\tc\\u202ed\\u2028e\\ud800fyyy")
                .endsWith("y…")
                .hasSizeLessThan(2_100);
    }

    @Test
    void a_cut_never_splits_a_character() {
        String emoji = "\ud83d\ude00";
        ClientException failure = new ClientException("m", 400, "x".repeat(199) + emoji, AT, null);

        assertThat(failure.bodyExcerpt()).isEqualTo("x".repeat(199) + "…");
        assertThat(new NetworkException(emoji, AT, null)).hasMessage(emoji);
    }

    @Test
    void a_wait_from_outside_is_held_within_bounds() {
        assertThat(limited(Duration.ofSeconds(-5)).retryDelay()).isZero();
        assertThat(limited(Duration.ofSeconds(Long.MAX_VALUE)).retryDelay()).isEqualTo(Duration.ofDays(365));
        assertThat(new SyncTimeoutException("m", Duration.ofSeconds(Long.MAX_VALUE), AT, null).retryDelay())
                .isEqualTo(Duration.ofDays(365));
        assertThat(new CircuitBreakerOpenException("m", Instant.MAX, 5, AT).retryDelay())
                .isEqualTo(Duration.ofDays(365));
        assertThat(new CircuitBreakerOpenException("m", AT, 5, AT).retryDelay()).isEqualTo(secs(60));
    }

    @Test
    void the_hierarchy_is_complete() {
        assertThat(Arrays.stream(SyncException.class.getPermittedSubclasses()).map(Class::getSimpleName))
                .containsExactlyInAnyOrder(
                        "NetworkException",
                        "StorageException",
                        "ServerException",
                        "ClientException",
                        "ConflictException",
                        "AuthenticationException",
                        "ValidationException",
                        "RateLimitException",
                        "SyncTimeoutException",
                        "ConsistencyException",
                        "SyncOperationException",
                        "CircuitBreakerOpenException");
    }

    private static RateLimitException limited(Duration wait) {
        return new RateLimitException("m", wait, null, null, null, AT, null);
    }

    private static SyncOperationException operation(Throwable cause) {
        return new SyncOperationException("update not sent", "op-1", "payment", "UPDATE", AT, cause);
    }

    private static Arguments row(
            SyncException failure, boolean retryable, long delay, Long imposed, boolean outage, Level level) {
        return Arguments.of(failure, retryable, secs(delay), imposed == null ? null : secs(imposed), outage, level);
    }

    private static Duration secs(long seconds) {
        return Duration.ofSeconds(seconds);
    }

    private static ILoggingEvent logged(SyncException failure) {
        Logger logger = (Logger) LoggerFactory.getLogger("dev.syncline.exception.test");
        ListAppender<ILoggingEvent> records = new ListAppender<>();
        records.start();
        logger.addAppender(records);
        logger.setAdditive(false);
        try {
            failure.log(logger);
        } finally {
            logger.detachAppender(records);
        }
        assertThat(records.list).hasSize(1);
        return records.list.get(0);
    }
}
