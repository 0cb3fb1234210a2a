package dev.syncline.internal.queue;

import dev.syncline.backend.ChangeKind;
import dev.syncline.internal.capture.JournalRows;
import dev.syncline.internal.capture.PendingChange;
import dev.syncline.internal.capture.RowImage;
import dev.syncline.internal.capture.UnreadableValueException;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.record.RowIdentity;
import dev.syncline.internal.record.RowReferences.Referred;
import dev.syncline.internal.store.ConflictRepository;
import dev.syncline.internal.store.OperationRepository;
import dev.syncline.internal.store.SyncOperation;
import dev.syncline.internal.store.SyncOperation.Status;
import dev.syncline.internal.store.Unit;
import dev.syncline.progress.UnsentChange;
import dev.syncline.progress.UnsentChange.State;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Says of every unsent change of one table where it stands, and why. Only reads, within one unit; what is told is what a claim
 * in that unit would do.
 */
public final class UnsentChanges implements AutoCloseable {
    private static final int CHUNK = 1000;
    private static final String MEND = "edit the row, call retryFailed(), or discard(…) the change";

    private final Unit unit;
    private final BoundTable table;
    private final Dependencies dependencies;
    private final Map<String, SyncOperation> frozen = new LinkedHashMap<>();
    private final Map<String, SyncOperation> refused = new HashMap<>();

    /**
     * Makes a reader.
     *
     * @param unit the unit
     * @param table the table
     */
    public UnsentChanges(Unit unit, BoundTable table) {
        this.unit = unit;
        this.table = table;
        dependencies = new Dependencies(unit, table, Omissions.none());
        OperationRepository.list(unit.handle(), table.id(), Status.PROCESSING).forEach(o -> frozen.put(o.rowId(), o));
        OperationRepository.list(unit.handle(), table.id(), Status.FAILED).forEach(o -> refused.put(o.rowId(), o));
    }

    /**
     * Tells every unsent change, those on their way first, then the others in order of recording.
     *
     * @param each hears of each
     * @throws SQLException if a statement fails
     */
    public void tell(Consumer<UnsentChange> each) throws SQLException {
        for (SyncOperation operation : frozen.values()) {
            each.accept(onItsWay(operation));
        }
        long after = 0;
        boolean more = true;
        while (more) {
            List<PendingChange> changes = table.journal()
                    .pending(
                            unit.connection(),
                            after,
                            CHUNK,
                            (key, why) -> unreadable(key, why).ifPresent(each));
            for (PendingChange change : changes) {
                after = change.seq();
                Optional<RowIdentity> row = RowIdentity.of(table, change.key(), null);
                if (row.isPresent() && !frozen.containsKey(row.get().rowId())) {
                    each.accept(describe(row.get(), change));
                }
            }
            more = changes.size() == CHUNK;
        }
    }

    private UnsentChange onItsWay(SyncOperation operation) {
        boolean gaveUp = operation.hasGivenUp();
        Instant due = operation.nextAttemptAt() == 0 ? null : Instant.ofEpochMilli(operation.nextAttemptAt());
        return new UnsentChange(
                id(table, operation.rowId()),
                table.spec().entity(),
                operation.rowId(),
                operation.kind(),
                gaveUp ? State.FAILED : State.IN_FLIGHT,
                gaveUp
                        ? "failed in " + operation.attempts() + " runs that sent other changes; last: "
                                + operation.error() + ". Whether the backend has it is not known"
                        : "its answer is not known" + (operation.error() == null ? "" : ": " + operation.error()),
                gaveUp ? "call retryFailed(), or discard(…) the change" : null,
                null,
                operation.attempts(),
                due,
                operation.key());
    }

    private UnsentChange describe(RowIdentity row, PendingChange change) throws SQLException {
        if (ConflictRepository.openOf(unit.handle(), table.id(), row.rowId()).isPresent()) {
            return change(
                    row.rowId(),
                    change.kind(),
                    State.CONFLICT,
                    "the record was changed at the backend as well",
                    "resolve it in conflicts()",
                    null);
        }
        SyncOperation mark = refused.get(row.rowId());
        if (mark != null && dependencies.isAsRefused(change, mark)) {
            String[] told = Objects.requireNonNullElse(mark.error(), "refused").split("\n", 2);
            return change(
                    row.rowId(),
                    change.kind(),
                    State.FAILED,
                    told[0],
                    told.length == 1 || told[1].isEmpty() ? MEND : told[1] + "; then " + MEND,
                    null);
        }
        if (dependencies.block(change, row, change.kind())) {
            return waiting(row, change);
        }
        return change(row.rowId(), change.kind(), State.PENDING, null, null, null);
    }

    private UnsentChange waiting(RowIdentity row, PendingChange change) throws SQLException {
        RowImage now = change.now();
        if (now == null) {
            return change(
                    row.rowId(),
                    change.kind(),
                    State.WAITING,
                    "waits until unsent changes of rows that referred to it are sent",
                    null,
                    null);
        }
        for (Referred reference : table.references().of(change.key(), now)) {
            Optional<RowIdentity> parent = RowIdentity.of(reference.parent(), new Object[] {reference.value()}, null);
            String why = parent.isEmpty() ? null : unsent(reference.parent(), parent.get());
            if (why != null) {
                String id = id(reference.parent(), parent.get().rowId());
                return change(
                        row.rowId(), change.kind(), State.WAITING, "waits for " + id + ", which " + why, null, id);
            }
        }
        return change(row.rowId(), change.kind(), State.WAITING, "waits for another unsent change", null, null);
    }

    /** Why a row that others refer to is not at the backend; null if nothing here says that it is not. */
    private @Nullable String unsent(BoundTable parent, RowIdentity row) throws SQLException {
        if (ConflictRepository.openOf(unit.handle(), parent.id(), row.rowId()).isPresent()) {
            return "is in conflict";
        }
        Optional<SyncOperation> operation = OperationRepository.find(unit.handle(), parent.id(), row.rowId());
        if (operation.isPresent() && operation.get().status() == Status.PROCESSING) {
            return operation.get().hasGivenUp() ? "failed" : "is on its way";
        }
        try (JournalRows journal = parent.journal().rows(unit.connection())) {
            if (!journal.isPending(row.key())) {
                return null;
            }
        }
        return operation.isPresent() ? "was refused" : "is not sent yet";
    }

    private Optional<UnsentChange> unreadable(Object @Nullable [] key, UnreadableValueException why) {
        return key == null
                ? Optional.empty()
                : table.keys()
                        .encode(key)
                        .map(rowId -> change(
                                rowId,
                                ChangeKind.UPDATE,
                                State.FAILED,
                                "column " + why.column() + " holds text that is not valid UTF-8",
                                "store it as a BLOB, or correct the text",
                                null));
    }

    private UnsentChange change(
            String rowId,
            ChangeKind kind,
            State state,
            @Nullable String reason,
            @Nullable String cure,
            @Nullable String waitsFor) {
        return new UnsentChange(
                id(table, rowId), table.spec().entity(), rowId, kind, state, reason, cure, waitsFor, 0, null, null);
    }

    /**
     * Names the unsent change of a row.
     *
     * @param table the row's table
     * @param rowId the row's local key as text
     * @return the name
     */
    public static String id(BoundTable table, String rowId) {
        return table.spec().entity() + "/" + rowId;
    }

    @Override
    public void close() {
        dependencies.close();
    }
}
