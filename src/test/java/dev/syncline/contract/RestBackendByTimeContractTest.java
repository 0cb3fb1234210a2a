package dev.syncline.contract;

import dev.syncline.backend.RemoteBackend;
import dev.syncline.backend.rest.Delta;
import dev.syncline.backend.rest.RestBackend;
import dev.syncline.backend.rest.UpdateForm;
import dev.syncline.backend.rest.Versions;
import dev.syncline.backend.rest.Writes;
import dev.syncline.testing.server.ReferenceServer;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * The REST backend with the habits of many a server: deltas by time with an overlap, PUT for updates, versions that are only
 * equal or not, no batches. Defends what {@link RemoteBackendContract} says.
 */
class RestBackendByTimeContractTest extends RemoteBackendContract {

    @TempDir
    private Path directory;

    private ReferenceServer server;

    @BeforeEach
    void start() {
        server = ReferenceServer.on(directory.resolve("server.db")).batch(false).start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Override
    protected RemoteBackend backend() {
        return RestBackend.at(server.url())
                .delta(Delta.updatedSince("updated_since", Duration.ofSeconds(5)))
                .writes(Writes.by(UpdateForm.PUT))
                .versions(Versions.revision("version"))
                .noBatch()
                .build();
    }
}
