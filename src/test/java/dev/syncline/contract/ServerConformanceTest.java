package dev.syncline.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.backend.RemoteBackend;
import dev.syncline.backend.rest.Delta;
import dev.syncline.backend.rest.RestBackend;
import dev.syncline.backend.rest.RestBackendBuilder;
import dev.syncline.backend.rest.Search;
import dev.syncline.backend.rest.Versions;
import dev.syncline.contract.ServerConformance.Finding;
import dev.syncline.contract.ServerConformance.Verdict;
import dev.syncline.testing.server.ReferenceServer;
import dev.syncline.testing.server.ServerOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The check of a live server finds what a description claims and the server does not do, and the reverse. Defends G2, G4, G7. */
class ServerConformanceTest {

    @TempDir
    private Path folder;

    /** A server that is not what it is said to be. */
    record Lie(
            String name,
            UnaryOperator<ServerOptions> server,
            UnaryOperator<RestBackendBuilder> description,
            String claim,
            Verdict verdict) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Lie> lies() {
        return Stream.of(
                new Lie(
                        "no preconditions",
                        server -> server.conditionalWrites(false),
                        description -> description,
                        "a write on a version that has moved on is refused",
                        Verdict.BROKEN),
                new Lie(
                        "no preconditions for deletes",
                        server -> server.conditionalWrites(false),
                        description -> description,
                        "so is a delete",
                        Verdict.BROKEN),
                new Lie(
                        "no keys",
                        server -> server.idempotencyKeys(false),
                        description -> description,
                        "a repeated create under one key makes one record",
                        Verdict.BROKEN),
                new Lie(
                        "no batches",
                        server -> server.batch(false),
                        description -> description,
                        "a batch tells what became of each change",
                        Verdict.BROKEN),
                new Lie(
                        "no search",
                        server -> server.fieldSearch(false),
                        description -> description.search(Search.byField()),
                        "a record is found by a field right after it was written",
                        Verdict.BROKEN),
                new Lie(
                        "preconditions that nobody asked for",
                        server -> server.requireIfMatch(false),
                        description -> description.versions(
                                Versions.numbered("version").unchecked()),
                        "a write on a version that has moved on is refused",
                        Verdict.ABSENT),
                new Lie(
                        "deltas that nobody asked for",
                        server -> server,
                        description -> description.delta(Delta.none()),
                        "a delta tells what was made, changed and deleted since",
                        Verdict.ABSENT));
    }

    @ParameterizedTest
    @MethodSource("lies")
    void a_lie_is_found_out(Lie lie) {
        List<Finding> found = check(lie.server(), lie.description());
        assertThat(found)
                .filteredOn(finding -> finding.claim().equals(lie.claim()))
                .extracting(Finding::verdict)
                .containsExactly(lie.verdict());
        assertThat(ServerConformance.report(found)).contains(lie.claim());
    }

    @Test
    void a_server_that_does_what_it_is_said_to_breaks_nothing_and_is_left_as_it_was() {
        List<Finding> found = check(server -> server, description -> description);
        assertThat(found).hasSizeGreaterThan(10).noneMatch(finding -> finding.verdict() == Verdict.BROKEN);
    }

    private List<Finding> check(UnaryOperator<ServerOptions> rules, UnaryOperator<RestBackendBuilder> description) {
        try (ReferenceServer server = rules.apply(ReferenceServer.on(folder.resolve("server.db")))
                        .start();
                RemoteBackend backend =
                        description.apply(RestBackend.at(server.url())).build()) {
            List<Finding> found = ServerConformance.check(backend, "note", "title", true, "run1");
            assertThat(new Replica(backend, "note", 100).pull()).isEmpty();
            return found;
        }
    }
}
