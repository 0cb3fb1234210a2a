package dev.syncline.internal.engine;

import dev.syncline.progress.AbortReason;
import dev.syncline.progress.SyncResult;
import java.time.Clock;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * How loudly runs are told of in the log. An outage of a night has a run every quarter of an hour, and each of them would say the same:
 * the first is told of in full, then the second, fourth, eighth and so on, and the end with the number of those between. What is left out
 * stands there at DEBUG. Safe for any thread.
 */
final class OutageLog {
    private static final Logger log = LoggerFactory.getLogger(OutageLog.class);

    private final Clock clock;
    /** Runs in a row that did not reach the backend. */
    private int failed;

    private Instant since = Instant.MAX;
    private boolean quiet;
    private long leftOut;

    OutageLog(Clock clock) {
        this.clock = clock;
    }

    /** A run begins. */
    synchronized void begin() {
        quiet = failed > 0 && !isPowerOfTwo(failed + 1);
    }

    static boolean isPowerOfTwo(int number) {
        return Integer.bitCount(number) == 1;
    }

    /** At which level something is told that would be at this one if all were well. */
    synchronized Level level(Level usual) {
        if (!quiet) {
            return usual;
        }
        leftOut++;
        return Level.DEBUG;
    }

    /** A run has ended; one that was called off says nothing about the backend. */
    synchronized void end(SyncResult result) {
        if (result.abortReason() == AbortReason.OFFLINE) {
            if (failed++ == 0) {
                since = clock.instant();
            }
        } else if (failed > 0 && result.abortReason() == null) {
            log.info(
                    "The backend answers again; {} runs since {} did not reach it, and {} lines about them are at level DEBUG",
                    failed,
                    since,
                    leftOut);
            failed = 0;
            leftOut = 0;
            quiet = false;
        }
    }
}
