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
     * Sweeps.
     *
     * @param run the run
     * @param table the table
     * @param ask whether the backend is asked for each record first
     */
    void sweep(SyncRun run, BoundTable table, boolean ask) {
        List<String> ids = unmet(table);
        while (!ids.isEmpty()) {
            run.cancellation().check();
            List<String> some = ids;
            List<RemoteRecord> told = ask ? look.at(run, table, removable(run, table, some)) : null;
            run.noteOutcome(table, transactions.write(unit -> remove(unit, run, table, some, told)));
            ids = unmet(table);
        }
    }

    private List<String> unmet(BoundTable table) {
        return transactions.read(unit -> UnmetRecords.some(unit.handle(), table.id(), CHUNK));
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
