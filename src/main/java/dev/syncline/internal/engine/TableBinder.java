package dev.syncline.internal.engine;

import dev.syncline.config.SyncConfig;
import dev.syncline.config.SyncedTable;
import dev.syncline.internal.capture.CaptureOptions;
import dev.syncline.internal.capture.CaptureState;
import dev.syncline.internal.capture.ChangeCapture;
import dev.syncline.internal.capture.Journal;
import dev.syncline.internal.capture.TableSchema;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.record.DeclarationCheck;
import dev.syncline.internal.record.Referrer;
import dev.syncline.internal.store.TransactionManager;
import dev.syncline.internal.store.Unit;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ties the declared tables to the file while a manager opens: puts capture on new tables, renews it where the host's schema has
 * moved on, and finds the order of references.
 */
final class TableBinder {
    private static final Logger log = LoggerFactory.getLogger(TableBinder.class);

    private final SyncConfig config;
    private final TransactionManager transactions;
    private final AdoptionMark adoption;

    TableBinder(SyncConfig config, TransactionManager transactions, AdoptionMark adoption) {
        this.config = config;
        this.transactions = transactions;
        this.adoption = adoption;
    }

    /**
     * Compares every declaration with the file while nothing in it has been changed yet.
     *
     * @throws IllegalArgumentException if one does not fit
     */
    void check() {
        List<TableSchema> schemas = transactions.read(unit -> {
            List<TableSchema> found = new ArrayList<>();
            for (SyncedTable spec : config.tables()) {
                found.add(TableSchema.read(unit.connection(), spec.name(), spec.key()));
            }
            return found;
        });
        for (int i = 0; i < schemas.size(); i++) {
            DeclarationCheck.check(config.tables().get(i), schemas.get(i));
        }
    }

    /**
     * Ties all tables.
     *
     * @return the tables, parents before children
     */
    List<BoundTable> bind() {
        Map<String, BoundTable> bound = new LinkedHashMap<>();
        for (SyncedTable spec : config.tables()) {
            bound.put(spec.name(), bind(spec));
        }
        bound.values().forEach(table -> table.tieParents(bound.values()));
        List<Referrer> referrers = transactions.read(unit -> Referrer.inFile(unit.connection()));
        bound.values().forEach(table -> table.noteReferrers(referrers));
        return parentsFirst(bound);
    }

    private BoundTable bind(SyncedTable spec) {
        CaptureState state = transactions.read(unit -> capture(unit, spec).inspect(unit.connection()));
        if (state.kind() == CaptureState.Kind.INTACT) {
            return transactions.read(unit -> {
                ChangeCapture capture = capture(unit, spec);
                return new BoundTable(spec, capture, capture.journal(unit.connection()));
            });
        }
        // What the host writes once it has been told that the file is open would be lost to capture if a power cut took
        // this.
        return transactions.writeDurably(unit -> renew(unit, spec));
    }

    private BoundTable renew(Unit unit, SyncedTable spec) throws SQLException {
        ChangeCapture capture = capture(unit, spec);
        CaptureState state = capture.inspect(unit.connection());
        Journal journal = switch (state.kind()) {
            case ABSENT -> {
                Journal installed = capture.install(unit.connection());
                adoption.want(unit, installed.tableId());
                yield installed;
            }
            case INTACT -> capture.journal(unit.connection());
            case STALE, GAP -> {
                log.warn("Capture of {} is renewed: {}", spec.name(), state.reason());
                yield capture.rebuild(unit.connection());
            }
        };
        return new BoundTable(spec, capture, journal);
    }

    /** A reused number is told from an edit only where the backend assigns ids, since only there it is another record. */
    private static ChangeCapture capture(Unit unit, SyncedTable spec) throws SQLException {
        TableSchema schema = TableSchema.read(unit.connection(), spec.name(), spec.key());
        return new ChangeCapture(
                new CaptureOptions(spec.name(), spec.key(), spec.usesEditTime(), BoundTable.serverIds(spec, schema)));
    }

    /** Where references run in a circle any order serves, since a child that comes too early waits. */
    private static List<BoundTable> parentsFirst(Map<String, BoundTable> bound) {
        Set<BoundTable> ordered = new LinkedHashSet<>();
        Set<BoundTable> visiting = new LinkedHashSet<>();
        bound.values().forEach(table -> visit(table, ordered, visiting));
        return List.copyOf(ordered);
    }

    private static void visit(BoundTable table, Set<BoundTable> ordered, Set<BoundTable> visiting) {
        if (ordered.contains(table) || !visiting.add(table)) {
            return;
        }
        table.references().tables().forEach(parent -> visit(parent, ordered, visiting));
        ordered.add(table);
    }
}
