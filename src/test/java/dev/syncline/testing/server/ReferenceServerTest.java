package dev.syncline.testing.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.syncline.backend.ChangeKind;
import dev.syncline.backend.OutgoingChange;
import dev.syncline.backend.PullRequest;
import dev.syncline.backend.PushResult;
import dev.syncline.backend.rest.RestBackend;
import dev.syncline.exception.AuthenticationException;
import dev.syncline.exception.ClientException;
import dev.syncline.exception.NetworkException;
import dev.syncline.exception.RateLimitException;
import dev.syncline.exception.ServerException;
import dev.syncline.exception.ValidationException;
import dev.syncline.testing.server.EntityRules.ParentDelete;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The reference server itself, where the contract of backends does not look: restarts, keys, rules and faults. What other
 * tests conclude about G1 to G8 rests on it.
 */
class ReferenceServerTest {

    @TempDir
    private Path directory;

    private @Nullable ReferenceServer server;
    private @Nullable RestBackend backend;
    private int keys;

    @AfterEach
    void stop() {
        if (backend != null) {
            backend.close();
        }
        if (server != null) {
            server.close();
        }
    }

    private ServerOptions options() {
        return ReferenceServer.on(directory.resolve("server.db"));
    }

    private ReferenceServer start(ServerOptions options) {
        server = options.start();
        backend = RestBackend.at(server.url()).bearer(() -> "t").build();
        return server;
    }

    @Test
    void rows_keys_and_cursors_survive_a_restart() {
        start(options());
        OutgoingChange create = create("note", "a", Map.of("title", "x"));
        backend.push(create);
        String cursor = backend.fetchPage(new PullRequest("note", null, 10)).next();
        stop();
        start(options());
        assertThat(backend.fetchPage(new PullRequest("note", cursor, 10)).records())
                .isEmpty();
        assertThat(backend.push(create)).isInstanceOf(PushResult.Accepted.class);
        assertThat(server.effects(create.key())).isEqualTo(1);
        backend.push(create("note", "b", Map.of()));
        assertThat(backend.fetchPage(new PullRequest("note", cursor, 10)).records())
                .hasSize(1);
        assertThat(server.keysAppliedTwice()).isEmpty();
    }

    @Test
    void a_database_made_anew_knows_no_old_cursor() {
        start(options().epoch("one"));
        backend.push(create("note", "a", Map.of()));
        String cursor = backend.fetchPage(new PullRequest("note", null, 10)).next();
        stop();
        server = ReferenceServer.on(directory.resolve("other.db")).epoch("two").start();
        backend = RestBackend.at(server.url()).build();
        assertThatThrownBy(() -> backend.fetchPage(new PullRequest("note", cursor, 10)))
                .isInstanceOfSatisfying(
                        ClientException.class, e -> assertThat(e.status()).isEqualTo(410));
    }

    @Test
    void a_key_in_progress_is_told_and_takes_effect_once() throws Exception {
        start(options());
        CountDownLatch served = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        server.faults().next(Fault.hold(served, release));
        OutgoingChange create = create("note", "a", Map.of());
        ExecutorService first = Executors.newSingleThreadExecutor();
        try {
            Future<PushResult> answer = first.submit(() -> backend.push(create));
            assertThat(served.await(5, TimeUnit.SECONDS)).isTrue();
            assertThatThrownBy(() -> backend.push(create)).isInstanceOf(RateLimitException.class);
            release.countDown();
            assertThat(answer.get(5, TimeUnit.SECONDS)).isInstanceOf(PushResult.Accepted.class);
        } finally {
            release.countDown();
            first.shutdownNow();
        }
        assertThat(backend.push(create)).isInstanceOf(PushResult.Accepted.class);
        assertThat(server.effects(create.key())).isEqualTo(1);
    }

