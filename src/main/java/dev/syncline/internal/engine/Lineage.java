package dev.syncline.internal.engine;

import dev.syncline.config.SyncConfig;
import dev.syncline.exception.ConsistencyException;
import dev.syncline.internal.capture.Journal.Sweep;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.store.AgreedState;
import dev.syncline.internal.store.MetadataRepository;
import dev.syncline.internal.store.OperationRepository;
import dev.syncline.internal.store.SyncOperation.Status;
import dev.syncline.internal.store.TransactionManager;
import dev.syncline.internal.store.Unit;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Binds queue, states and cursors to one backend and one account: what was agreed with one says nothing to another, and unsent
 * changes of one user are never sent as another's.
 */
final class Lineage {
    private static final String KEY = "lineage";
    private static final int CHUNK = 1000;

    private final SyncConfig config;
    private final TransactionManager transactions;
    private final AdoptionMark adoption;

    Lineage(SyncConfig config, TransactionManager transactions, AdoptionMark adoption) {
        this.config = config;
        this.transactions = transactions;
        this.adoption = adoption;
    }

    /**
     * Checks that the file belongs to the configured backend and account, or makes it so; its rows are then to be taken in anew.
     *
     * @param tables the tables
     * @throws ConsistencyException if it belongs to another one and holds unsent changes
     */
    void enter(List<BoundTable> tables) {
        String wanted = config.backend().name() + "\n" + config.account();
        Optional<String> present = transactions.read(unit -> MetadataRepository.get(unit.handle(), KEY));
        if (present.filter(wanted::equals).isPresent()) {
            return;
        }
        transactions.perform(unit -> {
            if (present.isPresent()) {
                refuseUnsent(unit, tables);
                AgreedState.forget(unit.handle());
                for (BoundTable table : tables) {
                    sweep(unit, table);
                    adoption.want(unit, table.id());
                }
            }
            new MetadataRepository(config.clock()).put(unit.handle(), KEY, wanted);
        });
    }

    /** Nothing is pending, so what is left in a journal are touches that came to nothing. */
    private static void sweep(Unit unit, BoundTable table) throws SQLException {
        Sweep done = new Sweep(0, 0, true);
        while (done.more()) {
            done = table.journal().sweep(unit.connection(), done.lastSeq(), CHUNK);
        }
    }

    private void refuseUnsent(Unit unit, List<BoundTable> tables) throws SQLException {
        long unsent = OperationRepository.count(unit.handle(), Status.PROCESSING);
        for (BoundTable table : tables) {
            unsent += table.journal().count(unit.connection());
        }
        if (unsent > 0) {
            throw new ConsistencyException(
                    "the database holds " + unsent
                            + " unsent changes of another account or backend; nothing was changed."
                            + " Open it as before and synchronize, or discard them with SyncManager.detach(…)",
                    "FOREIGN_LINEAGE",
                    List.of(),
                    config.clock().instant(),
                    null);
        }
    }
}
