package dev.syncline.internal.engine;

import dev.syncline.exception.AuthenticationException;
import dev.syncline.exception.CircuitBreakerOpenException;
import dev.syncline.exception.ClientException;
import dev.syncline.exception.ConsistencyException;
import dev.syncline.exception.NetworkException;
import dev.syncline.exception.RateLimitException;
import dev.syncline.exception.ServerException;
import dev.syncline.exception.StorageException;
import dev.syncline.exception.SyncException;
import dev.syncline.exception.SyncTimeoutException;
import dev.syncline.progress.AbortReason;

/** Which failures end a run, and under what name. Pure. */
final class RunFailures {

    private RunFailures() {}

    /** Whether every further request of this run would meet the same failure. */
    static boolean endsTheRun(SyncException failure) {
        return failure instanceof NetworkException
                || failure instanceof SyncTimeoutException
                || failure instanceof CircuitBreakerOpenException
                || failure instanceof RateLimitException
                || failure instanceof AuthenticationException
                || failure instanceof StorageException
                || asksForAPause(failure)
                || isRedirect(failure)
                || refusesThisVersion(failure);
    }

    private static boolean asksForAPause(SyncException failure) {
        return failure instanceof ServerException && failure.imposedDelay() != null;
    }

    /** A login page of the network in between, or a backend that has moved: no request gets to it. */
    private static boolean isRedirect(SyncException failure) {
        return failure instanceof ClientException refused && refused.status() >= 300 && refused.status() < 400;
    }

    /** The backend takes no request of this form, whatever is in it: an app to be updated, not a change to be mended. */
    private static boolean refusesThisVersion(SyncException failure) {
        return failure instanceof ClientException refused && (refused.status() == 415 || refused.status() == 426);
    }

    /** Why a run was ended by a failure. */
    static AbortReason reason(Throwable failure) {
        if (failure instanceof Cancellation.CancelledException asked) {
            return asked.reason();
        }
        if (failure instanceof AuthenticationException) {
            return AbortReason.AUTHENTICATION;
        }
        if (failure instanceof ConsistencyException) {
            return AbortReason.CONSISTENCY;
        }
        boolean unreachable = failure instanceof NetworkException
                || failure instanceof SyncTimeoutException
                || failure instanceof ServerException
                || failure instanceof CircuitBreakerOpenException
                || failure instanceof RateLimitException
                || (failure instanceof SyncException known && (asksForAPause(known) || isRedirect(known)));
        return unreachable ? AbortReason.OFFLINE : AbortReason.INTERNAL;
    }
}
