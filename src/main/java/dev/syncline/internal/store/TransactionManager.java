package dev.syncline.internal.store;

import dev.syncline.exception.StorageException;
import dev.syncline.exception.SyncException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs units of work on the one writing connection: {@code BEGIN IMMEDIATE}, the work, {@code COMMIT}. A unit that meets a
 * busy file or a stale snapshot is repeated whole; a unit inside a unit is a savepoint, a look inside a look is part of it.
 *
 * <p>Safe for any thread; writers wait for each other, and so do readers. No unit waits for the network.
 */
public final class TransactionManager {
    private static final Logger log = LoggerFactory.getLogger(TransactionManager.class);
    private static final int TRIES = 5;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(20);
    private static final String ALIVE = "syncline_alive";
    private static final String NORMAL = "NORMAL";
    private static final String FULL = "FULL";
    private static final String COMMIT = "COMMIT";

    private final SyncDatabase database;
    private final Waiter waiter;
    private final ReentrantLock writing = new ReentrantLock();
    private final ReentrantLock reading = new ReentrantLock();
    private @Nullable Unit current;
    private boolean durable;
    private @Nullable Unit snapshot;
    private volatile Effect guard = unit -> {};
    private volatile Effect entry = unit -> {};
    private volatile Runnable stored = () -> {};

    /**
     * Makes a manager for one open database.
     *
     * @param database the database
     * @param waiter what pauses between two tries of a busy unit
     */
    public TransactionManager(SyncDatabase database, Waiter waiter) {
        this.database = database;
        this.waiter = waiter;
    }

    /**
     * Sets what comes first in each unit that writes, behind the write lock of the file.
     *
     * @param first fails if the unit must not be; it is then rolled back
     */
    public void afterBegin(Effect first) {
        entry = first;
    }

    /**
     * Sets what has to hold whenever a unit that writes is about to be stored.
     *
     * @param check fails if it does not hold; the unit is then rolled back
     */
    public void beforeCommit(Effect check) {
        guard = check;
    }

    /**
     * Sets what is told of each unit that was stored, once the next one may begin.
     *
     * @param listener quick, and never throws
     */
    public void afterCommit(Runnable listener) {
        stored = listener;
    }

    /**
     * Runs work that writes. When it returns normally everything is stored and survives a killed process; a power cut may
     * take the last units as a whole.
     *
     * @param work the work; may run several times, so it has no other effect than on the database
     * @param <T> what it gives
     * @return what the work gave
     * @throws StorageException if the unit could not be stored; nothing of it is
     */
    public <T extends @Nullable Object> T write(Work<T> work) {
        return inUnit(work, NORMAL);
    }

    /**
     * Runs work that writes and gives nothing back.
     *
     * @param effect as for {@link #write}
     * @throws StorageException if the unit could not be stored; nothing of it is
     */
    public void perform(Effect effect) {
        write(unit -> {
            effect.in(unit);
            return Boolean.TRUE;
        });
    }

    /**
     * Runs work that writes and returns when it is on the disk, so that a power cut does not take it either.
     *
     * @param work as for {@link #write}
     * @param <T> what it gives
     * @return what the work gave
     * @throws StorageException if the unit could not be stored; nothing of it is
     * @throws IllegalStateException inside a unit that is not durable
     */
    public <T extends @Nullable Object> T writeDurably(Work<T> work) {
        return inUnit(work, FULL);
    }

    /**
     * Runs work that writes, and takes all of it back, to learn what it would do.
     *
     * @param work as for {@link #write}
     * @param <T> what it gives
     * @return what the work gave
     * @throws StorageException if the unit could not be run
     * @throws IllegalStateException inside another unit
     */
    public <T extends @Nullable Object> T rehearse(Work<T> work) {
        writing.lock();
        try {
            if (current != null) {
                throw new IllegalStateException("a rehearsal cannot run inside another unit; nothing was done");
            }
            return repeated(() -> {
                Unit unit = new Unit(database.writer());
                current = unit;
                try {
                    return transaction(work, unit, true, "ROLLBACK", "BEGIN IMMEDIATE");
                } finally {
                    current = null;
                }
            });
        } finally {
            writing.unlock();
        }
    }

    /**
     * Runs work that only reads, on one snapshot. It waits for no writer.
     *
     * @param work the work
     * @param <T> what it gives
     * @return what the work gave
     * @throws StorageException if the file could not be read
     */
    public <T extends @Nullable Object> T read(Work<T> work) {
        if (writing.isHeldByCurrentThread() && current != null) {
            // Inside a unit its own changes are wanted, not the last committed state.
            return call(work, current);
        }
        reading.lock();
        try {
            return snapshot == null ? repeated(() -> look(work)) : call(work, snapshot);
        } finally {
            reading.unlock();
        }
    }

    private <T extends @Nullable Object> T look(Work<T> work) {
        Unit unit = new Unit(database.reader());
        snapshot = unit;
        try {
            // Nothing is lost with a look that ends too early, so no savepoint keeps watch over it.
            return transaction(work, unit, false, COMMIT, "BEGIN");
        } finally {
            snapshot = null;
        }
    }

    private <T extends @Nullable Object> T inUnit(Work<T> work, String synchronous) {
        T result;
        writing.lock();
        try {
            if (current != null) {
                refuseLessDurable(synchronous);
                return nested(work, current);
            }
            result = repeated(() -> once(work, synchronous));
        } finally {
            writing.unlock();
        }
        stored.run();
        return result;
    }

