package dev.syncline.internal.engine;

import dev.syncline.backend.RemoteRecord;
import dev.syncline.internal.capture.CaptureMute;
import dev.syncline.internal.record.ApplyOutcome;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.record.RecordApplier;
import dev.syncline.internal.record.RecordText;
import dev.syncline.internal.store.ConflictRepository;
import dev.syncline.internal.store.DecisionRepository;
import dev.syncline.internal.store.DecisionRepository.OpenRow;
import dev.syncline.internal.store.TransactionManager;
import dev.syncline.internal.store.Unit;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Asks for the other side of conflicts over rows that both sides created. Nothing was agreed on of such a row, so a walk over the
 * whole table has no mark to miss it by, and its deletion at the backend would stay unknown until somebody has decided, and after.
 */
final class ParkedSweep {
    private static final int CHUNK = 200;

    private final TransactionManager transactions;
    private final SecondLook look;

    ParkedSweep(TransactionManager transactions, SecondLook look) {
        this.transactions = transactions;
        this.look = look;
    }

    /**
     * Asks, and follows what it is told at once.
     *
     * @return whether the backend answered for all
     */
    boolean sweep(SyncRun run, BoundTable table) {
        return ask(
                run, table, told -> run.noteOutcome(table, transactions.write(unit -> follow(unit, run, table, told))));
    }

    /**
     * Asks, and adds what it is told to what a staged walk holds ready, so that it shows with that.
     *
     * @return whether the backend answered for all
     */
    boolean stage(SyncRun run, BoundTable table, Staging staging) {
        return ask(run, table, told -> transactions.perform(unit -> staging.keep(unit, run, table, told)));
    }

    private boolean ask(SyncRun run, BoundTable table, Consumer<List<RemoteRecord>> answer) {
        boolean all = true;
        long after = 0;
        do {
            run.cancellation().check();
            List<String> ids = new ArrayList<>();
            long from = after;
            after = transactions.read(unit -> passage(unit, table, from, ids));
            if (!ids.isEmpty()) {
                List<RemoteRecord> told = look.at(run, table, ids);
                answer.accept(told);
                all &= SecondLook.unanswered(ids, told).isEmpty();
            }
        } while (after > 0);
        return all;
    }

    /** Goes through the next open conflicts and gives the place of the last one; 0 if no more follow. */
    private static long passage(Unit unit, BoundTable table, long after, List<String> ids) {
        List<OpenRow> some = DecisionRepository.openAfter(unit.handle(), after, CHUNK);
        for (OpenRow open : some) {
            if (open.table() == table.id()) {
                ConflictRepository.find(unit.handle(), open.id())
                        .filter(stored -> stored.conflict().baseData() == null)
                        .map(stored -> RecordText.read(stored.remoteRecord()))
                        .filter(record -> !record.deleted() && record.rivals().isEmpty())
                        .ifPresent(record -> ids.add(record.id()));
            }
        }
        return some.size() < CHUNK ? 0 : some.get(some.size() - 1).place();
    }

    private static ApplyOutcome follow(Unit unit, SyncRun run, BoundTable table, List<RemoteRecord> told)
            throws SQLException {
        ApplyOutcome outcome = new ApplyOutcome();
        CaptureMute.on(unit.connection());
        try (RecordApplier door = new RecordApplier(unit, table, run.context(), false, outcome)) {
            for (RemoteRecord record : told) {
                door.apply(record);
            }
        }
        CaptureMute.off(unit.connection());
        return outcome;
    }
}
