package dev.syncline.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * A real server of somebody else's, started by a script that lies beside the project; where there is none, or it does not come up,
 * the test that wants it is skipped.
 */
public final class LiveServer implements AutoCloseable {

    private static final Path SCRIPTS = Path.of("..", "shared", "servers");
    /** The first start downloads the server; one that takes longer for it is met from the second start on. */
    private static final long PATIENCE_SECONDS = 120;

    private final Path folder;
    private final int port;

    private LiveServer(Path folder, int port) {
        this.folder = folder;
        this.port = port;
    }

    /** Starts a server, or skips the test. */
    public static LiveServer start(String name, Path folder) {
        Path script = SCRIPTS.resolve("start-" + name + ".sh");
        assumeTrue(Files.exists(script), () -> "no script starts " + name + " on this machine");
        try {
            // A database that gives up its privileges has to find its way there.
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
            int port = freePort();
            Process start = new ProcessBuilder("bash", script.toString(), Integer.toString(port), folder.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("start.log").toFile())
                    .start();
            LiveServer server = new LiveServer(folder, port);
            if (!start.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || start.exitValue() != 0) {
                start.destroyForcibly();
                server.close();
                Assumptions.abort(name + " does not come up on this machine");
            }
            return server;
        } catch (IOException e) {
            throw new IllegalStateException("the script for " + name + " could not be run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    public String url() {
        return "http://127.0.0.1:" + port;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        try {
            new ProcessBuilder("bash", SCRIPTS.resolve("stop.sh").toString(), folder.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("stop.log").toFile())
                    .start()
                    .waitFor(10, TimeUnit.SECONDS);
        } catch (IOException e) {
            throw new IllegalStateException("the server could not be stopped", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
