package dev.syncline.internal.engine;

import dev.syncline.config.SyncConfig;
import dev.syncline.internal.queue.IdempotencyService;
import dev.syncline.internal.store.Unit;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Forgets the keys of what was answered long ago. That reads all of them, so it is done once a day and not with each run. */
final class KeptKeys {
    private static final Logger log = LoggerFactory.getLogger(KeptKeys.class);
    private static final Duration BETWEEN = Duration.ofDays(1);

    private final IdempotencyService keys;
    private final SyncConfig config;
    private @Nullable Instant last;

    KeptKeys(SyncConfig config) {
        this.config = config;
        keys = new IdempotencyService(config.ids(), config.clock());
    }

    /** A clock that was set back counts as a day gone by. */
    synchronized void pruneWhenDue(Unit unit) {
        Instant now = config.clock().instant();
        boolean due = last == null || now.isBefore(last) || !now.isBefore(last.plus(BETWEEN));
        if (due) {
            int forgotten = keys.clearCompleted(unit.handle());
            last = now;
            log.debug("{} keys of changes that were answered long ago are forgotten", forgotten);
        }
    }
}
