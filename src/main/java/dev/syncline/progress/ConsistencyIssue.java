package dev.syncline.progress;

import dev.syncline.conflict.ConflictSeverity;
import org.jspecify.annotations.Nullable;

/**
 * Something in the file that contradicts something else.
 *
 * @param type what kind of contradiction it is
 * @param severity how bad it is: {@code HIGH} where data is wrong or is not synchronized
 * @param entity the entity; null where it is about the file
 * @param rowId the row's local key as text; null where it is about no single row
 * @param message what contradicts what, without values
 * @param outcome what a repair has done, or would do
 */
public record ConsistencyIssue(
        Type type,
        ConflictSeverity severity,
        @Nullable String entity,
        @Nullable String rowId,
        String message,
        Outcome outcome) {

    /** Kinds of contradictions. */
    public enum Type {
        /** A row is taken for synchronized, but has no id at the backend. A repair sends it as a new one. */
        MISSING_REMOTE_ID,

        /** An operation is about a row that is gone, or a table that is not synced any more. A repair removes it unless it may have been sent. */
        ORPHAN_OPERATION,

        /** Two unsent rows hold the same and were made within five minutes. Only reported: which one to delete is the host's to say. */
        DUPLICATE_OPERATION,

        /** A declared reference, or a stored id, leads to no row. A repair clears a column that may be empty, and removes a stale id. */
        BROKEN_REFERENCE,

        /** A stored balance is not the computed one. A repair stores the computed one. */
        BALANCE_MISMATCH,

        /** A row was updated before it was created, or in the future. A repair sets the time of creation, or now. */
        TIMESTAMP_ORDER,

        /**
         * The backend has another number of records, or other versions of them, than are known here, and tells of no change that explains
         * it. Only reported; {@code synchronize(SyncMode.FULL)} reads everything again.
         */
        BACKEND_DIFFERS,

        /** SQLite finds the file damaged. Only reported; restore a backup or export what can be read. */
        DAMAGED_FILE
    }

    /** What is done about an issue. */
    public enum Outcome {
        /** A repair would mend it. */
        REPAIRABLE,

        /** It was mended. */
        REPAIRED,

        /** It was or would be left as it is, since mending it could lose data. */
        LEFT
    }
}