    /** The outer unit decides when its changes reach the disk, so the inner one could not keep its promise. */
    private void refuseLessDurable(String wanted) {
        if (wanted.equals(FULL) && !durable) {
            throw new IllegalStateException("a durable unit cannot run inside one that is not; nothing of it was done");
        }
    }

    private <T extends @Nullable Object> T repeated(Supplier<T> unit) {
        for (int attempt = 1; ; attempt++) {
            try {
                return unit.get();
            } catch (RuntimeException e) {
                if (!SqliteErrors.isBusy(e) || attempt == TRIES) {
                    log.warn("Unit rolled back, nothing of it is stored", e);
                    throw asStorage(e);
                }
                log.warn("Another writer held the database; the unit is repeated (try {} of {})", attempt, TRIES, e);
                waiter.await(FIRST_PAUSE.multipliedBy(1L << attempt));
            }
        }
    }

    private <T extends @Nullable Object> T once(Work<T> work, String synchronous) {
        Unit unit = new Unit(database.writer());
        current = unit;
        durable = synchronous.equals(FULL);
        try {
            // Inside a transaction the PRAGMA would be ignored, so it is set before.
            return transaction(
                    open -> {
                        entry.in(open);
                        T result = work.in(open);
                        guard.in(open);
                        return result;
                    },
                    unit,
                    true,
                    COMMIT,
                    "PRAGMA synchronous = " + synchronous,
                    "BEGIN IMMEDIATE");
        } finally {
            current = null;
        }
    }

    private <T extends @Nullable Object> T transaction(
            Work<T> work, Unit unit, boolean writes, String end, String... begin) {
        begin(unit, begin);
        try {
            if (writes) {
                run(unit, "SAVEPOINT " + ALIVE);
            }
            T result = call(work, unit);
            if (writes) {
                // Fails if the transaction has vanished, where COMMIT alone would look fine to the driver.
                run(unit, "RELEASE " + ALIVE);
            }
            run(unit, end);
            log.trace(end.equals(COMMIT) ? "Unit committed" : "Unit rehearsed and taken back");
            return result;
        } catch (RuntimeException | Error e) {
            rollback(unit, e);
            throw e;
        } finally {
            unit.release();
        }
    }

    private void begin(Unit unit, String... statements) {
        try {
            for (String statement : statements) {
                run(unit, statement);
            }
        } catch (RuntimeException e) {
            if (!SqliteErrors.isBusy(e)) {
                // Nothing has begun, but a connection that cannot begin would fail every unit after this one too.
                database.discard(unit.handle());
            }
            throw e;
        }
    }

    private <T extends @Nullable Object> T nested(Work<T> work, Unit unit) {
        run(unit, "SAVEPOINT syncline_nested");
        try {
            T result = call(work, unit);
            run(unit, "RELEASE syncline_nested");
            return result;
        } catch (RuntimeException | Error e) {
            if (e instanceof Unit.UnitLostException || e.getCause() instanceof Unit.UnitLostException) {
                // There is nothing to go back to; who ended the transaction must not be lost on the way out.
                throw e;
            }
            try {
                unit.execute("ROLLBACK TO syncline_nested");
                unit.execute("RELEASE syncline_nested");
            } catch (SQLException gone) {
                throw unit.lost(gone, e);
            }
            throw e;
        }
    }

    private void rollback(Unit unit, Throwable reason) {
        try {
            unit.execute("ROLLBACK");
        } catch (SQLException e) {
            // Either SQLite rolled back already, or the connection is in a state nobody knows: a new one is right for
            // both.
            reason.addSuppressed(e);
            database.discard(unit.handle());
        }
    }

    private static <T extends @Nullable Object> T call(Work<T> work, Unit unit) {
        try {
            return work.in(unit);
        } catch (SQLException e) {
            throw new FailedStatement(e);
        }
    }

    private static void run(Unit unit, String sql) {
        try {
            unit.execute(sql);
        } catch (SQLException e) {
            throw new FailedStatement(e);
        }
    }

    private RuntimeException asStorage(RuntimeException e) {
        if (e instanceof SyncException) {
            // The work itself has said what happened.
            return e;
        }
        if (SqliteErrors.isDamage(e)) {
            return FileHealth.damaged(database.file(), database.clock().instant(), e);
        }
        if (e instanceof Unit.UnitLostException || SqliteErrors.find(e).isPresent()) {
            boolean busy = SqliteErrors.isBusy(e);
            return new StorageException(
                    busy
                            ? "the database stayed locked by another writer for " + TRIES
                                    + " tries; nothing of the unit"
                                    + " is stored. End the long write transaction that holds it"
                            : "the database refused a unit of work, nothing of it is stored: "
                                    + SqliteErrors.find(e)
                                            .map(SQLException::getMessage)
                                            .orElse(e.getMessage()),
                    busy,
                    database.clock().instant(),
                    e);
        }
        return e;
    }

    /**
     * Work on the database.
     *
     * @param <T> what it gives
     */
    @FunctionalInterface
    public interface Work<T extends @Nullable Object> {
        /**
         * Does the work.
         *
         * @param unit the open unit
         * @return the result
         * @throws SQLException if a statement fails; the unit is then rolled back
         */
        T in(Unit unit) throws SQLException;
    }

    /** Work that gives nothing back. */
    @FunctionalInterface
    public interface Effect {
        /**
         * Does the work.
         *
         * @param unit the open unit
         * @throws SQLException if a statement fails; the unit is then rolled back
         */
        void in(Unit unit) throws SQLException;
    }

    private static final class FailedStatement extends RuntimeException {
        private static final long serialVersionUID = 1L;

        FailedStatement(SQLException cause) {
            super(cause);
        }
    }
}
