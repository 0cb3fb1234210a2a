package dev.syncline.internal.engine;

import dev.syncline.backend.RemoteRecord;
import dev.syncline.internal.capture.CaptureMute;
import dev.syncline.internal.record.ApplyOutcome;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.record.UnmetRecord;
import dev.syncline.internal.store.TransactionManager;
import dev.syncline.internal.store.Unit;
import dev.syncline.internal.store.UnmetRecords;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lets records go that wait, have no row here, and that a walk over the whole table was not told of. They would else wait for ever:
 * no page tells of their end any more.
 */
final class WaitingSweep {
    /** Records in one unit, so that no write of the host's waits long. */
    private static final int CHUNK = 500;

    private final TransactionManager transactions;
    private final SecondLook look;

    WaitingSweep(TransactionManager transactions, SecondLook look) {
        this.transactions = transactions;
        this.look = look;
    }

    /**
     * Sweeps. A record that the backend does not answer for keeps its mark.
     *
     * @param run the run
     * @param table the table
     * @param ask whether the backend is asked for each record first
     */
    void sweep(SyncRun run, BoundTable table, boolean ask) {
        List<String> ids = unmet(table, "");
        while (!ids.isEmpty()) {
            run.cancellation().check();
            List<String> some = ids;
            List<String> asked = ask ? removable(run, table, some) : List.of();
            List<RemoteRecord> told = ask ? look.at(run, table, asked) : null;
            List<String> through = new ArrayList<>(some);
            through.removeAll(told == null ? List.of() : SecondLook.unanswered(asked, told));
            run.noteOutcome(table, transactions.write(unit -> remove(unit, run, table, through, told)));
            ids = unmet(table, some.get(some.size() - 1));
        }
    }

    /**
     * Asks for the records, and adds those that the backend has to what a staged walk holds ready.
     *
     * @return the remote ids of those that it did not answer for
     */
    List<String> stage(SyncRun run, BoundTable table, Staging staging) {
        List<String> unanswered = new ArrayList<>();
        for (List<String> ids = unmet(table, ""); !ids.isEmpty(); ids = unmet(table, ids.get(ids.size() - 1))) {
            run.cancellation().check();
            List<String> asked = removable(run, table, ids);
            List<RemoteRecord> told = look.at(run, table, asked);
            unanswered.addAll(SecondLook.unanswered(asked, told));
            transactions.perform(unit -> staging.keep(unit, run, table, SecondLook.living(told)));
        }
        return unanswered;
    }

    private List<String> unmet(BoundTable table, String after) {
        return transactions.read(unit -> UnmetRecords.behind(unit.handle(), table.id(), after, CHUNK));
    }

    private List<String> removable(SyncRun run, BoundTable table, List<String> ids) {
        return transactions.write(unit -> {
            List<String> gone = new ArrayList<>();
            try (UnmetRecord records = new UnmetRecord(unit, table, run.context(), new ApplyOutcome())) {
                for (String id : ids) {
                    if (records.removable(id)) {
                        gone.add(id);
                    }
                }
            }
            return gone;
        });
    }

    private static ApplyOutcome remove(
            Unit unit, SyncRun run, BoundTable table, List<String> ids, @Nullable List<RemoteRecord> told)
            throws SQLException {
        ApplyOutcome outcome = new ApplyOutcome();
        CaptureMute.on(unit.connection());
        try (UnmetRecord records = new UnmetRecord(unit, table, run.context(), outcome)) {
            if (told == null) {
                for (String id : ids) {
                    records.remove(id);
                }
            } else {
                for (RemoteRecord record : told) {
                    records.follow(record);
                }
            }
        }
        // Whatever became of them, this walk is through with them.
        UnmetRecords.met(unit.handle(), table.id(), ids);
        CaptureMute.off(unit.connection());
        return outcome;
    }
}