    @Test
    void a_key_is_bound_to_its_operation_and_forgotten_after_its_retention() {
        SettableTime time = new SettableTime();
        start(options().clock(time).keyRetention(Duration.ofHours(1)));
        OutgoingChange create = create("note", "a", Map.of("title", "x"));
        backend.push(create);
        OutgoingChange other =
                new OutgoingChange("note", ChangeKind.CREATE, "b", Map.of("title", "y"), null, create.key());
        assertThat(backend.push(other)).isInstanceOf(PushResult.Rejected.class);
        time.now = time.now.plus(Duration.ofHours(2));
        assertThat(backend.push(other)).isInstanceOf(PushResult.Accepted.class);
        assertThat(server.keysAppliedTwice()).containsExactly(create.key());
    }

    @Test
    void a_lost_answer_leaves_the_work_done() {
        start(options());
        OutgoingChange create = create("note", "a", Map.of());
        server.faults().next(Fault.loseAnswer(), Fault.reset());
        assertThatThrownBy(() -> backend.push(create)).isInstanceOf(NetworkException.class);
        assertThat(server.rows("note").count()).isEqualTo(1);
        assertThatThrownBy(() -> backend.push(create)).isInstanceOf(NetworkException.class);
        assertThat(backend.push(create)).isInstanceOf(PushResult.Accepted.class);
        assertThat(server.effects(create.key())).isEqualTo(1);
        assertThat(server.journal().entries())
                .extracting(RequestJournal.Entry::status)
                .containsExactly(RequestJournal.NO_ANSWER, RequestJournal.NO_ANSWER, 201);
    }

    @Test
    void faults_strike_as_told() {
        start(options());
        server.rows("note").create("a", Map.of("title", "x"));
        PullRequest page = new PullRequest("note", null, 10);
        server.faults().next(Fault.truncate(20), Fault.status(503, "7"), Fault.garbage(200, "text/html", "<html>"));
        assertThatThrownBy(() -> backend.fetchPage(page)).isInstanceOf(NetworkException.class);
        assertThatThrownBy(() -> backend.fetchPage(page))
                .isInstanceOfSatisfying(
                        ServerException.class, e -> assertThat(e.retryAfter()).isEqualTo(Duration.ofSeconds(7)));
        assertThatThrownBy(() -> backend.fetchPage(page)).isInstanceOf(NetworkException.class);
        server.faults().when((method, path) -> method.equals("DELETE"), Fault.status(500));
        assertThat(backend.fetchPage(page).records()).hasSize(1);
        assertThatThrownBy(() -> backend.push(change(ChangeKind.DELETE, "note", "a", "1")))
                .isInstanceOf(ServerException.class);
        server.faults().clear();
        server.faults().every(2, Fault.status(500));
        backend.probe();
        assertThatThrownBy(backend::probe).isInstanceOf(ServerException.class);
        server.faults().clear();
        server.faults().cut(true);
        assertThatThrownBy(backend::probe).isInstanceOf(NetworkException.class);
        server.faults().cut(false);
        server.faults().latency(Duration.ofMillis(5));
        server.faults().next(Fault.delay(Duration.ofMillis(5)));
        backend.probe();
    }

    @Test
    void only_known_tokens_are_let_in() {
        start(options().tokens("t"));
        backend.probe();
        server.tokens("another");
        assertThatThrownBy(backend::probe).isInstanceOf(AuthenticationException.class);
        server.tokens();
        backend.probe();
    }

    @Test
    void references_uniqueness_and_required_fields_are_checked() {
        start(options()
                .entity("account", a -> a.unique("iban"))
                .entity("payment", p -> p.required("amount").references("account_id", "account", ParentDelete.REFUSE)));
        assertThat(faults(create("payment", "p1", Map.of("account_id", "a1"))))
                .containsExactlyInAnyOrder("amount", "account_id");
        backend.push(create("account", "a1", Map.of("iban", "X1")));
        assertThat(faults(create("account", "a2", Map.of("iban", "X1")))).containsExactly("iban");
        assertThat(backend.push(create("payment", "p1", Map.of("account_id", "a1", "amount", 1L))))
                .isInstanceOf(PushResult.Accepted.class);
        assertThat(faults(change(ChangeKind.DELETE, "account", "a1", "1"))).containsExactly("account_id");
        backend.push(change(ChangeKind.DELETE, "payment", "p1", "1"));
        assertThat(backend.push(change(ChangeKind.DELETE, "account", "a1", "1")))
                .isInstanceOf(PushResult.Accepted.class);
    }

