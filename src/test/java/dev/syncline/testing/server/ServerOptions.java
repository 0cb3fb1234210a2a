package dev.syncline.testing.server;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** How a {@link ReferenceServer} is to be: by default everything the protocol has, and no credentials asked for. */
public final class ServerOptions {

    final Path file;
    final Map<String, EntityRules> entities = new LinkedHashMap<>();
    int port;
    Set<String> tokens = Set.of();
    Clock clock = Clock.systemUTC();

    @Nullable
    String epoch;

    boolean idempotencyKeys = true;
    Duration keyRetention = Duration.ofHours(24);
    boolean conditionalWrites = true;
    boolean requireIfMatch = true;
    boolean batch = true;
    boolean fieldSearch = true;
    boolean gzip = true;
    int maxPage = 5000;
    int maxBatch = 1000;

    ServerOptions(Path file) {
        this.file = file;
    }

    /** The port on loopback; 0, the default, takes a free one. */
    public ServerOptions port(int port) {
        this.port = port;
        return this;
    }

    /** The bearer tokens that are let in; none, the default, lets everybody in. */
    public ServerOptions tokens(String... tokens) {
        this.tokens = Set.of(tokens);
        return this;
    }

    /** The clock of stamps and key retention; the system's by default. The JDK writes the Date header by its own. */
    public ServerOptions clock(Clock clock) {
        this.clock = clock;
        return this;
    }

    /** The name a new database gets; by default its time of creation. */
    public ServerOptions epoch(String epoch) {
        this.epoch = epoch;
        return this;
    }

    /** Rules for an entity. */
    public ServerOptions entity(String name, Consumer<EntityRules> rules) {
        rules.accept(entities.computeIfAbsent(name, n -> new EntityRules()));
        return this;
    }

    /** Whether idempotency keys are honoured; off, a repeated write is a new write. */
    public ServerOptions idempotencyKeys(boolean on) {
        idempotencyKeys = on;
        return this;
    }

    /** How long a key is remembered; 24 hours by default. */
    public ServerOptions keyRetention(Duration retention) {
        keyRetention = retention;
        return this;
    }

    /** Whether If-Match is looked at; off, every write wins. */
    public ServerOptions conditionalWrites(boolean on) {
        conditionalWrites = on;
        return this;
    }

    /** Whether an update or delete without If-Match is refused with 428. */
    public ServerOptions requireIfMatch(boolean on) {
        requireIfMatch = on;
        return this;
    }

    /** Whether there is a batch endpoint; off, it is 404. */
    public ServerOptions batch(boolean on) {
        batch = on;
        return this;
    }

    /** Whether {@code ?field=value} narrows a list; off, such parameters mean nothing. */
    public ServerOptions fieldSearch(boolean on) {
        fieldSearch = on;
        return this;
    }

    /** Whether answers are compressed for those who accept it. */
    public ServerOptions gzip(boolean on) {
        gzip = on;
        return this;
    }

    /** The largest page; a greater limit is cut to it. */
    public ServerOptions maxPage(int rows) {
        maxPage = rows;
        return this;
    }

    /** The largest batch; a larger one is 413. */
    public ServerOptions maxBatch(int operations) {
        maxBatch = operations;
        return this;
    }

    /** Starts it. */
    public ReferenceServer start() {
        return new ReferenceServer(this);
    }
}
