package dev.syncline.internal.engine;

import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.store.CursorRepository;
import dev.syncline.internal.store.DeletionRepository;
import dev.syncline.internal.store.HoldingRepository;
import dev.syncline.internal.store.HoldingRepository.Reason;
import dev.syncline.internal.store.OperationRepository;
import dev.syncline.internal.store.ReadingRepository;
import dev.syncline.internal.store.StagedRecords;
import dev.syncline.internal.store.SyncOperation.Status;
import dev.syncline.internal.store.TransactionManager;
import dev.syncline.internal.store.Unit;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells which tables, declared to change rarely, a pull may leave out because they were read not long ago. {@link #force} is safe for
 * any thread; the rest belongs to the run thread.
 */
final class Freshness {
    private static final Logger log = LoggerFactory.getLogger(Freshness.class);

    private final TransactionManager transactions;
    private final Clock clock;
    /** Asked for since their last reading began; a reading that is under way is not what was asked for. */
    private final Set<BoundTable> forced = ConcurrentHashMap.newKeySet();

    Freshness(TransactionManager transactions, Clock clock) {
        this.transactions = transactions;
        this.clock = clock;
    }

    /** Has the next pull read a table, however fresh it is; kept in the file until a reading came through. */
    void force(BoundTable table) {
        forced.add(table);
        transactions.perform(unit -> ReadingRepository.forgetRead(unit.handle(), table.id()));
    }

    /** Whether a pull may leave a table out. */
    boolean isFresh(SyncRun run, BoundTable table) {
        Duration limit = table.spec().freshFor();
        if (limit == null || forced.contains(table) || run.answersToldLess(table)) {
            return false;
        }
        boolean fresh = transactions.read(unit -> {
            Instant readAt = ReadingRepository.readAt(unit.handle(), table.id()).orElse(null);
            return isWithin(readAt, clock.instant(), limit) && !isUnfinished(unit, table);
        });
        if (fresh) {
            log.debug("{} was read less than {} ago and is left out", table, limit);
        }
        return fresh;
    }

    /**
     * Whether less than a time has passed. A clock that was set back tells nothing of how long ago it was, so that is not fresh.
     *
     * @param readAt when the last reading began; null if there was none
     * @param now this device's clock
     * @param limit the time
     */
    static boolean isWithin(@Nullable Instant readAt, Instant now, Duration limit) {
        return readAt != null
                && !now.isBefore(readAt)
                && Duration.between(readAt, now).compareTo(limit) < 0;
    }

    /** A walk that is not through, a change whose lost answer may be among the records, deletions that the host has allowed. */
    private static boolean isUnfinished(Unit unit, BoundTable table) {
        return CursorRepository.find(unit.handle(), table.id()).walking()
                || StagedRecords.isWanted(unit.handle(), table.id())
                || StagedRecords.isUnderWay(unit.handle(), table.id())
                || !OperationRepository.list(unit.handle(), table.id(), Status.PROCESSING)
                        .isEmpty()
                || DeletionRepository.isAllowed(unit.handle(), table.id());
    }

    /**
     * Whether a record of another table waits for a parent and may wait for one of this table. One that already waited when this table
     * was last read waits for something else, or for what does not exist; it does not have the table read again and again.
     */
    boolean isMissed(BoundTable table) {
        return transactions.read(unit -> {
            long readAt = ReadingRepository.readAt(unit.handle(), table.id())
                    .map(Instant::toEpochMilli)
                    .orElse(0L);
            return table.children().stream()
                    .anyMatch(child ->
                            HoldingRepository.isWaitingSince(unit.handle(), child.id(), Reason.PARENT, readAt));
        });
    }

    /** Reads a table, and notes that if it came to its end. */
    void reading(SyncRun run, BoundTable table, Runnable read) {
        Duration limit = table.spec().freshFor();
        Instant begun = clock.instant();
        forced.remove(table);
        read.run();
        if (limit != null && !run.isTimeUp() && !forced.contains(table)) {
            transactions.perform(unit -> ReadingRepository.noteRead(unit.handle(), table.id(), begun));
        }
    }
}
