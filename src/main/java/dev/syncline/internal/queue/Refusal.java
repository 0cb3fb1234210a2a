package dev.syncline.internal.queue;

import dev.syncline.exception.SyncException;
import dev.syncline.internal.store.SyncOperation;

/**
 * A change that the backend refused as it stands; it is back in its journal.
 *
 * @param operation the change as it was sent
 * @param reason why
 */
public record Refusal(SyncOperation operation, SyncException reason) {}
