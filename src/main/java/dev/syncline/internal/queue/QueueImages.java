package dev.syncline.internal.queue;

import dev.syncline.internal.capture.RowImageCodec;
import dev.syncline.internal.capture.TableChanges;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.store.OperationRepository;
import dev.syncline.internal.store.SyncOperation;
import dev.syncline.internal.store.SyncOperation.Status;
import dev.syncline.internal.store.TransactionManager;
import dev.syncline.internal.store.Unit;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Takes the images in the queue through migrations of the host, as the journals are: an answer that comes after the app's update
 * is laid under a row with other columns than the one that was sent. What goes over the wire stays as it was frozen.
 */
public final class QueueImages {
    private final TransactionManager transactions;

    /**
     * Makes the follower.
     *
     * @param transactions units of work
     */
    public QueueImages(TransactionManager transactions) {
        this.transactions = transactions;
    }

    /**
     * Fits the images of one table to its columns as they are now, if they have changed.
     *
     * @param table the table
     */
    public void follow(BoundTable table) {
        boolean changed = transactions.read(unit -> TableChanges.any(unit.connection(), table.journal()));
        if (changed) {
            transactions.perform(unit -> follow(unit, table));
        }
    }

    private static void follow(Unit unit, BoundTable table) throws SQLException {
        TableChanges changes = TableChanges.of(unit.connection(), table.journal());
        for (Status status : Status.values()) {
            for (SyncOperation operation : OperationRepository.list(unit.handle(), table.id(), status)) {
                OperationRepository.saveImages(
                        unit.handle(),
                        operation.id(),
                        fitted(changes, operation.image()),
                        fitted(changes, operation.base()));
            }
        }
        changes.followed(unit.connection());
    }

    private static @Nullable String fitted(TableChanges changes, @Nullable String image) {
        return image == null ? null : RowImageCodec.toJson(changes.fit(RowImageCodec.fromJson(image)));
    }
}
