package dev.syncline.internal.engine;

import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.record.ColumnMapping;
import dev.syncline.internal.store.CursorRepository;
import dev.syncline.internal.store.CursorRepository.PullCursor;
import dev.syncline.internal.store.LateFields;
import dev.syncline.internal.store.MetadataRepository;
import dev.syncline.internal.store.RowStateRepository;
import dev.syncline.internal.store.TransactionManager;
import dev.syncline.internal.store.Unit;
import dev.syncline.internal.store.WalkRepository;
import dev.syncline.internal.store.WalkRepository.Phase;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that a table holds other fields than when its rows were read: a column added, mapped to another field or of another type.
 * No delta tells again what was told before, so the whole table is read once more. The same holds where updates replace whole rows
 * from now on, and nobody kept what no column holds.
 */
final class FieldChanges {
    private static final Logger log = LoggerFactory.getLogger(FieldChanges.class);
    private static final String WHOLE = "\twhole rows";

    private final TransactionManager transactions;
    private final boolean wholeRows;
    private final MetadataRepository metadata;
    private final CursorRepository cursors;
    private final WalkRepository walks;

    FieldChanges(TransactionManager transactions, boolean wholeRows, Clock clock) {
        this.transactions = transactions;
        this.wholeRows = wholeRows;
        metadata = new MetadataRepository(clock);
        cursors = new CursorRepository(clock);
        walks = new WalkRepository(clock);
    }

    /** Compares a table with what it was when it was last opened, while it opens. */
    void follow(BoundTable table) {
        String now = String.join("\n", fields(table));
        Optional<String> before = transactions.read(unit -> MetadataRepository.get(unit.handle(), key(table)));
        if (before.filter(now::equals).isEmpty()) {
            transactions.perform(unit -> follow(unit, table, now));
        }
        transactions.read(unit -> LateFields.find(unit.handle(), table.id())).ifPresent(table::noteLate);
    }

    private void follow(Unit unit, BoundTable table, String now) throws SQLException {
        Optional<String> before = MetadataRepository.get(unit.handle(), key(table));
        metadata.put(unit.handle(), key(table), now);
        Set<String> learned = new TreeSet<>(fields(table));
        // What was never noted was read with the fields that there are, but for those that no column holds.
        learned.removeAll(before.map(text -> Set.of(text.split("\n"))).orElseGet(() -> withoutWhole(table)));
        if (learned.isEmpty() || RowStateRepository.isEmpty(unit.connection(), table.id())) {
            return;
        }
        log.info("{} holds fields that it did not; it is read from the start", table);
        learned.remove(WHOLE);
        Set<String> names = new TreeSet<>();
        learned.forEach(line -> names.add(line.substring(0, line.lastIndexOf('\t'))));
        new LateFields(metadata).note(unit.handle(), table.id(), names);
        cursors.save(unit.handle(), table.id(), PullCursor.START);
        walks.begin(unit.handle(), table.id(), Phase.NOTING);
    }

    private Set<String> fields(BoundTable table) {
        Set<String> fields = withoutWhole(table);
        if (wholeRows) {
            fields.add(WHOLE);
        }
        return fields;
    }

    private static Set<String> withoutWhole(BoundTable table) {
        Set<String> fields = new TreeSet<>();
        for (ColumnMapping column : table.columns()) {
            fields.add(column.field() + "\t" + column.type());
        }
        return fields;
    }

    private static String key(BoundTable table) {
        return "fields:" + table.id();
    }
}
