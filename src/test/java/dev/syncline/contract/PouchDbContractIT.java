package dev.syncline.contract;

import dev.syncline.backend.RemoteBackend;
import dev.syncline.backend.couchdb.CouchDbBackend;
import dev.syncline.testing.LiveServer;
import java.io.IOException;
import java.nio.file.Path;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/**
 * The CouchDB backend at a real PouchDB Server, where one can be started. Defends what {@link RemoteBackendContract} says.
 */
class PouchDbContractIT extends RemoteBackendContract {

    @TempDir
    private static Path folder;

    private static LiveServer server;
    private static int databases;

    private final OkHttpClient http = new OkHttpClient();

    @BeforeAll
    static void start() {
        server = LiveServer.start("express-pouchdb", folder);
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void makeDatabase() throws IOException {
        databases++;
        Request create = new Request.Builder()
                .url(server.url() + "/" + database())
                .put(RequestBody.EMPTY)
                .build();
        http.newCall(create).execute().close();
    }

    private static String database() {
        return "notes" + databases;
    }

    @Override
    protected RemoteBackend backend() {
        return CouchDbBackend.at(server.url()).database(entity(), database()).build();
    }
}
