package dev.syncline.contract;

import dev.syncline.backend.RemoteBackend;
import dev.syncline.backend.couchdb.CouchDbBackend;
import dev.syncline.testing.couch.CouchServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The CouchDB backend at one node, whose sequences are numbers. Defends what {@link RemoteBackendContract} says. */
class CouchDbNodeContractTest extends RemoteBackendContract {

    private CouchServer server;

    @BeforeEach
    void start() {
        server = CouchServer.node().create(entity());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Override
    protected RemoteBackend backend() {
        return CouchDbBackend.at(server.url()).build();
    }
}
