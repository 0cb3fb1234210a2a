package dev.syncline.internal.store;

import dev.syncline.backend.ChangeKind;
import org.jspecify.annotations.Nullable;

/**
 * One row of the queue: an operation that has left its journal.
 *
 * @param id its place in the order of recording; 0 before it is stored
 * @param table the number of its table
 * @param entity the entity's name at the backend
 * @param rowId the row's local id as text
 * @param kind what it does
 * @param payload the fields to send, as JSON text; null for a delete
 * @param image the row as it was frozen, as image text; null for a delete
 * @param base the row both sides last agreed on, as image text; null for a create
 * @param baseVersion the backend's version of the base, if known
 * @param editedAt when the row was last edited before it was frozen, in ms by this device's clock; null where no rule asks
 * @param status where it stands
 * @param attempts runs in which it failed while the backend served others
 * @param error why it last failed, without values; null if it did not
 * @param key the idempotency key; null for a mark of a refused operation
 * @param nextAttemptAt when it is due again, in ms since the epoch; 0 for at once
 */
public record SyncOperation(
        long id,
        int table,
        String entity,
        String rowId,
        ChangeKind kind,
        @Nullable String payload,
        @Nullable String image,
        @Nullable String base,
        @Nullable String baseVersion,
        @Nullable Long editedAt,
        Status status,
        int attempts,
        @Nullable String error,
        @Nullable String key,
        long nextAttemptAt) {

    /** After so many runs in which it failed and others did not, an operation is left alone until the host asks for it. */
    public static final int MOST_ATTEMPTS = 5;

    /** Where an operation stands. */
    public enum Status {
        /** Frozen and on its way: payload and key are settled, and the backend may already have it. */
        PROCESSING("processing"),
        /** Refused by the backend; its change is back in the journal and this row remembers what was refused. */
        FAILED("failed");

        private final String text;

        Status(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }

        static Status of(String text) {
            if (text.equals(PROCESSING.text)) {
                return PROCESSING;
            }
            if (text.equals(FAILED.text)) {
                return FAILED;
            }
            throw new IllegalArgumentException("the queue holds an operation of an unknown status: " + text);
        }
    }

    /** The same operation at a place in the order of recording. */
    SyncOperation withId(long place) {
        return new SyncOperation(
                place,
                table,
                entity,
                rowId,
                kind,
                payload,
                image,
                base,
                baseVersion,
                editedAt,
                status,
                attempts,
                error,
                key,
                nextAttemptAt);
    }

    /** The same operation, with what may have changed since it was sent. */
    SyncOperation now(
            String newRowId, @Nullable String newImage, @Nullable String newBase, Status newStatus, int newAttempts) {
        return new SyncOperation(
                id,
                table,
                entity,
                newRowId,
                kind,
                payload,
                newImage,
                newBase,
                baseVersion,
                editedAt,
                newStatus,
                newAttempts,
                error,
                key,
                nextAttemptAt);
    }

    /**
     * Turns the operation into the mark that remembers what was refused.
     *
     * @param why the reason, without values
     * @return a failed operation without key and payload
     */
    public SyncOperation refused(String why) {
        return new SyncOperation(
                id,
                table,
                entity,
                rowId,
                kind,
                null,
                image,
                null,
                baseVersion,
                null,
                Status.FAILED,
                attempts + 1,
                why,
                null,
                0);
    }

    /**
     * Tells whether it failed so often that it is not sent again by itself, though its outcome is not known.
     *
     * @return true from {@link #MOST_ATTEMPTS} on
     */
    public boolean hasGivenUp() {
        return status == Status.PROCESSING && attempts >= MOST_ATTEMPTS;
    }

    /** Names the operation without its values. */
    @Override
    public String toString() {
        return "SyncOperation[" + id + ", " + kind + " " + entity + " " + rowId + ", " + status + "]";
    }
}
