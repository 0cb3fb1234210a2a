package dev.syncline.internal.queue;

import dev.syncline.internal.capture.JournalRows;
import dev.syncline.internal.capture.RowImage;
import dev.syncline.internal.capture.RowImageCodec;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.record.KeyReuse;
import dev.syncline.internal.store.IdempotencyRepository;
import dev.syncline.internal.store.OperationRepository;
import dev.syncline.internal.store.RunRepository.Fault;
import dev.syncline.internal.store.SyncOperation;
import dev.syncline.internal.store.TransactionManager;
import dev.syncline.internal.store.Unit;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Claims pending changes: freezes what is to be sent, with its key, in one durable unit before the first byte leaves. From then
 * on later edits of the row gather behind the frozen operation, whose image is their base.
 */
public final class SyncQueueManager {
    private final TransactionManager transactions;
    private final Clock clock;
    private final FrozenImages images;
    private final Freezing.Means means;

    /**
     * Makes a manager.
     *
     * @param transactions units of work
     * @param clock dates operations
     * @param keys gives idempotency keys, unique over all devices
     * @param partialUpdates whether the backend takes updates of single fields
     * @param images takes what is frozen, for the answers to it
     */
    public SyncQueueManager(
            TransactionManager transactions,
            Clock clock,
            Supplier<String> keys,
            boolean partialUpdates,
            FrozenImages images) {
        this.transactions = transactions;
        this.clock = clock;
        this.images = images;
        means = new Freezing.Means(
                new OperationRepository(clock), clock, new IdempotencyService(keys, clock), partialUpdates, images);
    }

    /**
     * Freezes changes of one table that depend on nothing unsent.
     *
     * @param table the table
     * @param afterSeq go on behind this place in the journal; 0 to begin
     * @param deletes whether to claim deletions; else creates and updates
     * @param limit how many at most
     * @param window what this run is about; the rest is left
     * @param omissions what rows are sent without
     * @return the frozen operations and where to go on
     */
    public Claim claim(
            BoundTable table, long afterSeq, boolean deletes, int limit, PushWindow window, Omissions omissions) {
        images.begin();
        if (!hasUnsent(table)) {
            return new Claim(List.of(), List.of(), afterSeq, false);
        }
        return transactions.writeDurably(unit -> {
            try (Claiming claiming = new Claiming(means, unit, table, deletes, window, omissions)) {
                return claiming.run(afterSeq, limit);
            }
        });
    }

    /**
     * Freezes the changes of rows that take effect together: all of them, or none if one has to wait.
     *
     * @param rows local ids as text by table, parents first
     * @param window what this run is about; the rows become part of it
     * @return the frozen operations by table; empty if they have to wait, or are none any more
     */
    public Map<BoundTable, List<SyncOperation>> claimTogether(Map<BoundTable, List<String>> rows, PushWindow window) {
        images.begin();
        return transactions.writeDurably(unit -> new TogetherClaim(means, unit, window).claim(rows));
    }

    /**
     * Tells whether there may be something to claim.
     *
     * @param table the table
     * @return false if nothing of it is unsent
     */
    public boolean hasUnsent(BoundTable table) {
        return !transactions.read(unit -> table.journal().isEmpty(unit.connection()));
    }

    /**
     * Finds changes that wait for each other.
     *
     * @param tables the tables whose rows may refer to each other in a circle
     * @param omissions takes what to send rows without, so that each can go
     * @return the circles that cannot be broken
     */
    public List<Fault> findCycles(List<BoundTable> tables, Omissions omissions) {
        return tables.isEmpty()
                ? List.of()
                : transactions.read(unit -> new ReferenceCycles(unit, clock).find(tables, omissions));
    }

    /**
     * Puts operations that were never sent back into their journals, as if they had not been claimed.
     *
     * @param table their table
     * @param frozen the operations
     */
    public void thaw(BoundTable table, List<SyncOperation> frozen) {
        if (frozen.isEmpty()) {
            return;
        }
        transactions.perform(unit -> thaw(unit, table, frozen));
    }

    static void thaw(Unit unit, BoundTable table, List<SyncOperation> frozen) throws SQLException {
        KeyReuse.separate(unit, table);
        IdempotencyRepository.forget(unit.handle(), frozen);
        for (SyncOperation operation : frozen) {
            Optional<SyncOperation> present = OperationRepository.byId(unit.handle(), operation.id());
            if (present.isPresent()) {
                thaw(unit, table, present.get());
            }
        }
    }

    /**
     * Puts an operation back into its journal: the change takes its first base back and, with it, whatever was edited since.
     *
     * @param unit the unit; capture is silenced in it
     * @param table the operation's table
     * @param operation the frozen operation
     * @throws SQLException if a statement fails
     */
    public static void thaw(Unit unit, BoundTable table, SyncOperation operation) throws SQLException {
        @Nullable Object[] key = table.keys().decode(operation.rowId()).orElseThrow();
        RowImage base = operation.base() == null ? null : RowImageCodec.fromJson(operation.base());
        try (JournalRows journal = table.journal().rows(unit.connection())) {
            journal.put(key, base);
            if (operation.editedAt() != null) {
                journal.stamp(key, operation.editedAt());
            }
        }
        OperationRepository.delete(unit.handle(), List.of(operation.id()));
    }

    /**
     * What a claim gave.
     *
     * @param operations the frozen operations, in order of recording
     * @param faults changes that cannot be sent as they are
     * @param lastSeq where in the journal to go on
     * @param more whether the journal goes on behind that
     */
    public record Claim(List<SyncOperation> operations, List<Fault> faults, long lastSeq, boolean more) {}
}
