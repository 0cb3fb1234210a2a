package dev.syncline.internal.engine;

import dev.syncline.backend.ChangeKind;
import dev.syncline.config.Adoption;
import dev.syncline.internal.capture.Journal;
import dev.syncline.internal.capture.PendingChange;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.record.IdMappingService;
import dev.syncline.internal.record.RowIdentity;
import dev.syncline.internal.store.RowStateRepository;
import dev.syncline.internal.store.TransactionManager;
import dev.syncline.internal.store.Unit;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Rows that are in a table without capture having seen them come: those that were there before the first sync, and those that
 * were made while the triggers were gone. They are marked as new, in chunks, each a unit of its own, so that the host's writers
 * get their turn; a chunk that is marked twice is marked once.
 */
final class ExistingRows {
    private static final int CHUNK = 1000;

    private final BoundTable table;
    private final TransactionManager transactions;

    ExistingRows(BoundTable table, TransactionManager transactions) {
        this.table = table;
        this.transactions = transactions;
    }

    /** Takes in the rows that were there before the first sync. */
    void adopt() {
        boolean matchByNumber = table.serverIds() && table.spec().adoption() == Adoption.MATCH_REMOTE;
        mark((unit, change, row) -> {
            if (matchByNumber) {
                try (IdMappingService ids = new IdMappingService(unit.connection())) {
                    ids.map(table, Objects.requireNonNull(row.key()[0]), row.rowId());
                }
            }
        });
    }

    /** Takes in the rows that the backend never told of and no trigger saw. */
    void adoptUntracked() {
        mark((unit, change, row) -> {
            try (RowStateRepository states = new RowStateRepository(unit.connection(), table.id())) {
                if (states.find(row.compact()).isPresent()) {
                    table.journal().remove(unit.connection(), change.key());
                }
            }
        });
    }

    private void mark(Marked marked) {
        Optional<Object[]> from = Optional.empty();
        do {
            Object[] after = from.orElse(null);
            from = transactions.write(unit -> markChunk(unit, after, marked));
        } while (from.isPresent());
    }

    private Optional<Object[]> markChunk(Unit unit, Object @org.jspecify.annotations.Nullable [] after, Marked marked)
            throws SQLException {
        Journal journal = table.journal();
        long seqBefore = journal.lastSeq(unit.connection());
        Optional<Object[]> last = journal.adopt(unit.connection(), after, CHUNK);
        List<PendingChange> added = journal.pending(unit.connection(), seqBefore, CHUNK);
        for (PendingChange change : added) {
            Optional<RowIdentity> row = RowIdentity.of(table, change.key(), null);
            if (change.kind() == ChangeKind.CREATE && row.isPresent()) {
                marked.row(unit, change, row.get());
            }
        }
        return last;
    }

    /** What else is done with a row that was marked as new. */
    private interface Marked {
        void row(Unit unit, PendingChange change, RowIdentity row) throws SQLException;
    }
}
