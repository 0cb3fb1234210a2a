package dev.syncline.internal.engine;

import dev.syncline.backend.Capabilities;
import dev.syncline.backend.EntitySummary;
import dev.syncline.backend.Findings;
import dev.syncline.backend.OutgoingChange;
import dev.syncline.backend.PullPage;
import dev.syncline.backend.PullRequest;
import dev.syncline.backend.PushReceipt;
import dev.syncline.backend.PushResult;
import dev.syncline.backend.RemoteBackend;
import dev.syncline.backend.RemoteRecord;
import dev.syncline.config.SyncConfig;
import dev.syncline.exception.AuthenticationException;
import dev.syncline.exception.RateLimitException;
import dev.syncline.exception.SyncException;
import dev.syncline.exception.SyncOperationException;
import dev.syncline.internal.store.Waiter;
import dev.syncline.resilience.CircuitBreaker;
import dev.syncline.resilience.RetryDecision;
import dev.syncline.resilience.RetryStrategy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The backend behind {@code Breaker(Retry(remote))}: the breaker counts operations whose tries are used up, and a
 * {@code Retry-After} pauses every call, not only the one that got it. The time limit of a single try is the adapter's.
 *
 * <p>Safe for several threads. Waits end when the run is cancelled.
 */
public final class ResilientBackend {
    private static final Logger log = LoggerFactory.getLogger(ResilientBackend.class);

    private final RemoteBackend remote;
    private final ContentVersions versions;
    private final CircuitBreaker breaker;
    private final RetryStrategy retry;
    private final Waiter waiter;
    private final Clock clock;
    private final RandomGenerator random;
    private final CredentialCheck credentials;
    private final Before before;
    private final OutageLog outage;
    private final TrafficTally traffic;
    private final RetryBudget budget = new RetryBudget();
    private Pause pause = new Pause(Instant.EPOCH, Duration.ZERO);

    /**
     * Wraps a backend.
     *
     * @param config names the backend and how failures are retried
     * @param breaker ends the load of an outage
     * @param waiter waits between tries
     * @param outage says how loudly failures are told of
     * @param traffic counts the bytes of calls
     * @param before what comes before each try
     */
    ResilientBackend(
            SyncConfig config,
            CircuitBreaker breaker,
            Waiter waiter,
            OutageLog outage,
            TrafficTally traffic,
            Before before) {
        this.traffic = traffic;
        this.before = before;
        this.outage = outage;
        remote = config.backend();
        versions = new ContentVersions(remote.capabilities());
        this.breaker = breaker;
        retry = config.options().retry();
        this.waiter = waiter;
        clock = config.clock();
        random = config.random();
        credentials = new CredentialCheck(remote::probe);
    }

    /** What comes before each try. */
    interface Before {
        /**
         * Ends the run here if it has lost the right to go on.
         *
         * @param sends whether something is to be changed at the backend
         * @throws Cancellation.CancelledException if the run has to end
         */
        void call(boolean sends);
    }

    Capabilities capabilities() {
        return remote.capabilities();
    }

    PullPage fetchPage(PullRequest request, Cancellation cancellation) {
        return call(
                Call.reading("fetch a page of " + request.entity()),
                cancellation,
                () -> traffic.during(request.entity(), () -> versions.of(remote.fetchPage(request))));
    }

    PullPage fetchIds(PullRequest request, Cancellation cancellation) {
        return call(
                Call.reading("list the ids of " + request.entity()),
                cancellation,
                () -> traffic.during(request.entity(), () -> remote.fetchIds(request)));
    }

    Optional<RemoteRecord> fetch(String entity, String id, Cancellation cancellation) {
        return call(
                Call.reading("read a record of " + entity),
                cancellation,
                () -> traffic.during(entity, () -> remote.fetch(entity, id)).map(versions::of));
    }

    Optional<EntitySummary> summarize(String entity, Cancellation cancellation) {
        return call(
                Call.reading("ask for a summary of " + entity),
                cancellation,
                () -> traffic.during(entity, () -> remote.summarize(entity)));
    }

