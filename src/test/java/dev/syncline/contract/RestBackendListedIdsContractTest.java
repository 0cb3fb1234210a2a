package dev.syncline.contract;

import dev.syncline.backend.RemoteBackend;
import dev.syncline.backend.rest.Deletions;
import dev.syncline.backend.rest.RestBackend;
import dev.syncline.testing.server.ReferenceServer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The REST backend at a server whose deletions only a list of ids tells. Defends what {@link RemoteBackendContract} says. */
class RestBackendListedIdsContractTest extends RemoteBackendContract {

    @TempDir
    private Path directory;

    private ReferenceServer server;

    @BeforeEach
    void start() {
        server = ReferenceServer.on(directory.resolve("server.db")).start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Override
    protected RemoteBackend backend() {
        return RestBackend.at(server.url())
                .deletions(Deletions.listed("{entity}/_ids"))
                .build();
    }
}
