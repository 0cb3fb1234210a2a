package dev.syncline.internal.queue;

import dev.syncline.backend.PushResult;
import dev.syncline.internal.store.SyncOperation;

/**
 * What the backend made of one operation, ready to be settled.
 *
 * @param operation the frozen operation
 * @param result a definite outcome; a conflicted one carries the backend's copy
 * @param doubtful whether a copy may hold this very operation, sent before without an answer, under what others did since
 */
public record Answer(SyncOperation operation, PushResult result, boolean doubtful) {

    /**
     * Makes an answer that tells for certain.
     *
     * @param operation as above
     * @param result as above
     */
    public Answer(SyncOperation operation, PushResult result) {
        this(operation, result, false);
    }
}
