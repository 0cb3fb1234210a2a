package dev.syncline.internal.queue;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What became of the operations of the last days, for as long as their keys are kept.
 *
 * @param inProgress operations without an answer
 * @param confirmed operations that the backend has
 * @param refused operations that it refused or met another state with
 * @param sentAgain operations of any state that were begun to be sent more than once
 * @param meanProcessing the mean time from the claim to the answer; null if nothing was answered
 */
public record OperationStatistics(
        long inProgress,
        long confirmed,
        long refused,
        long sentAgain,
        @Nullable Duration meanProcessing) {

    /**
     * Gives the share of answered operations that the backend took.
     *
     * @return 0 to 1; 1 if nothing was answered
     */
    public double successRate() {
        long answered = confirmed + refused;
        return answered == 0 ? 1 : (double) confirmed / answered;
    }

    /**
     * Gives the share of operations that were sent more than once.
     *
     * @return 0 to 1; 0 if there were none
     */
    public double retryRate() {
        long all = inProgress + confirmed + refused;
        return all == 0 ? 0 : (double) sentAgain / all;
    }
}
