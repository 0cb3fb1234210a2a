package dev.syncline.resilience;

import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Scheduler;
import io.reactivex.rxjava3.processors.BehaviorProcessor;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
        CircuitBreakerStatistics seen = transition.seen();
        LOG.atLevel(
                        transition.to() == CircuitBreaker.State.OPEN
                                ? org.slf4j.event.Level.WARN
                                : org.slf4j.event.Level.INFO)
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
