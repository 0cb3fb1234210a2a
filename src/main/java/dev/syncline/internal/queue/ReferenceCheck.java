package dev.syncline.internal.queue;

import static dev.syncline.internal.capture.Identifiers.quote;

import dev.syncline.conflict.ConflictSeverity;
import dev.syncline.internal.capture.JournalRows;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.record.IdMappingService;
import dev.syncline.internal.record.NestedReference;
import dev.syncline.internal.store.IdMappingRepository;
import dev.syncline.internal.store.IdMappingRepository.HostKey;
import dev.syncline.internal.store.OperationRepository;
import dev.syncline.internal.store.RowStateRepository;
import dev.syncline.internal.store.Unit;
import dev.syncline.internal.store.WalkRepository;
import dev.syncline.progress.ConsistencyIssue;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds references and ids that lead to nothing. Lives within one unit. */
final class ReferenceCheck {
    private final Unit unit;
    private final BoundTable table;
    private final CheckedRows rows;

    ReferenceCheck(Unit unit, BoundTable table) {
        this.unit = unit;
        this.table = table;
        rows = new CheckedRows(unit, table);
    }

    List<Finding> find() throws SQLException {
        List<Finding> found = new ArrayList<>();
        for (Map.Entry<String, BoundTable> reference : table.parents().entrySet()) {
            broken(reference.getKey(), reference.getValue(), found);
        }
        for (NestedReference reference : table.references().nested()) {
            brokenInside(reference, found);
        }
        if (table.serverIds()) {
            staleIds(found);
            missingIds(found);
        }
        return found;
    }

    private void broken(String column, BoundTable parent, List<Finding> found) throws SQLException {
        String key = quote(parent.schema().key().get(0).name());
        String lost = "h." + quote(column) + " IS NOT NULL AND NOT EXISTS (SELECT 1 FROM "
                + quote(parent.schema().name()) + " AS p WHERE p." + key + " = h." + quote(column) + ")";
        for (CheckedRows.Row row : rows.where(lost)) {
            found.add(Finding.of(
                    ConsistencyIssue.Type.BROKEN_REFERENCE,
                    ConflictSeverity.HIGH,
                    table,
                    rowId(row.key()),
                    "column " + column + " refers to a row of " + parent.spec().name() + " that is not there",
                    rows.isOptional(column) ? () -> rows.set(row.key(), column, null) : null));
        }
    }

    private void brokenInside(NestedReference reference, List<Finding> found) throws SQLException {
        CheckedRows parents = new CheckedRows(unit, reference.parent());
        rows.each("h." + quote(reference.column()) + " IS NOT NULL", List.of(reference.column()), row -> {
            for (Object value : reference.keysIn(row.values().get(0))) {
                if (found.size() < CheckedRows.MOST && !parents.exists(new Object[] {value})) {
                    found.add(Finding.of(
                            ConsistencyIssue.Type.BROKEN_REFERENCE,
                            ConflictSeverity.HIGH,
                            table,
                            rowId(row.key()),
                            "the JSON of column " + reference.column() + " refers to a row of "
                                    + reference.parent().spec().name() + " that is not there",
                            null));
                }
            }
        });
    }

    /** Ids of rows that are gone without a deletion that is still to be sent. */
    private void staleIds(List<Finding> found) throws SQLException {
        try (JournalRows journal = table.journal().rows(unit.connection())) {
            HostKey keys = new HostKey(
                    quote(table.schema().name()),
                    quote(table.schema().key().get(0).name()));
            for (long local : IdMappingRepository.withoutRow(unit.handle(), table.id(), keys, CheckedRows.MOST)) {
                Object[] key = {local};
                String rowId = rowId(key);
                boolean known = journal.isPending(key)
                        || OperationRepository.find(unit.handle(), table.id(), rowId)
                                .isPresent();
                if (!known) {
                    found.add(Finding.of(
                            ConsistencyIssue.Type.BROKEN_REFERENCE,
                            ConflictSeverity.LOW,
                            table,
                            rowId,
                            "an id at the backend is kept for a row that is not there",
                            () -> {
                                try (IdMappingService ids = new IdMappingService(unit.connection())) {
                                    ids.unmap(table, local);
                                }
                            }));
                }
            }
        }
    }

    /** Before the first walk has ended, a row that was there before may still be matched with one of the backend's. */
    private void missingIds(List<Finding> found) throws SQLException {
        if (!WalkRepository.hasEnded(unit.handle(), table.id())) {
            return;
        }
        String unmapped = "NOT EXISTS (SELECT 1 FROM syncline_id_mapping AS m WHERE m.t = " + table.id()
                + " AND m.local_id = h." + quote(table.schema().key().get(0).name()) + ")";
        // Closed at once: a repair opens its own.
        List<CheckedRows.Row> without = new ArrayList<>();
        try (JournalRows journal = table.journal().rows(unit.connection())) {
            rows.each(unmapped, List.of(), row -> {
                boolean unsent = journal.isPending(row.key())
                        || OperationRepository.find(unit.handle(), table.id(), rowId(row.key()))
                                .isPresent();
                if (!unsent && without.size() < CheckedRows.MOST) {
                    without.add(row);
                }
            });
        }
        for (CheckedRows.Row row : without) {
            found.add(Finding.of(
                    ConsistencyIssue.Type.MISSING_REMOTE_ID,
                    ConflictSeverity.HIGH,
                    table,
                    rowId(row.key()),
                    "the row is taken for synchronized, but no id at the backend is known for it",
                    () -> sendAsNew(row.key())));
        }
    }

    /** A row whose state is known would go out as an update, under an id that nobody has. */
    private void sendAsNew(Object[] key) throws SQLException {
        try (JournalRows journal = table.journal().rows(unit.connection());
                RowStateRepository states = new RowStateRepository(unit.connection(), table.id())) {
            states.remove(table.keys().compact(rowId(key)));
            journal.put(key, null);
        }
    }

    private String rowId(Object[] key) {
        Optional<String> id = table.keys().encode(key);
        return id.orElse("?");
    }
}
