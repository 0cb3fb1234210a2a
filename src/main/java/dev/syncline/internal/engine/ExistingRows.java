package dev.syncline.internal.engine;

import dev.syncline.config.Adoption;
import dev.syncline.internal.capture.Journal.HostRow;
import dev.syncline.internal.capture.JournalRows;
import dev.syncline.internal.capture.RowImage;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.record.ColumnMapping;
import dev.syncline.internal.record.HostTable;
import dev.syncline.internal.record.IdMappingService;
import dev.syncline.internal.record.RowIdentity;
import dev.syncline.internal.store.OperationRepository;
import dev.syncline.internal.store.RowStateRepository;
import dev.syncline.internal.store.TransactionManager;
import dev.syncline.internal.store.Unit;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Rows that are in a table without capture having seen them come: those that were there before the first sync, and those that
 * were made while the triggers were gone. They are marked as new, in chunks, each a unit of its own, so that the host's writers
 * get their turn; a chunk that is marked twice is marked once.
 *
 * <p>A row that the backend never told of is new whatever the journal holds of it: an edit made since the triggers came has left
 * a base there that nobody ever agreed on.
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
        mark(matchByNumber(table));
    }

    /** Whether rows that were there are taken for the backend's of the same number. */
    static boolean matchByNumber(BoundTable table) {
        return table.serverIds() && table.spec().adoption() == Adoption.MATCH_REMOTE;
    }

    /** Takes in the rows that the backend never told of and no trigger saw. */
    void adoptUntracked() {
        mark(false);
    }

    private void mark(boolean matchByNumber) {
        Optional<Object[]> from = Optional.empty();
        do {
            Object[] after = from.orElse(null);
            from = transactions.write(unit -> markChunk(unit, after, matchByNumber));
        } while (from.isPresent());
    }

    private Optional<Object[]> markChunk(Unit unit, Object @Nullable [] after, boolean matchByNumber)
            throws SQLException {
        List<HostRow> chunk = table.journal().hostRows(unit.connection(), after, CHUNK);
        boolean queueIsEmpty = OperationRepository.isEmpty(unit.handle(), table.id());
        List<Object[]> unknown = new ArrayList<>();
        try (RowStateRepository states = new RowStateRepository(unit.connection(), table.id());
                IdMappingService ids = new IdMappingService(unit.connection());
                HostTable rows = new HostTable(unit.connection(), table)) {
            for (HostRow host : chunk) {
                boolean knownAsNew = host.journaled() && !host.existed();
                Optional<RowIdentity> row = RowIdentity.of(table, host.key(), null);
                if (knownAsNew
                        || row.filter(r -> isOnItsWay(unit, queueIsEmpty, r)).isPresent()) {
                    continue;
                }
                if (row.isEmpty()) {
                    // It cannot travel; in the journal it is found and reported.
                    unknown.add(host.key());
                } else if (states.find(row.get().compact()).isEmpty()) {
                    unknown.add(host.key());
                    if (matchByNumber && !hasName(rows, host.key())) {
                        ids.map(
                                table,
                                Objects.requireNonNull(host.key()[0]),
                                row.get().rowId());
                    }
                }
            }
        }
        try (JournalRows journal = table.journal().rows(unit.connection())) {
            for (Object[] key : unknown) {
                journal.put(key, null);
            }
        }
        return chunk.isEmpty()
                ? Optional.empty()
                : Optional.of(chunk.get(chunk.size() - 1).key());
    }

    /** A name tells more than a number that two devices may have given to different things. */
    private boolean hasName(HostTable rows, Object[] key) throws SQLException {
        Set<String> naming = table.spec().naturalKey();
        if (naming.isEmpty()) {
            return false;
        }
        Optional<RowImage> row = rows.read(key);
        return row.isPresent()
                && table.columns().stream()
                        .map(ColumnMapping::column)
                        .filter(naming::contains)
                        .noneMatch(column -> row.get().get(column) == null);
    }

    /** Behind a frozen operation the base is its image, though the backend may not have told of the row yet. */
    private boolean isOnItsWay(Unit unit, boolean queueIsEmpty, RowIdentity row) {
        return !queueIsEmpty
                && OperationRepository.find(unit.handle(), table.id(), row.rowId())
                        .isPresent();
    }
}
