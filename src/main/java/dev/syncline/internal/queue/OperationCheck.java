package dev.syncline.internal.queue;

import dev.syncline.backend.ChangeKind;
import dev.syncline.conflict.ConflictSeverity;
import dev.syncline.internal.capture.JournalRows;
import dev.syncline.internal.capture.PendingChange;
import dev.syncline.internal.capture.RowImage;
import dev.syncline.internal.json.Json;
import dev.syncline.internal.queue.DeduplicationService.Candidate;
import dev.syncline.internal.queue.DeduplicationService.Duplicates;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.store.OperationRepository;
import dev.syncline.internal.store.SyncOperation;
import dev.syncline.internal.store.SyncOperation.Status;
import dev.syncline.internal.store.Unit;
import dev.syncline.progress.ConsistencyIssue;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Finds operations without a row, and rows that were made twice. Lives within one unit. */
final class OperationCheck {
    private static final int CHUNK = 1000;

    private final Unit unit;
    private final BoundTable table;
    private final Clock clock;

    OperationCheck(Unit unit, BoundTable table, Clock clock) {
        this.unit = unit;
        this.table = table;
        this.clock = clock;
    }

    List<Finding> find() throws SQLException {
        List<Finding> found = new ArrayList<>();
        orphans(Status.FAILED, found);
        orphans(Status.PROCESSING, found);
        duplicates(found);
        return found;
    }

    /** An operation that may have been sent is settled by the next run; only what was refused is nobody's any more. */
    private void orphans(Status status, List<Finding> found) throws SQLException {
        CheckedRows rows = new CheckedRows(unit, table);
        try (JournalRows journal = table.journal().rows(unit.connection())) {
            for (SyncOperation operation : OperationRepository.list(unit.handle(), table.id(), status)) {
                Optional<Object[]> key = table.keys().decode(operation.rowId());
                boolean gone = operation.kind() != ChangeKind.DELETE
                        && (key.isEmpty() || (!rows.exists(key.get()) && !journal.isPending(key.get())));
                if (gone && found.size() < CheckedRows.MOST) {
                    found.add(Finding.of(
                            ConsistencyIssue.Type.ORPHAN_OPERATION,
                            ConflictSeverity.MEDIUM,
                            table,
                            operation.rowId(),
                            status == Status.FAILED
                                    ? "a refused change is kept for a row that is not there"
                                    : "a change whose answer is not known is about a row that is not there",
                            status == Status.FAILED
                                    ? () -> OperationRepository.delete(unit.handle(), List.of(operation.id()))
                                    : null));
                }
            }
        }
    }

    private void duplicates(List<Finding> found) throws SQLException {
        List<Candidate> candidates = new ArrayList<>();
        long after = 0;
        boolean more = true;
        while (more) {
            List<PendingChange> changes =
                    table.journal().pending(unit.connection(), after, CHUNK, (key, unreadable) -> {});
            for (PendingChange change : changes) {
                after = change.seq();
                candidate(change).ifPresent(candidates::add);
            }
            more = changes.size() == CHUNK;
        }
        for (Duplicates same : DeduplicationService.findDuplicateCreates(candidates)) {
            for (Candidate other : same.others()) {
                if (found.size() < CheckedRows.MOST) {
                    found.add(Finding.of(
                            ConsistencyIssue.Type.DUPLICATE_OPERATION,
                            ConflictSeverity.MEDIUM,
                            table,
                            other.rowId(),
                            "the new row holds the same as the new row "
                                    + same.first().rowId(),
                            null));
                }
            }
        }
    }

    /** Where the time of an edit is not recorded, all that is unsent counts as made at one time. */
    private Optional<Candidate> candidate(PendingChange change) {
        RowImage now = change.now();
        if (change.kind() != ChangeKind.CREATE || now == null) {
            return Optional.empty();
        }
        Map<String, @Nullable Object> fields = new TreeMap<>();
        for (String column : now.columns()) {
            Object value = now.get(column);
            fields.put(column, value instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : value);
        }
        Instant at = change.editedAt() == null ? clock.instant() : Instant.ofEpochMilli(change.editedAt());
        return table.keys()
                .encode(change.key())
                .map(id -> new Candidate(table.spec().entity(), id, ChangeKind.CREATE, Json.write(fields), at, false));
    }
}
