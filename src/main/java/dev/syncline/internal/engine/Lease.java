package dev.syncline.internal.engine;

import dev.syncline.internal.store.LeaseRepository;
import dev.syncline.internal.store.LeaseRepository.LeaseRow;
import dev.syncline.internal.store.TransactionManager;
import dev.syncline.internal.store.Unit;
import dev.syncline.progress.AbortReason;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The right to synchronize the file, which one run at a time has, over all processes. It is taken with the run's first write and
 * looked at inside each further one: a run that was stopped and has been overtaken meanwhile changes nothing when it wakes up. Any
 * sign of life of the run renews it, and a heartbeat while it waits; what a run reads needs no right.
 *
 * <p>{@link #begin} and {@link #end} belong to the run thread; the rest is safe for any thread.
 */
final class Lease implements AutoCloseable {
    /** How long a process that was stopped keeps others out. */
    static final Duration LASTS = Duration.ofMinutes(2);
    /** Twice before it would be renewed anyway, so that one which comes late or meets a busy file does not matter. */
    static final Duration BEATS_EVERY = LASTS.dividedBy(4);

    private static final Logger log = LoggerFactory.getLogger(Lease.class);

    private final TransactionManager transactions;
    private final Clock clock;
    private final Heartbeat heartbeat;
    private final String name = LiveEngines.enter();
    /** The run under way, and the thread whose writes are its own; those of the host's threads need no lease. */
    private volatile @Nullable SyncRun run;

    private volatile @Nullable Thread runner;
    /** The token that was last given when the run began: if another run came in between, what this one read is stale. */
    private volatile long seen;
    /** The token that this run was given; 0 before its first write. */
    private volatile long mine;
    /** Until when the lease was last renewed, as far as is known without a look. */
    private volatile long lasts;

    Lease(TransactionManager transactions, Clock clock, Heartbeat heartbeat) {
        this.transactions = transactions;
        this.clock = clock;
        this.heartbeat = heartbeat;
        transactions.afterBegin(this::require);
    }

    /**
     * A run begins on this thread.
     *
     * @throws Cancellation.CancelledException if another process runs now
     */
    void begin(SyncRun begun) {
        LeaseRow row = transactions.read(LeaseRepository::read);
        mine = 0;
        seen = row.token();
        run = begun;
        if (isHeldElsewhere(row)) {
            throw overtaken(begun, row, "is synchronizing the file");
        }
        runner = Thread.currentThread();
    }

    /** The run has ended: gives back what it took. */
    void end() {
        if (run == null) {
            return;
        }
        heartbeat.end();
        try {
            if (mine != 0) {
                transactions.perform(unit -> {
                    LeaseRow row = LeaseRepository.read(unit);
                    if (isMine(row)) {
                        LeaseRepository.write(unit, new LeaseRow(null, row.token(), 0));
                    }
                });
            }
        } catch (Cancellation.CancelledException overtaken) {
            log.debug("The lease has gone to another process already");
        } catch (RuntimeException | Error e) {
            log.warn("The lease could not be given back; the next run of this process takes it over", e);
        } finally {
            run = null;
            runner = null;
            mine = 0;
        }
    }

    /**
     * Comes before each call to the backend: a sign of life, and the end for a run that was overtaken. What only reads looks at the
     * file no oftener than the lease has to be renewed.
     *
     * @param sends whether something is to be changed at the backend
     * @throws Cancellation.CancelledException if something is, and another process has taken over
     */
    void beforeCall(boolean sends) {
        SyncRun now = run;
        if (now == null || mine == 0 || (!sends && !isHalfOver(lasts))) {
            return;
        }
        LeaseRow row = transactions.read(LeaseRepository::read);
        if (sends && !isMine(row)) {
            throw overtaken(now, row, "has taken over");
        }
        keep(row);
    }

    /** However long one call to the backend takes, a run that lives keeps what it holds. */
    private void beat() {
        if (mine != 0) {
            keep(transactions.read(LeaseRepository::read));
        }
    }

    private void keep(LeaseRow row) {
        if (isMine(row) && isHalfOver(row.expiresAt())) {
            transactions.perform(this::renew);
        }
    }

    /** First thing in each unit that writes. */
    private void require(Unit unit) throws SQLException {
        SyncRun now = run;
        if (now != null && Thread.currentThread().equals(runner) && !renew(unit)) {
            take(unit, now);
        }
    }

    private boolean renew(Unit unit) throws SQLException {
        LeaseRow row = LeaseRepository.read(unit);
        if (isMine(row) && isHalfOver(row.expiresAt())) {
            lasts = expiry();
            LeaseRepository.write(unit, new LeaseRow(name, row.token(), lasts));
        }
        return isMine(row);
    }

    /** If the unit is rolled back the row is as it was, and the next one takes it again under the same token. */
    private void take(Unit unit, SyncRun now) throws SQLException {
        LeaseRow row = LeaseRepository.read(unit);
        if (row.token() != seen || isHeldElsewhere(row)) {
            throw overtaken(now, row, row.owner() == null ? "has synchronized it meanwhile" : "has taken over");
        }
        lasts = expiry();
        LeaseRepository.write(unit, new LeaseRow(name, seen + 1, lasts));
        mine = seen + 1;
        heartbeat.begin(this::beat);
        log.debug("Run {} holds lease {} of the file", now.id(), mine);
    }

    private boolean isMine(LeaseRow row) {
        return name.equals(row.owner()) && row.token() == mine;
    }

    private boolean isHeldElsewhere(LeaseRow row) {
        String owner = row.owner();
        if (owner == null || owner.equals(name) || LiveEngines.isGone(owner)) {
            return false;
        }
        Duration left = Duration.ofMillis(row.expiresAt() - clock.millis());
        // One that lasts much longer than any could was written by a clock that has been set back since.
        return !left.isNegative() && !left.isZero() && left.compareTo(LASTS.multipliedBy(2)) <= 0;
    }

    private boolean isHalfOver(long expiresAt) {
        return Duration.ofMillis(expiresAt - clock.millis())
                        .minus(LASTS.dividedBy(2))
                        .isNegative()
                || expiresAt > expiry();
    }

    private long expiry() {
        return clock.millis() + LASTS.toMillis();
    }

    private static Cancellation.CancelledException overtaken(SyncRun run, LeaseRow row, String how) {
        log.info(
                "Run {} ends: another process ({}) {}; its lease is number {}",
                run.id(),
                Optional.ofNullable(row.owner()).orElse("done since"),
                how,
                row.token());
        return run.cancellation().end(AbortReason.OTHER_PROCESS);
    }

    /** From now on whoever finds this engine's name in the file knows that it is gone. */
    @Override
    public void close() {
        heartbeat.end();
        LiveEngines.leave(name);
    }
}
