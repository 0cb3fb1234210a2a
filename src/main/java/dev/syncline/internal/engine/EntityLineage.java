package dev.syncline.internal.engine;

import dev.syncline.exception.ConsistencyException;
import dev.syncline.internal.capture.Journal;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.store.AgreedState;
import dev.syncline.internal.store.MetadataRepository;
import dev.syncline.internal.store.OperationRepository;
import dev.syncline.internal.store.SyncOperation.Status;
import dev.syncline.internal.store.TransactionManager;
import dev.syncline.internal.store.Unit;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ties a table to the entity it is exchanged with. Under another one its cursor, its versions and its ids mean nothing: they are
 * forgotten, its rows are taken in anew and all of the entity is read. With unsent changes that is refused, as under another account.
 */
final class EntityLineage {
    private static final Logger log = LoggerFactory.getLogger(EntityLineage.class);
    private static final int CHUNK = 1000;

    private final TransactionManager transactions;
    private final AdoptionMark adoption;
    private final Clock clock;
    private final MetadataRepository metadata;

    EntityLineage(TransactionManager transactions, AdoptionMark adoption, Clock clock) {
        this.transactions = transactions;
        this.adoption = adoption;
        this.clock = clock;
        metadata = new MetadataRepository(clock);
    }

    /**
     * Checks which entity a table was last exchanged with, while it opens.
     *
     * @throws ConsistencyException if it was another one and unsent changes of the table are left
     */
    void enter(BoundTable table) {
        String wanted = table.spec().entity();
        Optional<String> present = transactions.read(unit -> MetadataRepository.get(unit.handle(), key(table)));
        if (present.filter(wanted::equals).isPresent()) {
            return;
        }
        transactions.perform(unit -> {
            if (present.isPresent()) {
                refuseUnsent(unit, table);
                log.info("{} was exchanged with {} before; it is read from the start", table, present.get());
                AgreedState.forget(unit.handle(), table.id());
                sweep(unit, table.journal());
                adoption.want(unit, table.id());
            }
            metadata.put(unit.handle(), key(table), wanted);
        });
    }

    /** Nothing is pending, so what is left in the journal are touches that came to nothing. */
    private static void sweep(Unit unit, Journal journal) throws SQLException {
        Journal.Sweep done = new Journal.Sweep(0, 0, true);
        while (done.more()) {
            done = journal.sweep(unit.connection(), done.lastSeq(), CHUNK);
        }
    }

    private void refuseUnsent(Unit unit, BoundTable table) throws SQLException {
        long unsent = OperationRepository.list(unit.handle(), table.id(), Status.PROCESSING)
                        .size()
                + table.journal().count(unit.connection());
        if (unsent > 0) {
            throw new ConsistencyException(
                    "table " + table.spec().name() + " holds " + unsent
                            + " unsent changes of another entity than "
                            + table.spec().entity()
                            + "; nothing was changed. Open it with the entity it had and synchronize, or discard them",
                    "FOREIGN_LINEAGE",
                    List.of(),
                    clock.instant(),
                    null);
        }
    }

    private static String key(BoundTable table) {
        return "entity:" + table.id();
    }
}