    List<RemoteRecord> fetchAll(String entity, List<String> ids, Cancellation cancellation) {
        String what = "read " + ids.size() + " records of " + entity;
        return call(
                Call.reading(what),
                cancellation,
                () -> versions.of(traffic.during(entity, () -> remote.fetchAll(entity, ids))));
    }

    Findings find(String entity, Map<String, Object> fields, int limit, Cancellation cancellation) {
        return call(Call.reading("search in " + entity), cancellation, () -> {
            Findings found = traffic.during(entity, () -> remote.find(entity, fields, limit));
            return new Findings(versions.of(found.records()), found.complete());
        });
    }

    /** Without keys a second send could apply the change twice, so it is tried once; a later run looks the record up. */
    PushResult push(OutgoingChange change, Cancellation cancellation) {
        PushResult result = call(
                new Call(
                        "send a change of " + change.entity(),
                        remote.capabilities().idempotencyKeys(),
                        true,
                        true),
                cancellation,
                () -> versions.of(traffic.during(change.entity(), () -> remote.push(change))));
        credentials.served();
        return result;
    }

    /** Whether the backend itself can be reached, or only one request met trouble. Asked once, outside breaker and tries. */
    Optional<SyncException> probe() {
        try {
            remote.probe();
            return Optional.empty();
        } catch (SyncException failure) {
            return Optional.of(failure);
        }
    }

    List<PushReceipt> pushBatch(List<OutgoingChange> changes, Cancellation cancellation) {
        return call(
                new Call(
                        "send " + changes.size() + " changes of "
                                + changes.get(0).entity(),
                        remote.capabilities().idempotencyKeys(),
                        true,
                        false),
                cancellation,
                () -> versions.ofReceipts(traffic.during(changes.get(0).entity(), () -> remote.pushBatch(changes))));
    }

    List<PushReceipt> pushTogether(List<OutgoingChange> changes, Cancellation cancellation) {
        return call(
                new Call("send " + changes.size() + " changes that take effect together", true, true, false),
                cancellation,
                () -> versions.ofReceipts(traffic.during(changes.get(0).entity(), () -> remote.pushTogether(changes))));
    }

    /**
     * What is called.
     *
     * @param what for messages, such as "read a record of payment"
     * @param repeatable whether a second try cannot apply something twice
     * @param sends whether it changes something at the backend
     * @param single whether it is about one change only, whose refusal says nothing of others
     */
    private record Call(String what, boolean repeatable, boolean sends, boolean single) {
        static Call reading(String what) {
            return new Call(what, true, false, false);
        }
    }

    /** Begins a run: its second tries are counted anew. */
    void beginRun() {
        budget.refill();
    }

    private <T> T call(Call call, Cancellation cancellation, Supplier<T> attempt) {
        try (CircuitBreaker.Permit permit = breaker.acquire()) {
            T result;
            try {
                result = tries(call, permit, cancellation, attempt);
            } catch (SyncException failure) {
                permit.recordFailure(failure);
                throw failure;
            }
            permit.recordSuccess();
            budget.earn();
            return result;
        }
    }

    private <T> T tries(Call call, CircuitBreaker.Permit permit, Cancellation cancellation, Supplier<T> attempt) {
        String what = call.what();
        SyncException last = null;
        boolean askedAgain = false;
        for (int number = 1; ; number++) {
            beforeTry(call, cancellation, last);
            long ticket = credentials.ticket();
            log.debug("Trying to {} (try {})", what, number);
            try {
                return attempt.get();
            } catch (SyncException failure) {
                noteImposedPause(failure);
                if (failure instanceof AuthenticationException) {
                    if (!askedAgain && credentials.holdNow(ticket)) {
                        // Nothing was served, so this harms nobody; the adapter asks the token supplier each time.
                        askedAgain = true;
                        log.info("Credentials were refused and hold now; trying to {} once more", what);
                        continue;
                    }
                    throw askedAgain && call.single() && credentials.isLoneRefusal() ? alone(what, failure) : failure;
                }
                RetryDecision decision = call.repeatable() ? decide(number, failure) : new RetryDecision.GiveUp();
                if (!(decision instanceof RetryDecision.RetryAfter again) || !mayTryAgain(permit)) {
                    giveUp(what, number, failure);
                    throw failure;
                }
                last = failure;
                log.atLevel(outage.level(Level.WARN))
                        .log("Could not {} (try {}), again in {}: {}", what, number, again.delay(), failure.toString());
                waitBetween(again.delay(), cancellation, failure);
            } catch (Cancellation.CancelledException e) {
                throw e;
            } catch (RuntimeException unforeseen) {
                throw new SyncOperationException(
                        "the backend adapter failed to " + what + " in a way it should not; the change stays as it is",
                        "",
                        "",
                        "",
                        clock.instant(),
                        unforeseen);
            }
        }
    }

