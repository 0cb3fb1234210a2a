package dev.syncline.internal.engine;

import dev.syncline.backend.PullPage;
import dev.syncline.backend.RemoteRecord;
import dev.syncline.config.FullSyncMode;
import dev.syncline.config.SyncConfig;
import dev.syncline.internal.record.ApplyOutcome;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.record.RecordText;
import dev.syncline.internal.record.UnmetRow;
import dev.syncline.internal.store.StagedRecords;
import dev.syncline.internal.store.TransactionManager;
import dev.syncline.internal.store.Unit;
import dev.syncline.internal.store.UnmetRecords;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps back what walks read until all of it is there. Until the swap a delta of such a table is kept back as well, behind what the walk
 * read, and nothing of the table is swept.
 */
final class Staging {
    private final SyncConfig config;
    private final TransactionManager transactions;
    private final StagedRecords staged;

    Staging(SyncConfig config, TransactionManager transactions) {
        this.config = config;
        this.transactions = transactions;
        staged = new StagedRecords(config.clock());
    }

    /** Whether what is read of a table now is kept back. */
    boolean isUnderWay(BoundTable table) {
        return transactions.read(unit -> StagedRecords.isUnderWay(unit.handle(), table.id()));
    }

    /** Has the next walk over a table replace everything that is not unsent. */
    void wantReload(BoundTable table) {
        transactions.perform(unit -> StagedRecords.wantReload(unit.handle(), table.id()));
    }

    /** Decides in the unit that begins a walk how its result comes to be seen. */
    void walkBegins(Unit unit, BoundTable table) {
        boolean wanted = config.options().fullSyncMode() == FullSyncMode.STAGED
                || StagedRecords.isReload(unit.handle(), table.id());
        if (wanted) {
            staged.begin(unit.handle(), table.id());
        } else {
            StagedRecords.end(unit.handle(), table.id());
        }
    }

    /** Keeps pages back. What is told is met by the walk, though no row shows it yet. */
    void keep(Unit unit, SyncRun run, BoundTable table, List<PullPage> pages) throws SQLException {
        try (UnmetRow rows = new UnmetRow(unit, table, run.context(), new ApplyOutcome())) {
            RecordPieces.of(pages, config.options().commitRows(), piece -> {
                run.cancellation().check();
                keep(unit, table, rows, piece);
            });
        }
    }

    private static void keep(Unit unit, BoundTable table, UnmetRow rows, Iterable<RemoteRecord> records)
            throws SQLException {
        Map<String, String> texts = new LinkedHashMap<>();
        List<String> living = new ArrayList<>();
        for (RemoteRecord record : records) {
            texts.put(record.id(), RecordText.write(record));
            if (!record.deleted()) {
                living.add(record.id());
            }
        }
        StagedRecords.put(unit.connection(), table.id(), texts);
        rows.met(living);
        UnmetRecords.met(unit.handle(), table.id(), texts.keySet());
    }

    /** Keeps back what was told of single records. */
    void keep(Unit unit, SyncRun run, BoundTable table, Iterable<RemoteRecord> told) throws SQLException {
        try (UnmetRow rows = new UnmetRow(unit, table, run.context(), new ApplyOutcome())) {
            keep(unit, table, rows, told);
        }
    }
}
