package dev.syncline.internal.store;

import dev.syncline.config.SyncConfig;
import java.time.Duration;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Repeats a step of the opening while another connection is in the way. SQLite itself waits for most locks, but not where it could not
 * win: the change to WAL meets a writer, or a host that recovers its log. Pauses grow, and add up to the busy time-out.
 */
final class Patience {
    private static final Logger log = LoggerFactory.getLogger(Patience.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);

    private final Waiter waiter;
    private final Duration limit;

    Patience(SyncConfig config) {
        waiter = new Waiter(config.scheduler());
        limit = config.options().busyTimeout();
    }

    /** Fails as the last try did. */
    <T> T with(Supplier<T> step) {
        Duration waited = Duration.ZERO;
        Duration pause = FIRST_PAUSE;
        while (true) {
            try {
                return step.get();
            } catch (RuntimeException e) {
                if (!SqliteErrors.isBusy(e) || waited.compareTo(limit) >= 0) {
                    throw e;
                }
                log.debug("Another connection holds the file; the opening goes on in {}", pause, e);
            }
            waiter.await(pause);
            waited = waited.plus(pause);
            pause = pause.compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        }
    }
}
