package dev.syncline.backend;

/**
 * The outcome of one change of a batch.
 *
 * @param key the {@link OutgoingChange#key()} it belongs to
 * @param result what the backend made of it
 */
public record PushReceipt(String key, PushResult result) {}
