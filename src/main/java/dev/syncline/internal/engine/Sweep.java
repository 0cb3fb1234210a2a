package dev.syncline.internal.engine;

import dev.syncline.backend.RemoteRecord;
import dev.syncline.internal.capture.CaptureMute;
import dev.syncline.internal.record.ApplyOutcome;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.record.UnmetRow;
import dev.syncline.internal.store.TransactionManager;
import dev.syncline.internal.store.Unit;
import dev.syncline.internal.store.UnmetRecords;
import dev.syncline.internal.store.UnmetRows;
import dev.syncline.internal.store.WalkRepository.Phase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what a walk over a whole table did not meet, as if the backend had told of its deletion. Looks again in the unit that
 * removes: a row that has anything unsent stays, and the conflict of one that waits for a decision learns that its other side has
 * gone. The backend is asked for each row first, unless they are many and its pages are stable: pages can shift under a walk, and
 * a list out of a cache, or of a replica that lags, lacks what was made since.
 */
final class Sweep {
    private static final Logger log = LoggerFactory.getLogger(Sweep.class);

    /** Rows in one unit, so that no write of the host's waits long. */
    private static final int CHUNK = 500;

    /** Beyond this many it takes too long to ask for each row. */
    private static final int ASKED_FOR = 200;

    private final TransactionManager transactions;
    private final ResilientBackend backend;
    private final Walks walks;
    private final SecondLook look;
    private final WaitingSweep waiting;
    private final ParkedSweep parked;

    Sweep(TransactionManager transactions, ResilientBackend backend, Walks walks) {
        this.transactions = transactions;
        this.backend = backend;
        this.walks = walks;
        look = new SecondLook(backend);
        waiting = new WaitingSweep(transactions, look);
        parked = new ParkedSweep(transactions, look);
    }

    /** Whether so much was not met in pages that can shift that they had better be read again. */
    boolean isDoubtful(BoundTable table) {
        return walks.phase(table) == Phase.SWEEPING && !backend.capabilities().stablePaging() && leavesMany(table);
    }

    /** Whether so much was not met that asking for each takes longer than reading once more. */
    boolean leavesMany(BoundTable table) {
        return unmet(table, ASKED_FOR + 1).size() + waiting(table) > ASKED_FOR;
    }

    /** Sweeps a table if its walk has come so far; an interrupted sweep goes on. */
    void sweep(SyncRun run, BoundTable table) {
        Phase phase = walks.phase(table);
        if (!phase.isSweeping()) {
            return;
        }
        // Of many that stable pages lack the limit on deletions takes care.
        boolean ask = phase == Phase.SWEEPING && (!backend.capabilities().stablePaging() || !leavesMany(table));
        remove(run, table, ask);
        walks.end(table);
    }

    /** Removes what was not met and what the backend, asked for it, does not have. */
    void removeAsking(SyncRun run, BoundTable table) {
        remove(run, table, true);
    }

    /** Asks for what a staged walk cannot tell or did not meet, where that is no proof, and adds what is said to what lies ready. */
    void confirmStaged(SyncRun run, BoundTable table, Staging staging) {
        parked.stage(run, table, staging);
        boolean ask =
                walks.phase(table) == Phase.SWEEPING && !backend.capabilities().stablePaging();
        List<Object> keys = ask ? unmet(table, CHUNK) : List.of();
        if (keys.isEmpty()) {
            return;
        }
        List<String> asked = removable(run, table, keys);
        List<RemoteRecord> told = look.at(run, table, asked);
        transactions.perform(unit -> {
            staging.keep(unit, run, table, told);
            Set<String> unanswered = new HashSet<>(asked);
            told.forEach(record -> unanswered.remove(record.id()));
            try (UnmetRow rows = new UnmetRow(unit, table, run.context(), new ApplyOutcome())) {
                rows.met(List.copyOf(unanswered));
            }
        });
    }

    private void remove(SyncRun run, BoundTable table, boolean ask) {
        List<Object> keys = unmet(table, CHUNK);
        if (!keys.isEmpty()) {
            log.info("Removing what the backend no longer has of {}", table);
        }
        long toGo = transactions.read(unit -> UnmetRows.count(unit.connection(), table.id()));
        while (!keys.isEmpty()) {
            run.cancellation().check();
            List<Object> some = keys;
            List<RemoteRecord> told = ask ? confirmed(run, table, some) : List.of();
            ApplyOutcome outcome = transactions.write(unit -> remove(unit, run, table, some, ask ? told : null, toGo));
            run.noteOutcome(table, outcome);
            keys = unmet(table, CHUNK);
        }
        waiting.sweep(run, table, ask);
        parked.sweep(run, table);
    }

    private int waiting(BoundTable table) {
        return transactions
                .read(unit -> UnmetRecords.some(unit.handle(), table.id(), ASKED_FOR + 1))
                .size();
    }

    private List<Object> unmet(BoundTable table, int most) {
        return transactions.read(unit -> UnmetRows.some(unit.connection(), table.id(), most));
    }

    /** What the backend says of each row that would go. A row it does not answer for stays until the next walk. */
    private List<RemoteRecord> confirmed(SyncRun run, BoundTable table, List<Object> keys) {
        return look.at(run, table, removable(run, table, keys));
    }

    private List<String> removable(SyncRun run, BoundTable table, List<Object> keys) {
        return transactions.write(unit -> {
            List<String> gone = new ArrayList<>();
            try (UnmetRow rows = new UnmetRow(unit, table, run.context(), new ApplyOutcome())) {
                for (Object key : keys) {
                    Optional<String> id = rows.removable(key);
                    (id.isPresent() ? id : rows.losingItsOtherSide(key)).ifPresent(gone::add);
                }
            }
            return gone;
        });
    }

    private static ApplyOutcome remove(
            Unit unit, SyncRun run, BoundTable table, List<Object> keys, @Nullable List<RemoteRecord> told, long toGo)
            throws SQLException {
        ApplyOutcome outcome = new ApplyOutcome();
        CaptureMute.on(unit.connection());
        try (UnmetRow rows = new UnmetRow(unit, table, run.context(), outcome)) {
            rows.announce(toGo);
            if (told == null) {
                for (Object key : keys) {
                    rows.remove(key);
                }
            } else {
                for (RemoteRecord record : told) {
                    rows.follow(record);
                }
            }
            rows.done(keys);
        }
        CaptureMute.off(unit.connection());
        return outcome;
    }
}
