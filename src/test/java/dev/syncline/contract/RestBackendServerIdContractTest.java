package dev.syncline.contract;

import dev.syncline.backend.RemoteBackend;
import dev.syncline.backend.rest.Delta;
import dev.syncline.backend.rest.RestBackend;
import dev.syncline.backend.rest.Search;
import dev.syncline.testing.server.EntityRules;
import dev.syncline.testing.server.ReferenceServer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * The REST backend where the server assigns whole numbers as ids and cannot tell what changed. Defends what {@link
 * RemoteBackendContract} says.
 */
class RestBackendServerIdContractTest extends RemoteBackendContract {

    @TempDir
    private Path directory;

    private ReferenceServer server;

    @BeforeEach
    void start() {
        server = ReferenceServer.on(directory.resolve("server.db"))
                .entity("note", EntityRules::serverIds)
                .start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Override
    protected RemoteBackend backend() {
        return RestBackend.at(server.url())
                .delta(Delta.none())
                .search(Search.byField())
                .build();
    }

    @Override
    protected @Nullable String idOf(int n) {
        return null;
    }
}
