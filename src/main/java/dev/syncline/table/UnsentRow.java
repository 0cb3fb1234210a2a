package dev.syncline.table;

import dev.syncline.progress.UnsentChange;
import org.jspecify.annotations.Nullable;

/**
 * A row that the backend does not have as it is here. An immutable value.
 *
 * @param change what is to be done at the backend, where that stands and why
 * @param row the row as it is now; null if it was deleted
 * @param <T> the host's type
 */
public record UnsentRow<T>(UnsentChange change, @Nullable T row) {
    /** Names the change and no value of the row. */
    @Override
    public String toString() {
        return "UnsentRow[" + change + "]";
    }
}
