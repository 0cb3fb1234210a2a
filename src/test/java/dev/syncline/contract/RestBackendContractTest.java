package dev.syncline.contract;

import dev.syncline.backend.RemoteBackend;
import dev.syncline.backend.rest.RestBackend;
import dev.syncline.backend.rest.Search;
import dev.syncline.testing.server.ReferenceServer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The REST backend as it comes, on the documented protocol. Defends what {@link RemoteBackendContract} says. */
class RestBackendContractTest extends RemoteBackendContract {

    @TempDir
    private Path directory;

    private ReferenceServer server;

    @BeforeEach
    void start() {
        server = ReferenceServer.on(directory.resolve("server.db"))
                .tokens("a-token")
                .start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Override
    protected RemoteBackend backend() {
        return RestBackend.at(server.url())
                .bearer(() -> "a-token")
                .search(Search.byField())
                .bulkRead("ids", 50)
                .build();
    }
}
