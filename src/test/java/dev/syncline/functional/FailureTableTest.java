package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.backend.rest.RestBackend;
import dev.syncline.backend.rest.RestBackendBuilder;
import dev.syncline.config.SyncedTable;
import dev.syncline.progress.AbortReason;
import dev.syncline.progress.SyncResult;
import dev.syncline.progress.UnsentChange;
import dev.syncline.progress.UnsentChange.State;
import dev.syncline.testing.SettableClock;
import dev.syncline.testing.TwoDevices;
import dev.syncline.testing.server.Fault;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What becomes of a push for each way in which network and server can misbehave, over real HTTP, change by change and in a
 * batch: kept under its key, or parked, never lost and never applied twice. Defends G1, G2, G12 and G13.
 */
class FailureTableTest {
    private static final AbortReason OFFLINE = AbortReason.OFFLINE;
    private static final String JSON = "application/json";
    private static final Duration LONGEST_IMPOSED = Duration.ofHours(24);

    private static final Duration IMPATIENT = Duration.ofMillis(300);

    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T12:00:00Z"));

    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules,
            List.of(SyncedTable.named("note").key("id").build()),
            "CREATE TABLE note(id TEXT PRIMARY KEY, text TEXT)");

    /**
     * One way to fail.
     *
     * @param code its code, for the name of the test
     * @param fault what every write meets
     * @param abort why the run ends early; null if it does not
     * @param arrived whether the changes took effect at once; not said of a delayed answer
     */
    private record Kept(String code, Fault fault, @Nullable AbortReason abort, boolean arrived) {
        @Override
        public String toString() {
            return code;
        }
    }

    private void writes(boolean batch, UnaryOperator<RestBackendBuilder> settings) {
        two.a().with(builder -> {
            RestBackendBuilder backend =
                    settings.apply(RestBackend.at(two.server().url()));
            return builder.clock(clock).backend((batch ? backend : backend.noBatch()).build());
        });
        two.serverClock().set(clock.instant());
        two.a().manager();
        two.a().sql("INSERT INTO note VALUES('n1', 'x'), ('n2', 'x')");
    }

    private List<State> states() {
        return two.a().manager().operations().stream().map(UnsentChange::state).toList();
    }

    private void failing(Fault fault) {
        two.server().faults().when((method, path) -> !method.equals("GET"), fault);
    }

    /** Nothing goes wrong any more, and every wait is over. */
    private void healed() {
        two.server().faults().clear();
        clock.advance(LONGEST_IMPOSED);
    }

    @ParameterizedTest
    @MethodSource("kept")
    void is_kept_under_its_key_and_goes_out_once(Kept row) {
        isKept(row, false);
    }

    @ParameterizedTest
    @MethodSource("kept")
    void is_kept_in_a_batch_too(Kept row) {
        isKept(row, true);
    }

    private void isKept(Kept row, boolean batch) {
        boolean slow = row.fault() instanceof Fault.Delay;
        writes(batch, backend -> slow ? backend.connectTimeout(IMPATIENT).callTimeout(IMPATIENT) : backend);
        failing(row.fault());
        SyncResult result = two.a().sync();
        assertThat(result.success()).isFalse();
        assertThat(result.abortReason()).isEqualTo(row.abort());
        assertThat(result.failed()).isZero();
        if (!slow) {
            assertThat(two.server().rows("note").count()).isEqualTo(row.arrived() ? 2 : 0);
        }
        // What met a failure of the backend as a whole may not have been tried at all.
        assertThat(states()).hasSize(2).isSubsetOf(State.IN_FLIGHT, State.PENDING);
        assertThat(two.a().query("SELECT attempts FROM syncline_queue"))
                .allSatisfy(queued -> assertThat(queued.get("attempts")).isEqualTo(0));
        healed();
        two.agree();
        assertThat(two.server().rows("note").count()).isEqualTo(2);
        assertThat(two.server().rows("note").version("n1")).isEqualTo(1);
    }

    static Stream<Kept> kept() {
        return Stream.of(
                new Kept("N03 lost on the way there", Fault.reset(), null, false),
                new Kept("N04 answer lost", Fault.loseAnswer(), null, true),
                new Kept("N06 answer cut off", Fault.truncate(3), null, true),
                new Kept("N10 slower than the time limit", Fault.delay(Duration.ofMillis(900)), null, false),
                new Kept("N16 login page", Fault.garbage(200, "text/html", "<html>sign in"), null, false),
                new Kept("N16 redirect to a login page", redirect(), OFFLINE, false),
                new Kept("N18 407 of a proxy", Fault.status(407), null, false),
                new Kept("N18 502 of a proxy", Fault.garbage(502, "text/html", "<html>bad gateway"), null, false),
                new Kept("N18 504 of a proxy", Fault.status(504), null, false),
                new Kept("S01 500", Fault.status(500), null, false),
                new Kept("S01 503", Fault.status(503), null, false),
                new Kept("S01 503 with a wait", Fault.status(503, "120"), OFFLINE, false),
                new Kept("S02 429", Fault.status(429), OFFLINE, false),
                new Kept("S02 429 seconds", Fault.status(429, "7"), OFFLINE, false),
                new Kept("S02 429 date", Fault.status(429, "Sun, 01 Mar 2026 12:01:00 GMT"), OFFLINE, false),
                new Kept("S02 429 past date", Fault.status(429, "Sun, 06 Nov 1994 08:49:37 GMT"), OFFLINE, false),
                new Kept("S02 429 absurd", Fault.status(429, "100000000000"), OFFLINE, false),
                new Kept("S02 429 negative", Fault.status(429, "-5"), OFFLINE, false),
                new Kept("S02 429 garbage", Fault.status(429, "soon"), OFFLINE, false),
                new Kept("S03 408", Fault.status(408), null, false),
                new Kept("S03 425", Fault.status(425), OFFLINE, false),
                new Kept("S12 415", Fault.status(415), AbortReason.INTERNAL, false),
                new Kept("S12 426", Fault.status(426), AbortReason.INTERNAL, false),
                new Kept("S14 200 with an error object", Fault.garbage(200, JSON, "{\"error\":\"no\"}"), null, false),
                new Kept(
                        "S16 200 with another id",
                        Fault.garbage(200, JSON, "{\"id\":\"zz\",\"version\":1}"),
                        null,
                        false),
                new Kept("S25 answer to another batch", foreignBatch(), null, false),
                new Kept("B44 no JSON at all", Fault.garbage(200, JSON, "not json"), null, false));
    }

    private static Fault redirect() {
        return new Fault.Garbage(302, "text/html", new byte[0], Map.of("Location", "http://login.example/"));
    }

    private static Fault foreignBatch() {
        return Fault.garbage(
                200,
                JSON,
                "{\"results\":[{\"key\":\"of-somebody-else\",\"status\":201,\"body\":{\"id\":\"n1\",\"version\":9}}]}");
    }

    @ParameterizedTest
    @MethodSource("parked")
    void is_parked_for_a_person_and_goes_out_when_armed(int status) {
        isParked(status, false);
    }

    @ParameterizedTest
    @MethodSource("parked")
    void is_parked_in_a_batch_too(int status) {
        isParked(status, true);
    }

    /** S04, S06, S11 and other definite refusals. */
    static Stream<Integer> parked() {
        return Stream.of(400, 403, 405, 406, 413, 418, 422, 451);
    }

    private void isParked(int status, boolean batch) {
        writes(batch, UnaryOperator.identity());
        failing(Fault.status(status));
        SyncResult result = two.a().sync();
        assertThat(result.abortReason()).isNull();
        assertThat(result.failed()).isEqualTo(2);
        assertThat(two.a().manager().operations()).allSatisfy(refused -> {
            assertThat(refused.state()).isEqualTo(State.FAILED);
            assertThat(refused.reason()).isNotBlank().doesNotContain("x'");
            assertThat(refused.cure()).isNotBlank();
        });
        assertThat(two.a().rows("note")).hasSize(2);
        healed();
        two.sync(two.a());
        assertThat(two.server().rows("note").count()).isZero();
        two.a().manager().retryFailed();
        two.agree();
        assertThat(two.server().rows("note").count()).isEqualTo(2);
    }

    @Test
    void N01_where_nobody_listens_the_run_ends_at_once_and_nothing_is_claimed() throws IOException {
        int nobody;
        try (ServerSocket free = new ServerSocket(0)) {
            nobody = free.getLocalPort();
        }
        two.a()
                .with(builder -> builder.backend(
                        RestBackend.at("http://127.0.0.1:" + nobody + "/v1").build()));
        two.a().manager();
        two.a().sql("INSERT INTO note VALUES('n1', 'x')");
        SyncResult result = two.a().sync();
        assertThat(result.abortReason()).isEqualTo(OFFLINE);
        assertThat(states()).containsExactly(State.PENDING);
        assertThat(two.a().query("SELECT * FROM syncline_queue")).isEmpty();
    }

    @Test
    void N07_a_request_that_arrives_twice_takes_effect_once() {
        writes(false, UnaryOperator.identity());
        failing(Fault.loseAnswer());
        two.a().sync();
        two.a().sync();
        healed();
        two.agree();
        assertThat(two.server().rows("note").version("n1")).isEqualTo(1);
    }

    @Test
    void S05_refused_credentials_hold_the_queue() {
        writes(true, UnaryOperator.identity());
        two.server().tokens("somebody else's");
        assertThat(two.a().sync().abortReason()).isEqualTo(AbortReason.AUTHENTICATION);
        assertThat(states()).containsOnly(State.PENDING).hasSize(2);
        two.server().tokens();
        two.agree();
    }

    @Test
    void S07_a_delete_of_what_is_gone_is_done_and_an_update_of_it_is_a_conflict() {
        writes(true, UnaryOperator.identity());
        two.agree();
        two.a().sql("DELETE FROM note WHERE id = 'n1'");
        two.a().sql("UPDATE note SET text = 'mine' WHERE id = 'n2'");
        failing(Fault.status(404));
        two.server().faults().when((method, path) -> path.contains("note/"), Fault.status(404));
        two.a().sync();
        assertThat(states()).doesNotContain(State.IN_FLIGHT, State.FAILED);
        assertThat(two.a().query("SELECT conflict_type FROM syncline_conflicts"))
                .singleElement()
                .satisfies(c -> assertThat(c.get("conflict_type")).isEqualTo("UPDATE_DELETE"));
    }

    @Test
    void S08_a_409_without_a_copy_is_read_and_what_it_tells_is_kept() {
        writes(false, UnaryOperator.identity());
        two.agree();
        two.b().sql("UPDATE note SET text = 'theirs' WHERE id = 'n1'");
        two.sync(two.b());
        two.a().sql("UPDATE note SET text = 'mine' WHERE id = 'n1'");
        two.server()
                .faults()
                .when((method, path) -> method.equals("GET") && path.equals("/v1/note"), Fault.status(500));
        failing(Fault.garbage(409, JSON, "{}"));
        two.a().sync();
        assertThat(two.a().query("SELECT local_data, remote_data FROM syncline_conflicts"))
                .singleElement()
                .satisfies(
                        c -> assertThat(c.values().toString()).contains("mine").contains("theirs"));
    }

    @Test
    void S09_a_key_in_progress_is_kept() {
        writes(false, UnaryOperator.identity());
        failing(Fault.garbage(409, "application/problem+json", "{\"type\":\"urn:syncline:problem:key-in-progress\"}"));
        assertThat(two.a().sync().failed()).isZero();
        assertThat(states()).hasSize(2).isSubsetOf(State.IN_FLIGHT, State.PENDING);
        healed();
        two.agree();
    }

    @Test
    void S10_a_stale_base_is_pulled_and_the_change_made_anew_on_it() {
        writes(false, UnaryOperator.identity());
        two.agree();
        two.a().sql("UPDATE note SET text = 'mine' WHERE id = 'n1'");
        failing(Fault.status(412));
        two.a().sync();
        two.server().faults().clear();
        two.a().manager().retryFailed();
        two.agree();
        assertThat(two.b().value("SELECT text FROM note WHERE id = 'n1'")).isEqualTo("mine");
    }
}
