package dev.syncline.internal.engine;

import dev.syncline.resilience.BackendBreaker;
import dev.syncline.resilience.CircuitBreaker;
import dev.syncline.resilience.CircuitBreakerStatistics;
import io.reactivex.rxjava3.core.Completable;
import io.reactivex.rxjava3.core.Flowable;

/** The breaker as a host sees it: it ends with the manager, and lets nothing through by hand. */
record BreakerView(CircuitBreaker breaker, Completable closed) implements BackendBreaker {
    @Override
    public Flowable<CircuitBreaker.State> watch() {
        return breaker.watchState().takeUntil(closed.toFlowable());
    }

    @Override
    public CircuitBreakerStatistics statistics() {
        return breaker.statistics();
    }

    @Override
    public void open() {
        breaker.open();
    }

    @Override
    public void reset() {
        breaker.reset();
    }
}
