package dev.syncline.internal.queue;

import dev.syncline.internal.record.ApplyOutcome;
import dev.syncline.internal.store.SyncOperation;
import java.util.ArrayList;
import java.util.List;

/**
 * What came of a group of answers.
 *
 * @param outcome what happened to the rows
 * @param accepted the operations that the backend has, also those whose answer was lost before
 * @param refused those that it refused
 */
public record Settlement(ApplyOutcome outcome, List<SyncOperation> accepted, List<Refusal> refused) {

    Settlement() {
        this(new ApplyOutcome(), new ArrayList<>(), new ArrayList<>());
    }
}
