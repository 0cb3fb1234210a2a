package dev.syncline.internal.queue;

import org.jspecify.annotations.Nullable;

/** What is known of an idempotency key, together with the payload that it is asked about. */
public sealed interface KeyStanding {

    /** No operation was ever sent under the key, or that was too long ago. */
    record Unknown() implements KeyStanding {}

    /**
     * The operation has no answer yet.
     *
     * @param sends how often it was begun to be sent
     */
    record InProgress(int sends) implements KeyStanding {}

    /**
     * The backend has the change.
     *
     * @param remoteId the record that the answer named
     * @param version the version that the answer told; null if it told none
     * @param answerDigest tells this answer from another
     */
    record Confirmed(String remoteId, @Nullable String version, String answerDigest) implements KeyStanding {}

    /** The backend refused the change or met another state; the change has a new key when it is sent again. */
    record Refused() implements KeyStanding {}

    /** The key belongs to another payload: nothing may be sent under it with this one. */
    record ReusedWithAnotherPayload() implements KeyStanding {}
}
