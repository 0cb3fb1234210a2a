package dev.syncline.testing.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.backend.ChangeKind;
import dev.syncline.backend.OutgoingChange;
import dev.syncline.backend.PullRequest;
import dev.syncline.backend.PushResult;
import dev.syncline.backend.rest.RestBackend;
import dev.syncline.exception.NetworkException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server killed with requests on their way comes back with each of them whole or not at all. Defends G2 and G10. */
class ReferenceServerProcessIT {

    @TempDir
    private Path directory;

    @Test
    void what_was_answered_is_there_after_a_kill_and_what_was_not_may_be_sent_again() throws Exception {
        Path database = directory.resolve("server.db");
        List<OutgoingChange> changes = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            changes.add(
                    new OutgoingChange("note", ChangeKind.CREATE, "n" + i, Map.of("i", (long) i), null, "key-" + i));
        }
        int port;
        int answered = 0;
        ExecutorService pushing = Executors.newSingleThreadExecutor();
        try (ServerProcess server = ServerProcess.start(database);
                RestBackend backend = RestBackend.at(server.url()).build()) {
            port = server.port();
            for (OutgoingChange change : changes.subList(0, 100)) {
                assertThat(backend.push(change)).isInstanceOf(PushResult.Accepted.class);
            }
            Future<Integer> rest = pushing.submit(() -> pushUntilFailure(backend, changes.subList(100, 400)));
            server.kill();
            answered = 100 + rest.get();
        } finally {
            pushing.shutdownNow();
        }
        try (ServerProcess server = ServerProcess.start(database, "--port", Integer.toString(port));
                RestBackend backend = RestBackend.at(server.url()).build()) {
            assertThat(backend.fetchPage(new PullRequest("note", null, 1000)).records())
                    .hasSizeBetween(answered, answered + 1);
            for (OutgoingChange change : changes) {
                assertThat(backend.push(change)).isInstanceOf(PushResult.Accepted.class);
            }
            assertThat(backend.fetchPage(new PullRequest("note", null, 1000)).records())
                    .hasSize(400)
                    .allSatisfy(row -> assertThat(row.version()).isEqualTo("1"));
        }
        try (ReferenceServer server = ReferenceServer.on(database).start()) {
            assertThat(server.keysAppliedTwice()).isEmpty();
        }
    }

    @Test
    void the_cable_can_be_pulled_from_outside() {
        try (ServerProcess server = ServerProcess.start(directory.resolve("server.db"), "--token", "t");
                RestBackend backend =
                        RestBackend.at(server.url()).bearer(() -> "t").build()) {
            backend.probe();
            server.command("cut on");
            server.command("latency 1");
            // A command is obeyed when it was read; until then probes pass.
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 10_000; i++) {
                            backend.probe();
                        }
                    })
                    .isInstanceOf(NetworkException.class);
        }
    }

    private static int pushUntilFailure(RestBackend backend, List<OutgoingChange> changes) {
        int answered = 0;
        for (OutgoingChange change : changes) {
            try {
                backend.push(change);
                answered++;
            } catch (NetworkException killed) {
                return answered;
            }
        }
        return answered;
    }
}