    @Test
    void a_cascading_delete_takes_the_children_along() {
        start(options()
                .entity("account", EntityRules::serverIds)
                .entity("payment", p -> p.references("account_id", "account", ParentDelete.CASCADE)));
        String account = server.rows("account").create(null, Map.of());
        server.rows("payment").create("p1", Map.of("account_id", Long.valueOf(account)));
        server.rows("payment").create("p2", Map.of());
        server.rows("account").delete(account);
        assertThat(server.rows("payment").all())
                .extracting(row -> row.path("id").asText())
                .containsExactly("p2");
        assertThat(server.rows("payment").version("p1")).isEqualTo(2);
    }

    @Test
    void a_server_that_lacks_something_lacks_it() {
        start(options().idempotencyKeys(false).conditionalWrites(false).batch(false));
        OutgoingChange create = create("note", "a", Map.of("title", "x"));
        backend.push(create);
        assertThat(backend.push(create)).isInstanceOf(PushResult.Conflicted.class);
        assertThat(backend.push(change(ChangeKind.DELETE, "note", "a", "99"))).isInstanceOf(PushResult.Accepted.class);
        assertThatThrownBy(() -> backend.pushBatch(List.of(create))).isInstanceOf(ClientException.class);
    }

    @Test
    void a_write_without_a_version_is_refused_where_one_is_required() {
        start(options());
        server.rows("note").create("a", Map.of("title", "x"));
        assertThat(backend.push(change(ChangeKind.DELETE, "note", "a", null)))
                .isInstanceOfSatisfying(
                        PushResult.Rejected.class,
                        r -> assertThat(((ClientException) r.reason()).status()).isEqualTo(428));
        stop();
        start(options().requireIfMatch(false));
        assertThat(backend.push(change(ChangeKind.DELETE, "note", "a", null))).isInstanceOf(PushResult.Accepted.class);
    }

    @Test
    void many_rows_are_seeded_and_paged() {
        start(options());
        server.rows("note").seed(IntStream.range(0, 12_000).mapToObj(i -> Map.of("id", "n" + i, "title", "t" + i)));
        assertThat(server.rows("note").count()).isEqualTo(12_000);
        assertThat(server.rows("note").find("n7").map(row -> row.path("title")).map(JsonNode::asText))
                .contains("t7");
        long rows = 0;
        String cursor = null;
        boolean more = true;
        while (more) {
            var page = backend.fetchPage(new PullRequest("note", cursor, 1000));
            assertThat(page.total()).isEqualTo(12_000);
            rows += page.records().size();
            cursor = page.next();
            more = page.more();
        }
        assertThat(rows).isEqualTo(12_000);
        assertThat(server.journal().count("GET")).isEqualTo(12);
        assertThat(server.journal().requests()).isEqualTo(12);
        assertThat(server.journal().bytesOut()).isPositive();
    }

    private List<String> faults(OutgoingChange change) {
        PushResult.Rejected rejected = (PushResult.Rejected) backend.push(change);
        return ((ValidationException) rejected.reason())
                .faults().stream().map(fault -> fault.field()).toList();
    }

    private OutgoingChange create(String entity, String id, Map<String, @Nullable Object> fields) {
        return new OutgoingChange(entity, ChangeKind.CREATE, id, fields, null, "key-" + keys++);
    }

    private OutgoingChange change(ChangeKind kind, String entity, String id, @Nullable String base) {
        return new OutgoingChange(entity, kind, id, Map.of(), base, "key-" + keys++);
    }

    private static final class SettableTime extends Clock {
        private Instant now = Instant.parse("2026-11-23T10:00:00Z");

        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }
}
