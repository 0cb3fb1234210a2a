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
import dev.syncline.internal.store.WalkRepository;
import dev.syncline.internal.store.WalkRepository.Phase;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what a walk over a whole table did not meet, as if the backend had told of its deletion. Looks again in the unit that
 * removes: a row that has anything unsent stays, and the conflict of one that waits for a decision learns that its other side has
 * gone. The backend is asked for each row first, unless they are many and its pages are stable: pages can shift under a walk, and
 * a list out of a cache, or of a replica that lags, lacks what was made since.
 *
 * <p>A row that stays for now, because it has something unsent or the backend did not answer for it, stays noted even when the walk
 * has ended: no cursor tells of its deletion any more. Each run asks again until it is told, or until the row is met.
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

    /** Whether a table's walk has come so far, or an earlier one left something to ask for. */
    boolean isDue(BoundTable table) {
        return transactions.read(unit -> WalkRepository.isSweepDue(unit.handle(), table.id()));
    }

    /** Sweeps a table; an interrupted sweep goes on. */
    void sweep(SyncRun run, BoundTable table) {
        boolean through = remove(run, table, isAsking(table));
        if (through && walks.phase(table).isSweeping()) {
            walks.end(table);
        }
    }

    /** Of many that stable pages lack the limit on deletions takes care. What an earlier walk left, it left to be asked for. */
    private boolean isAsking(BoundTable table) {
        Phase phase = walks.phase(table);
        return phase == Phase.DONE
                || (phase == Phase.SWEEPING && (!backend.capabilities().stablePaging() || !leavesMany(table)));
    }

    /** Removes what was not met and what the backend, asked for it, does not have. */
    void removeAsking(SyncRun run, BoundTable table) {
        remove(run, table, true);
    }

    /**
     * Asks for what a staged walk cannot tell or did not meet, where that is no proof, and adds what is said to what lies ready.
     *
     * @return what the backend did not answer for, and what is therefore not to go with the rest
     */
    Untold confirmStaged(SyncRun run, BoundTable table, Staging staging) {
        boolean parkedToo = parked.stage(run, table, staging);
        if (!isAsking(table)) {
            return new Untold(List.of(), List.of(), !parkedToo);
        }
        List<String> rows = removable(run, table, unmet(table, CHUNK)).stream()
                .map(Doubted::id)
                .toList();
        List<RemoteRecord> told = look.at(run, table, rows);
        transactions.perform(unit -> staging.keep(unit, run, table, SecondLook.living(told)));
        return new Untold(SecondLook.unanswered(rows, told), waiting.stage(run, table, staging), !parkedToo);
    }

    /**
     * What a backend did not answer for when it was asked, so that nobody knows whether it is gone.
     *
     * @param rows remote ids of rows
     * @param records remote ids of records that wait
     * @param parked whether there are other sides of conflicts too
     */
    record Untold(List<String> rows, List<String> records, boolean parked) {}

    /** Removes, and tells whether nothing is left for which there is no note. */
    private boolean remove(SyncRun run, BoundTable table, boolean ask) {
        List<Object> keys = unmet(table, CHUNK);
        if (!keys.isEmpty()) {
            log.info("Removing what the backend no longer has of {}", table);
        }
        long toGo = transactions.read(unit -> UnmetRows.count(unit.connection(), table.id()));
        while (!keys.isEmpty()) {
            run.cancellation().check();
            List<Object> some = keys;
            IdentityHashMap<Object, RemoteRecord> told = ask ? told(run, table, some) : null;
            run.noteOutcome(table, transactions.write(unit -> remove(unit, run, table, some, told, toGo)));
            Object last = some.get(some.size() - 1);
            keys = transactions.read(unit -> UnmetRows.behind(unit.connection(), table.id(), last, CHUNK));
        }
        waiting.sweep(run, table, ask);
        return parked.sweep(run, table);
    }

    /** What the backend says of those rows that would go, by the row's key. By the key itself: arrays are equal to themselves only. */
    private IdentityHashMap<Object, RemoteRecord> told(SyncRun run, BoundTable table, List<Object> keys) {
        List<Doubted> doubted = removable(run, table, keys);
        Map<String, RemoteRecord> byId = new HashMap<>();
        look.at(run, table, doubted.stream().map(Doubted::id).toList())
                .forEach(record -> byId.put(record.id(), record));
        IdentityHashMap<Object, RemoteRecord> told = new IdentityHashMap<>();
        for (Doubted row : doubted) {
            RemoteRecord record = byId.get(row.id());
            if (record != null) {
                told.put(row.key(), record);
            }
        }
        return told;
    }

    private int waiting(BoundTable table) {
        return transactions
                .read(unit -> UnmetRecords.some(unit.handle(), table.id(), ASKED_FOR + 1))
                .size();
    }

    private List<Object> unmet(BoundTable table, int most) {
        return transactions.read(unit -> UnmetRows.some(unit.connection(), table.id(), most));
    }

    /**
     * A row that would go if the backend has no record of it.
     *
     * @param key its compact key
     * @param id its remote id
     */
    private record Doubted(Object key, String id) {}

    private List<Doubted> removable(SyncRun run, BoundTable table, List<Object> keys) {
        return transactions.write(unit -> {
            List<Doubted> gone = new ArrayList<>();
            try (UnmetRow rows = new UnmetRow(unit, table, run.context(), new ApplyOutcome())) {
                for (Object key : keys) {
                    Optional<String> id = rows.removable(key);
                    (id.isPresent() ? id : rows.losingItsOtherSide(key)).ifPresent(i -> gone.add(new Doubted(key, i)));
                }
            }
            return gone;
        });
    }

    private static ApplyOutcome remove(
            Unit unit,
            SyncRun run,
            BoundTable table,
            List<Object> keys,
            @Nullable IdentityHashMap<Object, RemoteRecord> told,
            long toGo)
            throws SQLException {
        ApplyOutcome outcome = new ApplyOutcome();
        CaptureMute.on(unit.connection());
        try (UnmetRow rows = new UnmetRow(unit, table, run.context(), outcome)) {
            rows.announce(toGo);
            List<Object> through = new ArrayList<>();
            for (Object key : keys) {
                RemoteRecord record = told == null ? null : told.get(key);
                boolean settled = record != null ? rows.follow(key, record) : told == null && rows.remove(key);
                if (settled || !rows.isKnown(key)) {
                    through.add(key);
                }
            }
            rows.done(through);
        }
        CaptureMute.off(unit.connection());
        return outcome;
    }
}
