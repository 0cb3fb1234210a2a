package dev.syncline.internal.engine;

import dev.syncline.backend.ChangeKind;
import dev.syncline.backend.PushResult;
import dev.syncline.config.OutgoingRow;
import dev.syncline.config.RecordValidator;
import dev.syncline.exception.FieldFault;
import dev.syncline.exception.ValidationException;
import dev.syncline.internal.queue.Answer;
import dev.syncline.internal.queue.FrozenImages;
import dev.syncline.internal.queue.RowToCheck;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.store.SyncOperation;
import dev.syncline.internal.store.TransactionManager;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts rows that were just claimed to the host's validators. What breaks a rule gets the answer that a backend would have given to it, and
 * ends as such a change does; no byte of it leaves. What an earlier run sent is not asked about again: the backend may have it. Used by
 * the run thread, outside of units of work.
 */
final class RowChecks {
    private static final Logger log = LoggerFactory.getLogger(RowChecks.class);

    private final List<BoundTable> tables;
    private final TransactionManager transactions;
    private final FrozenImages images;
    private final Clock clock;
    private final HostCalls calls;

    RowChecks(
            List<BoundTable> tables,
            TransactionManager transactions,
            FrozenImages images,
            Clock clock,
            HostCalls calls) {
        this.tables = tables;
        this.transactions = transactions;
        this.images = images;
        this.clock = clock;
        this.calls = calls;
    }

    /** Whether nothing of a table can be asked about now, since a call to the host that was given up has not come back. */
    boolean mustWait(BoundTable table) {
        return table.spec().validator() != RecordValidator.NONE && calls.areBusy();
    }

    /** Asks about claimed operations. */
    Verdict of(BoundTable table, List<SyncOperation> claimed) {
        Verdict verdict = new Verdict(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        for (SyncOperation operation : claimed) {
            if (table.spec().validator() == RecordValidator.NONE || operation.kind() == ChangeKind.DELETE) {
                verdict.free.add(operation);
            } else if (calls.areBusy()) {
                verdict.unasked.add(operation);
            } else {
                List<FieldFault> faults = ask(table, operation);
                if (faults.isEmpty()) {
                    verdict.free.add(operation);
                } else {
                    verdict.refused.add(new Answer(operation, new PushResult.Rejected(invalid(table, faults))));
                }
            }
        }
        return verdict;
    }

    private List<FieldFault> ask(BoundTable table, SyncOperation operation) {
        RowToCheck row =
                new RowToCheck(table, tables, operation.rowId(), images.of(operation), transactions, clock.instant());
        try {
            return calls.call(() -> ask(table, operation.rowId(), row));
        } catch (RuntimeException failure) {
            log.warn(
                    "The validator of {} gave no answer for row {}; the row is not sent until it is edited or armed again",
                    table.spec().name(),
                    operation.rowId(),
                    failure);
            return List.of(new FieldFault(
                    "*",
                    "the validator of the table gave no answer within " + HostCalls.PATIENCE_SECONDS + " s",
                    "correct the validator, then call retryFailed()"));
        }
    }

    /**
     * What the host's validators made of claimed operations.
     *
     * @param free what may be sent
     * @param refused the answers to what must not be sent
     * @param unasked what nobody could be asked about; it waits for a later run
     */
    record Verdict(List<SyncOperation> free, List<Answer> refused, List<SyncOperation> unasked) {}

    /** What a table's validator has against a row; one that throws is against it. */
    static List<FieldFault> ask(BoundTable table, String rowId, OutgoingRow row) {
        try {
            return table.spec().validator().faults(row);
        } catch (RuntimeException failure) {
            log.warn(
                    "The validator of {} failed for row {}; the row is not sent until it is edited or armed again",
                    table.spec().name(),
                    rowId,
                    failure);
            return List.of(new FieldFault(
                    "*", "the validator of the table failed", "correct the validator, then call retryFailed()"));
        }
    }

    private ValidationException invalid(BoundTable table, List<FieldFault> faults) {
        return new ValidationException(
                "a row of " + table.spec().name() + " was not sent, since it breaks a rule of the host's",
                faults,
                clock.instant(),
                null);
    }
}
