package dev.syncline.internal.engine;

import dev.syncline.config.ConnectivityMonitor.Link;
import dev.syncline.config.SyncConfig;
import dev.syncline.exception.AuthenticationException;
import dev.syncline.exception.SyncException;
import io.reactivex.rxjava3.disposables.SerialDisposable;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a run has a chance: the link as the host's monitor tells it, and whether the backend answered last. Only the backend's own
 * answer counts as a connection, so a login page of the network in between is none. Safe for any thread.
 */
final class Reachability implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Reachability.class);

    /** A link that comes and goes is waited for until it has settled. */
    static final long SETTLED_MILLIS = 500;

    private final SyncConfig config;
    private final Supplier<Optional<SyncException>> probe;
    private final SerialDisposable watching = new SerialDisposable();
    private volatile Link link = Link.UNMETERED;
    private volatile boolean silent;
    /** Whether the link was down since the last reconnection was told. */
    private boolean wasDown;

    Reachability(SyncConfig config, Supplier<Optional<SyncException>> probe) {
        this.config = config;
        this.probe = probe;
    }

    /**
     * Begins to watch the link.
     *
     * @param reconnected told on the configured scheduler when a link is there again and has settled; whether the backend answers
     *     is still to be found out
     */
    void begin(Runnable reconnected) {
        watching.set(config.connectivity()
                .watch()
                .doOnNext(this::note)
                // A link that has always been there needs no time to settle.
                .filter(now -> hasBeenDown())
                .onBackpressureLatest()
                .debounce(SETTLED_MILLIS, TimeUnit.MILLISECONDS, config.scheduler())
                .subscribe(
                        settled -> {
                            if (takeReconnection(settled)) {
                                reconnected.run();
                            }
                        },
                        failure -> log.error(
                                "The connectivity monitor failed; its last link, {}, is taken to stay", link, failure),
                        () -> log.debug("The connectivity monitor has ended with the link {}", link)));
    }

    private synchronized void note(Link now) {
        if (now != link) {
            log.info("The link is {} now", now);
        }
        wasDown |= now == Link.DOWN;
        link = now;
    }

    private synchronized boolean hasBeenDown() {
        return wasDown;
    }

    private synchronized boolean takeReconnection(Link settled) {
        boolean back = wasDown && settled != Link.DOWN;
        wasDown &= !back;
        return back;
    }

    /** A run has ended; tells whether the backend answered it. */
    void note(boolean answered) {
        silent = !answered;
    }

    boolean isLinkUp() {
        return link != Link.DOWN;
    }

    boolean isUnmetered() {
        return link == Link.UNMETERED;
    }

    /** Whether the backend can be reached; asks it if it did not answer last. Blocks as long as one request may take. */
    boolean findOut() {
        if (isLinkUp() && silent) {
            Optional<SyncException> failure = probe.get();
            // Who refuses credentials has answered.
            silent = failure.isPresent() && !(failure.get() instanceof AuthenticationException);
            failure.ifPresent(why -> log.debug("The backend still cannot be reached", why));
        }
        return isLinkUp() && !silent;
    }

    /** The link is back: what was known of the backend was known over another one. */
    boolean findOutAnew() {
        silent = true;
        return findOut();
    }

    @Override
    public void close() {
        watching.dispose();
    }
}
