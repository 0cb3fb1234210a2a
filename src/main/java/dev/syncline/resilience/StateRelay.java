package dev.syncline.resilience;

import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Scheduler;
import io.reactivex.rxjava3.processors.BehaviorProcessor;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Brings a breaker's transitions to log and subscribers in the order in which they happened, although the breaker's lock is
 * free by then: a transition is noted under the lock and told after it, by one thread at a time.
 */
final class StateRelay {

    private static final Logger LOG = LoggerFactory.getLogger(CircuitBreaker.class);

    private record Transition(CircuitBreaker.State from, CircuitBreaker.State to, CircuitBreakerStatistics seen) {}

    private final String name;
    private final Scheduler delivery;
    private final Queue<Transition> noted = new ConcurrentLinkedQueue<>();
    private final AtomicInteger tellers = new AtomicInteger();
    /** How often it has opened since it was closed; used by the one thread that tells. */
    private int opened;

    private final BehaviorProcessor<CircuitBreaker.State> states =
            BehaviorProcessor.createDefault(CircuitBreaker.State.CLOSED);

    StateRelay(String name, Scheduler delivery) {
        this.name = name;
        this.delivery = delivery;
    }

    /** Subscribers run on the delivery scheduler, so none of them can hold up or break the thread that tells. */
    Flowable<CircuitBreaker.State> states() {
        return states.onBackpressureLatest().observeOn(delivery, false, 1);
    }

    void note(CircuitBreaker.State from, CircuitBreaker.State to, CircuitBreakerStatistics seen) {
        noted.add(new Transition(from, to, seen));
    }

    void tell() {
        if (tellers.getAndIncrement() != 0) {
            return;
        }
        int asked = 1;
        do {
            Transition transition;
            while ((transition = noted.poll()) != null) {
                states.onNext(transition.to());
                log(transition);
            }
            asked = tellers.addAndGet(-asked);
        } while (asked != 0);
    }

    private void log(Transition transition) {
        CircuitBreaker.State to = transition.to();
        if (to == CircuitBreaker.State.CLOSED) {
            opened = 0;
        } else if (to == CircuitBreaker.State.OPEN) {
            opened++;
        }
        // In a long outage each trial opens it again; that is told ever more rarely, the end in any case.
        boolean isNews = Integer.bitCount(opened) <= 1;
        Level usual = to == CircuitBreaker.State.OPEN ? Level.WARN : Level.INFO;
        CircuitBreakerStatistics seen = transition.seen();
        LOG.atLevel(isNews ? usual : Level.DEBUG)
                .log(
                        "Circuit of {} went from {} to {}: {} failures and {} successes in a row, {} refused so far",
                        name,
                        transition.from(),
                        transition.to(),
                        seen.failureStreak(),
                        seen.successStreak(),
                        seen.refused());
    }
}
