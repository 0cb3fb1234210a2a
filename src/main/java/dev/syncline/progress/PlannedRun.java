package dev.syncline.progress;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A run that is to come. Kept in the file, so that it outlives the process.
 *
 * @param mode how much is exchanged
 * @param period the time between two runs; null for a single run
 * @param unmetered whether it waits for a link that costs nothing
 * @param dueAt when it is due; it begins then or as soon afterwards as the backend can be reached
 * @param failures how many runs of this plan in a row have failed; each doubles the distance to the next
 */
public record PlannedRun(SyncMode mode, @Nullable Duration period, boolean unmetered, Instant dueAt, int failures) {}
