package dev.syncline.backend.rest;

import dev.syncline.exception.AuthenticationException;
import dev.syncline.exception.ClientException;
import dev.syncline.exception.NetworkException;
import dev.syncline.exception.RateLimitException;
import dev.syncline.exception.ServerException;
import dev.syncline.exception.SyncException;
import dev.syncline.exception.SyncTimeoutException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns what went wrong into the exception for it. {@code what} names the call, such as {@code UPDATE of payment}; bodies,
 * ids and credentials never get into a message.
 */
final class RestFailures {

    /** What to wait for an answer that is certain to come soon but told no time. */
    static final Duration SHORTLY = Duration.ofSeconds(1);

    private final Clock clock;
    private final Duration callTimeout;
    private final Map<String, String> context;

    RestFailures(Clock clock, Duration callTimeout, String backend) {
        this.clock = clock;
        this.callTimeout = callTimeout;
        context = Map.of("backend", backend);
    }

    /** A status that is no success. */
    SyncException refused(String what, WholeAnswer answer) {
        int status = answer.status();
        String message = what + " was answered with status " + status;
        if (status == 401) {
            return new AuthenticationException(
                    message + ": the credentials were not accepted; sign in again", clock.instant(), null, context);
        }
        if (status == 408) {
            return new SyncTimeoutException(message, callTimeout, clock.instant(), null, context);
        }
        if (status == 407) {
            return new NetworkException(
                    message + ": a proxy in between wants credentials", clock.instant(), null, context);
        }
        if (status == 429) {
            return limited(message, answer.retryAfter(), answer.quota());
        }
        if (status == 425) {
            return limited(message, answer.retryAfter() == null ? SHORTLY : answer.retryAfter(), answer.quota());
        }
        if (status >= 500 && status < 600) {
            return new ServerException(
                    message, status, answer.text(), answer.retryAfter(), clock.instant(), null, context);
        }
        if (status >= 300 && status < 400 && status != 304) {
            return client(message + ": a redirect, which is not followed", answer);
        }
        if (status >= 400 && status < 500) {
            return client(message, answer);
        }
        return malformed(what, status, "status " + status + " is not one that the protocol has here");
    }

    /** A definite refusal of one call. */
    ClientException client(String message, WholeAnswer answer) {
        return new ClientException(message, answer.status(), answer.text(), clock.instant(), null, context);
    }

    RateLimitException limited(String message, @Nullable Duration wait, Quota quota) {
        return new RateLimitException(
                message, wait, quota.limit(), quota.remaining(), quota.reset(), clock.instant(), null);
    }

    /** The server answered, but not in the protocol's terms. Retryable: the outcome of a write is unknown. */
    ServerException malformed(String what, int status, @Nullable String fault) {
        return new ServerException(
                "the answer to " + what + " is not what the protocol says (" + fault + "); none of it was used",
                status,
                "",
                null,
                clock.instant(),
                null,
                context);
    }

    /** Somebody else answered: a login page or a proxy. */
    NetworkException intercepted(String what) {
        return new NetworkException(
                what
                        + " was answered by a web page, probably a login page of the network in between; none of it was used",
                clock.instant(),
                null,
                context);
    }

    SyncException transport(String what, IOException cause) {
        if (cause instanceof InterruptedIOException && !Thread.currentThread().isInterrupted()) {
            return new SyncTimeoutException(
                    what + " took longer than its time limit", callTimeout, clock.instant(), cause, context);
        }
        return unreachable(what + " failed on its way", cause);
    }

    NetworkException unreachable(String message, @Nullable Throwable cause) {
        return new NetworkException(message, clock.instant(), cause, context);
    }

    AuthenticationException noToken(String why, @Nullable Throwable cause) {
        return new AuthenticationException(
                "the token supplier " + why + "; nothing was sent", clock.instant(), cause, context);
    }
}
