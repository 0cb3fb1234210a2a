package dev.syncline.internal.engine;

import dev.syncline.backend.Capabilities;
import dev.syncline.internal.capture.CaptureState;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.store.FileVersion;
import dev.syncline.internal.store.OpenWork;
import dev.syncline.internal.store.TransactionManager;
import dev.syncline.internal.store.Unit;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Knows of a version of the file in which nothing is left to do: nothing unsent, held, disputed, being walked or in a gap. While nobody,
 * of whatever process, has committed since, a run need not ask for each of them again. Confined to the run thread.
 *
 * <p>What becomes due by the mere passing of time is not among it; whoever reads a table asks for that each time.
 */
final class Calm {
    private final List<BoundTable> tables;
    private final TransactionManager transactions;
    /** Ids are listed from time to time, whatever the file says. */
    private final boolean listsIds;

    /** The version counts for one connection only. */
    private @Nullable Connection watcher;

    private long version;

    Calm(List<BoundTable> tables, TransactionManager transactions, Capabilities can) {
        this.tables = tables;
        this.transactions = transactions;
        listsIds = can.idList() && !can.tombstones();
    }

    /** Whether the file is still as it was when nothing was left to do. */
    boolean holds() {
        return watcher != null
                && transactions.read(unit -> unit.connection().equals(watcher) && FileVersion.read(unit) == version);
    }

    /** A run has ended that came through and wrote nothing: finds out whether that is because nothing is left to do. */
    void look() {
        if (listsIds) {
            return;
        }
        transactions.read(unit -> {
            boolean calm = OpenWork.isNone(unit.handle()) && nothingUnsent(unit);
            watcher = calm ? unit.connection() : null;
            version = FileVersion.read(unit);
            return calm;
        });
    }

    private boolean nothingUnsent(Unit unit) throws SQLException {
        for (BoundTable table : tables) {
            if (!table.journal().isEmpty(unit.connection())
                    || table.capture().inspect(unit.connection()).kind() == CaptureState.Kind.GAP) {
                return false;
            }
        }
        return true;
    }
}
