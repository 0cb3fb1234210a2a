package dev.syncline.backend.rest;

import dev.syncline.exception.AuthenticationException;
import dev.syncline.exception.ServerException;
import dev.syncline.exception.SyncException;
import dev.syncline.internal.http.HttpFailures;
import dev.syncline.internal.http.WholeAnswer;
import java.time.Clock;
import org.jspecify.annotations.Nullable;

/** Says what an answer means that is no success: by the server's own rules, else by its status. */
final class Refusals {

    private final Errors errors;
    private final HttpFailures failures;
    private final Clock clock;
    private final Runnable probe;

    /**
     * Takes the rules.
     *
     * @param errors the server's own
     * @param failures names failures
     * @param clock dates them
     * @param probe tries the credentials; throws if they do not hold
     */
    Refusals(Errors errors, HttpFailures failures, Clock clock, Runnable probe) {
        this.errors = errors;
        this.failures = failures;
        this.clock = clock;
        this.probe = probe;
    }

    Errors errors() {
        return errors;
    }

    /** What a rule says; null if none speaks of the answer. */
    @Nullable
    Meaning meaning(WholeAnswer answer) {
        return errors.meaning(answer);
    }

    /**
     * Whether an answer says that there is no such row. Where it looks like refused credentials, they are tried first.
     *
     * @throws SyncException if they do not hold
     */
    boolean isGone(WholeAnswer answer) {
        Meaning meaning = errors.meaning(answer);
        if (meaning != Meaning.GONE) {
            return meaning == null && (answer.status() == 404 || answer.status() == 410);
        }
        if (answer.status() == 401 || answer.status() == 403) {
            probe.run();
        }
        return true;
    }

    /** The exception for a request that was not served. */
    SyncException failure(String what, WholeAnswer answer) {
        Meaning meaning = errors.meaning(answer);
        // What stands for a missing row in the answer about one says of a list or a probe what it always says.
        if (meaning == Meaning.UNAUTHORIZED || (meaning == Meaning.GONE && answer.status() == 401)) {
            return new AuthenticationException(
                    what + " was refused: the credentials were not accepted; sign in again", clock.instant(), null);
        }
        if (meaning == Meaning.RETRY) {
            return new ServerException(
                    what + " was not served now, as status " + answer.status() + " says here",
                    answer.status(),
                    answer.text(),
                    answer.retryAfter(),
                    clock.instant(),
                    null);
        }
        if (meaning == Meaning.REFUSED || meaning == Meaning.GONE) {
            return failures.client(what + " was refused with status " + answer.status(), answer);
        }
        return failures.refused(what, answer);
    }
}
