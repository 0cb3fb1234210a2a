package dev.syncline.testing.server;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** The server's time as it stamps rows: microseconds, never going back, or an "updated since" feed would skip rows. */
final class ServerClock {

    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private final Clock clock;
    private Instant last = Instant.MIN;
    private String text = "";

    ServerClock(Clock clock) {
        this.clock = clock;
    }

    long millis() {
        return clock.millis();
    }

    Instant now() {
        return clock.instant();
    }

    /** Goes on after the newest stamp of an earlier process, should this one's clock be behind. */
    synchronized void notBefore(String stamp) {
        if (!stamp.isEmpty()) {
            last = Instant.parse(stamp);
            text = stamp;
        }
    }

    /** The time for a row that is changed now. */
    synchronized String stamp() {
        Instant now = clock.instant();
        if (now.isAfter(last)) {
            last = now;
            text = STAMP.format(now);
        }
        return text;
    }

    /** A time in the form of a stamp, so that the two compare as text. */
    static String stamp(Instant time) {
        return STAMP.format(time);
    }
}
