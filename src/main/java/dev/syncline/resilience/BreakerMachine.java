package dev.syncline.resilience;

import dev.syncline.resilience.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The states of a breaker and what moves it between them. Counting and states are Resilience4j's: a window of the last n
 * outcomes that opens at 100 % opens exactly after n failures in a row. What such a window cannot say is added here: one trial
 * at a time although two successes are needed, the first failed trial opens again, and an operation from before an opening no
 * longer counts.
 *
 * <p>Thread-safe by its own monitor, under which nothing foreign runs: transitions are only noted, for the relay to tell later.
 */
final class BreakerMachine {

    /** One admitted operation. Guarded by the machine's monitor. */
    static final class Ticket {

        private final long grantedAfter;
        private boolean spent;

        private Ticket(long openings) {
            grantedAfter = openings;
        }
    }

    private final CircuitBreakerSettings settings;
    private final StateRelay relay;
    private final io.github.resilience4j.circuitbreaker.CircuitBreaker machine;
    private BreakerTally tally = new BreakerTally();
    private long openings;
    private int failuresAtOpening;
    private @Nullable Instant openedAt;
    private @Nullable Ticket trial;
    private Instant trialSince = Instant.MIN;

    BreakerMachine(String name, CircuitBreakerSettings settings, Clock clock, StateRelay relay) {
        this.settings = settings;
        this.relay = relay;
        this.machine = io.github.resilience4j.circuitbreaker.CircuitBreaker.of(name, config(settings, clock));
    }

    private static CircuitBreakerConfig config(CircuitBreakerSettings settings, Clock clock) {
        return CircuitBreakerConfig.custom()
                .slidingWindowType(SlidingWindowType.COUNT_BASED)
                .slidingWindowSize(settings.failuresToOpen())
                // Also the least number of trials; each window cuts it to its own size.
                .minimumNumberOfCalls(Math.max(settings.failuresToOpen(), settings.successesToClose()))
                .failureRateThreshold(100)
                .permittedNumberOfCallsInHalfOpenState(settings.successesToClose())
                .waitDurationInOpenState(settings.openTime())
                .automaticTransitionFromOpenToHalfOpenEnabled(false)
                .clock(clock)
                .currentTimestampFunction(Clock::millis, TimeUnit.MILLISECONDS)
                .build();
    }

    /** Admits an operation, or counts a refusal and gives null. */
    synchronized @Nullable Ticket admit(Instant now) {
        if (state() == State.OPEN && !isOpenAt(now)) {
            machine.transitionToHalfOpenState();
            noteChange(State.OPEN, now);
        }
        writeOffLostTrial(now);
        if (state() == State.OPEN || trial != null || !machine.tryAcquirePermission()) {
            tally.refusal();
            return null;
        }
        Ticket ticket = new Ticket(openings);
        if (state() == State.HALF_OPEN) {
            trial = ticket;
            trialSince = now;
        }
        return ticket;
    }

    synchronized void succeed(Ticket ticket, Instant now) {
        if (spend(ticket)) {
            boolean counts = counts(ticket);
            tally.success(counts);
            if (counts) {
                State before = state();
                trial = null;
                machine.onSuccess(0, TimeUnit.MILLISECONDS);
                noteChange(before, now);
            }
        }
    }

    synchronized void fail(Ticket ticket, Throwable failure, Instant now) {
        if (spend(ticket)) {
            boolean counts = counts(ticket);
            tally.failure(now, counts);
            if (counts) {
                State before = state();
                trial = null;
                if (before == State.HALF_OPEN) {
                    machine.transitionToOpenState();
                } else {
                    machine.onError(0, TimeUnit.MILLISECONDS, failure);
                }
                noteChange(before, now);
            }
        }
    }

    synchronized void release(Ticket ticket) {
        if (spend(ticket) && counts(ticket)) {
            trial = null;
            machine.releasePermission();
        }
    }

    synchronized boolean isRevoked(Ticket ticket) {
        return ticket.grantedAfter != openings;
    }

    synchronized void open(Instant now) {
        State before = state();
        openedAt = now;
        if (before != State.OPEN) {
            machine.transitionToOpenState();
            noteChange(before, now);
        }
    }

    synchronized void reset(Instant now) {
        State before = state();
        machine.reset();
        tally = new BreakerTally();
        openedAt = null;
        noteChange(before, now);
    }

    synchronized State state() {
        return switch (machine.getState()) {
            case CLOSED -> State.CLOSED;
            case HALF_OPEN -> State.HALF_OPEN;
            default -> State.OPEN;
        };
    }

    synchronized boolean isOpenAt(Instant now) {
        return state() == State.OPEN && now.isBefore(resetAt(now));
    }

    /** When the next trial is admitted; the open time from now where it never opened. */
    synchronized Instant resetAt(Instant now) {
        if (openedAt != null && now.isBefore(openedAt)) {
            // The clock was set back, maybe by days; nobody waits longer for that than the open time.
            openedAt = now;
        }
        return (openedAt == null ? now : openedAt).plus(settings.openTime());
    }

    synchronized int failuresAtOpening() {
        return failuresAtOpening;
    }

    synchronized CircuitBreakerStatistics statistics() {
        return tally.statistics(state(), openedAt);
    }

    /** A trial whose thread died without a report would otherwise keep the breaker half-open for ever. */
    private void writeOffLostTrial(Instant now) {
        if (trial != null && !now.isBefore(trialSince.plus(settings.openTime()))) {
            trial = null;
            machine.releasePermission();
        }
    }

    private static boolean spend(Ticket ticket) {
        boolean first = !ticket.spent;
        ticket.spent = true;
        return first;
    }

    private boolean counts(Ticket ticket) {
        return ticket.grantedAfter == openings && (state() == State.CLOSED || ticket == trial);
    }

    private void noteChange(State before, Instant now) {
        State after = state();
        if (after == before) {
            return;
        }
        trial = null;
        if (after == State.OPEN) {
            openings++;
            openedAt = now;
            failuresAtOpening = tally.failureStreak();
        }
        relay.note(before, after, statistics());
    }
}
