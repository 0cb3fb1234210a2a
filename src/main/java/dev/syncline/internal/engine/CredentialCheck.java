package dev.syncline.internal.engine;

import dev.syncline.exception.SyncException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Asks once, when credentials were refused, whether they hold now: the token supplier may have a newer one. Requests that were under
 * way at the same time share the answer. Thread-safe.
 */
final class CredentialCheck {
    /** So many single refusals in a row, and it is not the changes that are at fault. */
    private static final int LONE_REFUSALS = 3;

    private final Runnable probe;
    private final AtomicLong checks = new AtomicLong();
    private final AtomicInteger refusals = new AtomicInteger();
    private boolean held;

    CredentialCheck(Runnable probe) {
        this.probe = probe;
    }

    /** Taken before a request, so that a check made while it was under way counts for it. */
    long ticket() {
        return checks.get();
    }

    /** Whether the backend takes the credentials now; asked at most once for each request. */
    synchronized boolean holdNow(long ticket) {
        if (checks.get() == ticket) {
            held = ask();
            checks.incrementAndGet();
        }
        return held;
    }

    private boolean ask() {
        try {
            probe.run();
            return true;
        } catch (SyncException refusedOrUnreachable) {
            // Either way nothing says that the credentials hold, and the first refusal stands.
            return false;
        }
    }

    /** Notes that a call was served. */
    void served() {
        refusals.set(0);
    }

    /** Notes that one call was refused although the credentials hold; true while that may be the fault of single changes. */
    boolean isLoneRefusal() {
        return refusals.incrementAndGet() < LONE_REFUSALS;
    }
}
