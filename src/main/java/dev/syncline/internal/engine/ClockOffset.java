package dev.syncline.internal.engine;

import dev.syncline.internal.store.MetadataRepository;
import dev.syncline.internal.store.TransactionManager;
import dev.syncline.internal.store.Unit;
import java.time.Clock;
import java.time.Duration;

/**
 * How far the backend's clock is ahead of this device's, as last measured. Kept in the file, since what an earlier process froze
 * is settled before the first page of the next one tells the time. Safe for any thread.
 */
final class ClockOffset {
    private static final String KEY = "clock_offset_ms";
    private static final Duration WORTH_STORING = Duration.ofSeconds(1);

    private final MetadataRepository metadata;
    private Duration stored;
    private Duration last;

    ClockOffset(TransactionManager transactions, Clock clock) {
        metadata = new MetadataRepository(clock);
        stored = transactions.read(unit -> MetadataRepository.get(unit.handle(), KEY)
                .map(millis -> Duration.ofMillis(Long.parseLong(millis)))
                .orElse(Duration.ZERO));
        last = stored;
    }

    synchronized Duration last() {
        return last;
    }

    synchronized void note(Duration offset) {
        last = offset;
    }

    /** Stores it if it has moved; in a unit that writes anyway. */
    synchronized void store(Unit unit) {
        if (last.minus(stored).abs().compareTo(WORTH_STORING) > 0) {
            metadata.put(unit.handle(), KEY, Long.toString(last.toMillis()));
            stored = last;
        }
    }
}
