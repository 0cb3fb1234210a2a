package dev.syncline.testing.server;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server that speaks the documented protocol on loopback. Its data is in a SQLite file and survives the process; opened
 * again on the same file it goes on where it was. Thread-safe.
 */
public final class ReferenceServer implements AutoCloseable {

    private static final int THREADS = 16;

    static {
        // Read once, when the first server of the JVM is made. Without it each larger answer waits for a delayed ACK.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private final Store store;
    private final Writes writes;
    private final Faults faults = new Faults();
    private final RequestJournal journal = new RequestJournal();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final RequestHandler handler;
    private final ExecutorService executor;
    private final HttpServer http;

    ReferenceServer(ServerOptions options) {
        ServerClock clock = new ServerClock(options.clock);
        String epoch = options.epoch == null ? Long.toString(clock.millis(), 36) : options.epoch;
        store = new Store(options.file, epoch);
        clock.notBefore(store.read(Reader::newestStamp));
        options.entities.values().forEach(rules -> {
            rules.unique().forEach(store::index);
            rules.references().keySet().forEach(store::index);
        });
        writes = new Writes(options, clock);
        Router router = new Router(store, new Feed(store, options.maxPage, options.fieldSearch), writes, options);
        handler = new RequestHandler(router, faults, journal, options, stopped);
        AtomicInteger number = new AtomicInteger();
        executor = Executors.newFixedThreadPool(THREADS, task -> {
            Thread thread = new Thread(task, "reference-server-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        try {
            http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), options.port), 256);
        } catch (IOException e) {
            store.close();
            executor.shutdown();
            throw new IllegalStateException("port " + options.port + " could not be opened", e);
        }
        http.createContext("/", handler);
        http.setExecutor(executor);
        http.start();
    }

    /** A server on this database file, made if it is not there. */
    public static ServerOptions on(Path file) {
        return new ServerOptions(file);
    }

    /** The base address, as {@code RestBackend.at} takes it. */
    public String url() {
        return "http://127.0.0.1:" + port() + "/v1";
    }

    /** The port it listens on. */
    public int port() {
        return http.getAddress().getPort();
    }

    /** What is to go wrong. */
    public Faults faults() {
        return faults;
    }

    /** What was asked. */
    public RequestJournal journal() {
        return journal;
    }

    /** An entity's rows, to read and to change as another client would. */
    public ServerRows rows(String entity) {
        return new ServerRows(entity, store, writes);
    }

    /** From now on only these bearer tokens are let in; none lets everybody in. */
    public void tokens(String... tokens) {
        handler.tokens(Set.of(tokens));
    }

    /** How many changes of rows were made under this key, over the database's whole life. */
    public int effects(String key) {
        return store.read(reader -> reader.effects(key));
    }

    /** The keys under which more than one change was made; empty as long as nothing took effect twice. */
    public List<String> keysAppliedTwice() {
        return store.read(Reader::keysAppliedTwice);
    }

    /** Stops at once; requests on their way get no answer. */
    @Override
    public void close() {
        stopped.countDown();
        http.stop(0);
        executor.shutdownNow();
        store.close();
    }
}
