package dev.syncline.internal.capture;

import dev.syncline.backend.ChangeKind;
import org.jspecify.annotations.Nullable;

/**
 * A change of the host that has not been sent: what the row was when last in step with the backend, and what it is now.
 *
 * @param seq the order in which rows of the table were first touched
 * @param key the key values in the declared order
 * @param kind what the difference amounts to
 * @param base the row as it was; null if it did not exist
 * @param now the row as it is; null if it does not exist
 * @param editedAt the time of the last edit, milliseconds since 1970 by SQLite's clock; null unless edit times are wanted
 * @param deleteFirst whether the base was deleted before the present row was made under its key
 */
// The array is fresh for every change and goes straight back into SQL; a list would be copied both ways.
@SuppressWarnings("ArrayRecordComponent")
public record PendingChange(
        long seq,
        Object[] key,
        ChangeKind kind,
        @Nullable RowImage base,
        @Nullable RowImage now,
        @Nullable Long editedAt,
        boolean deleteFirst) {}
