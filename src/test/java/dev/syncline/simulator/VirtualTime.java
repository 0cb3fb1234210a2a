package dev.syncline.simulator;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** The time of a simulated world. It stands still until something takes some; clocks of devices may show another one. */
final class VirtualTime {
    private Instant now = Instant.parse("2026-03-01T08:00:00Z");

    Instant now() {
        return now;
    }

    void pass(Duration time) {
        now = now.plus(time);
    }

    /** A clock that is off by as much as can be changed later. */
    Skewed clock() {
        return new Skewed();
    }

    /** A device's clock: right, early or late. */
    final class Skewed extends Clock {
        private Duration offset = Duration.ZERO;

        /** Sets the clock; tells whether it went back. */
        boolean jumps(Duration offset) {
            boolean back = offset.compareTo(this.offset) < 0;
            this.offset = offset;
            return back;
        }

        @Override
        public Instant instant() {
            return now.plus(offset);
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException("the simulator tells the time in UTC");
        }
    }
}