    /** An earlier try may have taken effect, so that the end of the run must not be told as "never sent": its outcome is unknown. */
    private void beforeTry(Call call, Cancellation cancellation, @Nullable SyncException earlier) {
        try {
            cancellation.check();
            awaitPause(cancellation);
            cancellation.check();
            before.call(call.sends());
        } catch (Cancellation.CancelledException ended) {
            throw earlier == null ? ended : earlier;
        }
    }

    private void waitBetween(Duration delay, Cancellation cancellation, SyncException earlier) {
        try {
            waiter.await(delay, cancellation.signal());
        } catch (Cancellation.CancelledException ended) {
            throw earlier;
        }
    }

    /** What is not worth a second try is an answer, of which the caller tells; what is worth one and gets none is trouble. */
    private void giveUp(String what, int number, SyncException failure) {
        if (failure.isRetryable()) {
            log.atLevel(outage.level(Level.ERROR))
                    .setCause(failure)
                    .log("Could not {} (try {}), no more tries in this run", what, number);
        } else {
            log.debug("Could not {} (try {}), trying again would not help", what, number, failure);
        }
    }

    /** Others may have found out meanwhile that the backend is down, or have used up what a run may ask of it. */
    private boolean mayTryAgain(CircuitBreaker.Permit permit) {
        return !permit.isRevoked() && budget.take();
    }

    /** A refusal of one change, by a backend that takes the credentials, keeps nothing else from going out. */
    private SyncException alone(String what, SyncException refused) {
        return new SyncOperationException(
                "the backend takes the credentials, but not to " + what + "; it is tried again later, and others go on",
                "",
                "",
                "",
                clock.instant(),
                refused);
    }

    private RetryDecision decide(int number, SyncException failure) {
        // A generator need not be safe for two threads.
        synchronized (random) {
            return retry.next(number, failure, random);
        }
    }

    private synchronized void noteImposedPause(SyncException failure) {
        Duration imposed = failure.imposedDelay();
        Instant now = clock.instant();
        if (imposed != null && imposed.compareTo(pause.leftAt(now)) > 0) {
            pause = new Pause(now, imposed);
        }
    }

    /** What is left of the pause; begun anew if the clock was set back meanwhile, since then nobody knows how much has passed. */
    private synchronized Duration leftOfPause() {
        Instant now = clock.instant();
        if (now.isBefore(pause.since())) {
            pause = new Pause(now, pause.length());
        }
        return pause.leftAt(now);
    }

    private void awaitPause(Cancellation cancellation) {
        Duration left = leftOfPause();
        if (left.isNegative() || left.isZero()) {
            return;
        }
        if (left.compareTo(retry.patience()) > 0) {
            throw new RateLimitException(
                    "not sent: the backend asked to be left alone for another " + left.toSeconds() + " s",
                    left,
                    null,
                    null,
                    null,
                    clock.instant(),
                    null);
        }
        waiter.await(left, cancellation.signal());
    }

    /** The backend wants to be left alone. */
    private record Pause(Instant since, Duration length) {
        Duration leftAt(Instant now) {
            return Duration.between(now, since.plus(length));
        }
    }
}
