package dev.syncline.finance;

import dev.syncline.progress.SyncResult;
import dev.syncline.progress.UnsentChange;
import org.jspecify.annotations.Nullable;

/**
 * What became of one entry.
 *
 * @param run the run that it was to be sent with
 * @param unsent the change that the backend still does not have, with its state, reason and cure; null if nothing of the entry is unsent
 */
public record EntryOutcome(SyncResult run, @Nullable UnsentChange unsent) {

    /** {@return whether the backend has the entry as it is here} */
    public boolean isSent() {
        return unsent == null;
    }
}
