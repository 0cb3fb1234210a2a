package dev.syncline.backend.rest;

import dev.syncline.backend.ChangeKind;
import dev.syncline.backend.OutgoingChange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import javax.net.ServerSocketFactory;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okio.Buffer;
import org.jspecify.annotations.Nullable;

/** A server that says what it is told to say, and the client and changes to try it with. */
final class ScriptedServer implements AutoCloseable {

    static final String TOKEN = "token-4711";
    static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");
    static final Duration PATIENCE = Duration.ofSeconds(1);

    private final MockWebServer server = new MockWebServer();

    ScriptedServer() {
        server.setServerSocketFactory(new NoDelayServerSockets());
        try {
            server.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    RestBackendBuilder client() {
        return RestBackend.at(server.url("/v1").toString())
                .bearer(() -> TOKEN)
                .clock(Clock.fixed(NOW, ZoneOffset.UTC))
                .connectTimeout(PATIENCE)
                .callTimeout(PATIENCE);
    }

    ScriptedServer says(MockResponse.Builder answer) {
        server.enqueue(answer.build());
        return this;
    }

    int requests() {
        return server.getRequestCount();
    }

    int port() {
        return server.getPort();
    }

    RecordedRequest taken() throws InterruptedException {
        return server.takeRequest();
    }

    static MockResponse.Builder json(int status, String body) {
        return json(status, new Buffer().writeUtf8(body));
    }

    static MockResponse.Builder json(int status, Buffer body) {
        return new MockResponse.Builder()
                .code(status)
                .setHeader("Content-Type", "application/json")
                .body(body);
    }

    static MockResponse.Builder status(int status) {
        return new MockResponse.Builder().code(status);
    }

    static OutgoingChange create(@Nullable String id) {
        return new OutgoingChange("note", ChangeKind.CREATE, id, Map.of("title", "private-words"), null, "key-1");
    }

    static OutgoingChange update(String id) {
        return new OutgoingChange("note", ChangeKind.UPDATE, id, Map.of("title", "private-words"), "7", "key-2");
    }

    static OutgoingChange delete(String id) {
        return new OutgoingChange("note", ChangeKind.DELETE, id, Map.of(), "7", "key-3");
    }

    @Override
    public void close() {
        server.close();
    }

    /** Without this each answer waits some 40 ms for an acknowledgement, and the tests are many. */
    private static final class NoDelayServerSockets extends ServerSocketFactory {

        @Override
        public ServerSocket createServerSocket() throws IOException {
            return new ServerSocket() {
                @Override
                public Socket accept() throws IOException {
                    Socket socket = super.accept();
                    socket.setTcpNoDelay(true);
                    return socket;
                }
            };
        }

        @Override
        public ServerSocket createServerSocket(int port) {
            throw new UnsupportedOperationException("MockWebServer binds by itself");
        }

        @Override
        public ServerSocket createServerSocket(int port, int backlog) {
            throw new UnsupportedOperationException("MockWebServer binds by itself");
        }

        @Override
        public ServerSocket createServerSocket(int port, int backlog, InetAddress address) {
            throw new UnsupportedOperationException("MockWebServer binds by itself");
        }
    }
}
