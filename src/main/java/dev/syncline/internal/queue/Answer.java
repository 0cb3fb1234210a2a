package dev.syncline.internal.queue;

import dev.syncline.backend.PushResult;
import dev.syncline.internal.store.SyncOperation;

/**
 * What the backend made of one operation, ready to be settled.
 *
 * @param operation the frozen operation
 * @param result a definite outcome; a conflicted one carries the backend's copy
 */
public record Answer(SyncOperation operation, PushResult result) {}
