package dev.syncline.internal.queue;

import dev.syncline.conflict.ConflictSeverity;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.progress.ConsistencyIssue;
import dev.syncline.progress.ConsistencyIssue.Outcome;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * An issue with what would mend it.
 *
 * @param issue the issue
 * @param repair what mends it; null if nothing may
 */
record Finding(ConsistencyIssue issue, @Nullable Repair repair) {

    /** Mends an issue within an open unit. */
    interface Repair {
        /**
         * Mends it.
         *
         * @throws SQLException if the host's table refuses it
         */
        void run() throws SQLException;
    }

    static Finding of(
            ConsistencyIssue.Type type,
            ConflictSeverity severity,
            BoundTable table,
            @Nullable String rowId,
            String message,
            @Nullable Repair repair) {
        Outcome outcome = repair == null ? Outcome.LEFT : Outcome.REPAIRABLE;
        return new Finding(
                new ConsistencyIssue(type, severity, table.spec().entity(), rowId, message, outcome), repair);
    }

    ConsistencyIssue repaired() {
        return with(Outcome.REPAIRED);
    }

    ConsistencyIssue left() {
        return with(Outcome.LEFT);
    }

    private ConsistencyIssue with(Outcome outcome) {
        return new ConsistencyIssue(
                issue.type(), issue.severity(), issue.entity(), issue.rowId(), issue.message(), outcome);
    }
}
