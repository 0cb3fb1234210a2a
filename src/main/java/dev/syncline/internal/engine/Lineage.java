package dev.syncline.internal.engine;

import dev.syncline.config.SyncConfig;
import dev.syncline.exception.ConsistencyException;
import dev.syncline.internal.capture.CapturedTables;
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
 * changes of one user are never sent as another's. Holds for every captured table, also for those that are not synced this time.
 */
final class Lineage {
    private static final String KEY = "lineage";

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
     * @throws ConsistencyException if it belongs to another one and holds unsent changes
     */
    void enter() {
        String wanted = config.backend().name() + "\n" + config.account();
        Optional<String> present = transactions.read(unit -> MetadataRepository.get(unit.handle(), KEY));
        if (present.filter(wanted::equals).isPresent()) {
            return;
        }
        transactions.perform(unit -> {
            if (present.isPresent()) {
                refuseUnsent(unit);
                AgreedState.forget(unit.handle());
                // Nothing is pending, so what is left in a journal are touches that came to nothing.
                CapturedTables.sweep(unit.connection());
                for (long table : CapturedTables.ids(unit.connection())) {
                    adoption.want(unit, table);
                }
            }
            new MetadataRepository(config.clock()).put(unit.handle(), KEY, wanted);
        });
    }

    private void refuseUnsent(Unit unit) throws SQLException {
        long unsent =
                OperationRepository.count(unit.handle(), Status.PROCESSING) + CapturedTables.pending(unit.connection());
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
