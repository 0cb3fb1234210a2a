package dev.syncline.internal.engine;

import dev.syncline.exception.ConsistencyException;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.store.HoldingRepository;
import dev.syncline.internal.store.HoldingRepository.Held;
import dev.syncline.internal.store.HoldingRepository.Late;
import dev.syncline.internal.store.HoldingRepository.Reason;
import dev.syncline.internal.store.RunRepository.Fault;
import dev.syncline.internal.store.TransactionManager;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * Tells of records that still wait when a pull has ended: for a unique value at once, since somebody may have to let go of it; for
 * records they refer to, or that refer to them, once those should have come or gone long ago.
 */
final class WaitingReport {
    /** A parent made at the backend while a pull goes on comes with the next one, whenever that is. */
    private static final Duration PATIENCE = Duration.ofHours(1);

    private static final int IDS_TOLD = 20;
    private static final int UNIQUE_TOLD = 200;

    private final List<BoundTable> tables;
    private final TransactionManager transactions;

    WaitingReport(List<BoundTable> tables, TransactionManager transactions) {
        this.tables = tables;
        this.transactions = transactions;
    }

    void report(SyncRun run) {
        Instant now = run.context().clock().instant();
        for (BoundTable table : tables) {
            transactions
                    .read(unit ->
                            HoldingRepository.page(unit.handle(), table.id(), Set.of(Reason.UNIQUE), "", UNIQUE_TOLD))
                    .forEach(one -> run.noteFault(new Fault(table.spec().entity(), one.id(), taken(table, one, now))));
            late(run, table, Reason.PARENT, "wait for records they refer to");
            late(run, table, Reason.CHILDREN, "are deleted at the backend but stay, since rows here refer to them");
        }
    }

    /** One fault for all of them: the backend may have withheld the parent of a million. */
    private void late(SyncRun run, BoundTable table, Reason reason, String what) {
        Instant now = run.context().clock().instant();
        Late late = transactions.read(unit -> HoldingRepository.late(
                unit.handle(), table.id(), reason, now.minus(PATIENCE).toEpochMilli()));
        if (late.count() == 0) {
            return;
        }
        List<String> some = transactions.read(
                unit -> HoldingRepository.page(unit.handle(), table.id(), Set.of(reason), "", IDS_TOLD).stream()
                        .map(Held::id)
                        .toList());
        run.noteFault(new Fault(
                table.spec().entity(),
                null,
                new ConsistencyException(
                        late.count() + " record(s) of " + table.spec().entity() + " " + what + ", the longest for "
                                + Duration.between(Instant.ofEpochMilli(late.since()), now)
                                        .toHours()
                                + " h. They are tried again after each pull; look at the backend what became of the"
                                + " others",
                        "BROKEN_REFERENCE",
                        some,
                        now,
                        null)));
    }

    private static ConsistencyException taken(BoundTable table, Held held, Instant now) {
        return new ConsistencyException(
                "a record of " + table.spec().entity() + " was put aside, " + held.detail()
                        + ". It is tried again after each pull; correct the row or the constraint",
                "UNSTORABLE_RECORD",
                List.of(held.id()),
                now,
                null);
    }
}
