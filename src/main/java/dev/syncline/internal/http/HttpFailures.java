package dev.syncline.internal.http;

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
public final class HttpFailures {

    /** What to wait for an answer that is certain to come soon but told no time. */
    public static final Duration SHORTLY = Duration.ofSeconds(1);

    private final Clock clock;
    private final Duration callTimeout;
    private final Map<String, String> context;

    /**
     * Prepares the names of failures.
     *
     * @param clock dates them
     * @param callTimeout the time limit of a call
     * @param backend the backend's name, without credentials
     */
    public HttpFailures(Clock clock, Duration callTimeout, String backend) {
        this.clock = clock;
        this.callTimeout = callTimeout;
        context = Map.of("backend", backend);
    }

    /**
     * Names a status that is no success.
     *
     * @param what the call
     * @param answer the answer
     * @return what it means
     */
    public SyncException refused(String what, WholeAnswer answer) {
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

    /**
     * Names a definite refusal of one call.
     *
     * @param message what was refused
     * @param answer the answer
     * @return the refusal
     */
    public ClientException client(String message, WholeAnswer answer) {
        return new ClientException(message, answer.status(), answer.text(), clock.instant(), null, context);
    }

    /**
     * Names a wait that is asked for.
     *
     * @param message why
     * @param wait how long; null if it is not told
     * @param quota what is known of the limit
     * @return the failure
     */
    public RateLimitException limited(String message, @Nullable Duration wait, Quota quota) {
        return new RateLimitException(
                message, wait, quota.limit(), quota.remaining(), quota.reset(), clock.instant(), null);
    }

    /**
     * Names an answer that is not in the protocol's terms. Retryable: the outcome of a write is unknown.
     *
     * @param what the call
     * @param status the status
     * @param fault what is wrong
     * @return the failure
     */
    public ServerException malformed(String what, int status, @Nullable String fault) {
        return new ServerException(
                "the answer to " + what + " is not what the protocol says (" + fault + "); none of it was used",
                status,
                "",
                null,
                clock.instant(),
                null,
                context);
    }

    /**
     * Names an answer of somebody else's: a login page or a proxy.
     *
     * @param what the call
     * @return the failure
     */
    public NetworkException intercepted(String what) {
        return new NetworkException(
                what
                        + " was answered by a web page, probably a login page of the network in between; none of it was used",
                clock.instant(),
                null,
                context);
    }

    /**
     * Names a call that broke off.
     *
     * @param what the call
     * @param cause what the client says
     * @return a time-out or a network failure
     */
    public SyncException transport(String what, IOException cause) {
        if (cause instanceof InterruptedIOException && !Thread.currentThread().isInterrupted()) {
            return new SyncTimeoutException(
                    what + " took longer than its time limit", callTimeout, clock.instant(), cause, context);
        }
        return unreachable(what + " failed on its way", cause);
    }

    /**
     * Names a call without an answer.
     *
     * @param message what happened
     * @param cause why, if known
     * @return the failure
     */
    public NetworkException unreachable(String message, @Nullable Throwable cause) {
        return new NetworkException(message, clock.instant(), cause, context);
    }

    /**
     * Names a call that has no credentials to go with.
     *
     * @param why what the supplier of tokens did
     * @param cause what it threw, if it did
     * @return the failure
     */
    public AuthenticationException noToken(String why, @Nullable Throwable cause) {
        return new AuthenticationException(
                "the token supplier " + why + "; nothing was sent", clock.instant(), cause, context);
    }
}
