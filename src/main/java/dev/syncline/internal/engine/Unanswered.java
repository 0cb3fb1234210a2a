package dev.syncline.internal.engine;

import dev.syncline.backend.Capabilities;
import dev.syncline.exception.CircuitBreakerOpenException;
import dev.syncline.exception.RateLimitException;
import dev.syncline.exception.ServerException;
import dev.syncline.exception.SyncException;
import dev.syncline.internal.queue.IdempotencyService;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.store.AttemptRepository;
import dev.syncline.internal.store.IdempotencyRepository;
import dev.syncline.internal.store.OperationRepository;
import dev.syncline.internal.store.SyncOperation;
import dev.syncline.internal.store.SyncOperation.Status;
import dev.syncline.internal.store.TransactionManager;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The operations that got no answer: when each is due again, whether its key still protects it, and whether it has failed so often
 * that it is left alone. Used by the run thread.
 */
final class Unanswered {
    /** From this many failures on, an operation waits before it is asked for again. */
    private static final int PATIENT_ATTEMPTS = 3;

    private static final Duration LONGEST_BACKOFF = Duration.ofHours(1);
    static final Duration LONGEST_IMPOSED = Duration.ofHours(24);

    /** A server that answers a key with the same 500 this often has stored it, and will never serve that key. */
    private static final int STORED = 3;

    private final TransactionManager transactions;
    private final AttemptRepository tries;
    private final Capabilities capabilities;
    private final Clock clock;
    /** What this run's failures say against the operation itself, by its number. */
    private final Map<Long, SyncException> failures = new LinkedHashMap<>();

    Unanswered(TransactionManager transactions, Capabilities capabilities, Clock clock) {
        this.transactions = transactions;
        this.capabilities = capabilities;
        this.clock = clock;
        tries = new AttemptRepository(clock);
    }

    /** Begins a run. */
    void begin() {
        failures.clear();
    }

    /**
     * Stores that operations got no answer, and when each may be sent again.
     *
     * @param unknown the operations, with the reasons
     * @param sent whether they were sent; else they were only asked for
     */
    void note(Map<SyncOperation, SyncException> unknown, boolean sent) {
        transactions.perform(unit -> {
            unknown.forEach((operation, failure) -> {
                Duration imposed = failure.imposedDelay();
                tries.retryLater(
                        unit.handle(),
                        operation.id(),
                        operation.attempts(),
                        imposed == null
                                ? 0
                                : clock.millis()
                                        + shorter(imposed, LONGEST_IMPOSED).toMillis(),
                        failure.getClass().getSimpleName() + ": " + failure.getMessage());
            });
            if (sent) {
                Map<SyncOperation, Optional<String>> bodies = new LinkedHashMap<>();
                unknown.forEach((operation, failure) -> bodies.put(operation, storable(failure)));
                IdempotencyService.noteFailures(unit.handle(), bodies);
            }
        });
        unknown.forEach((operation, failure) -> {
            boolean ofTheBackend =
                    failure instanceof RateLimitException || failure instanceof CircuitBreakerOpenException;
            if (!ofTheBackend) {
                failures.put(operation.id(), failure);
            }
        });
    }

    /** Only a failure that the server itself gave can be stored under a key. */
    private static Optional<String> storable(SyncException failure) {
        return failure instanceof ServerException server && server.status() == 500
                ? Optional.of(server.body())
                : Optional.empty();
    }

    /** An operation that is settled, or goes on under another key. */
    void forget(SyncOperation operation) {
        failures.remove(operation.id());
    }

    /**
     * Counts an attempt against each operation that failed, now that the run has served others: an outage fails nobody. What fails
     * again and again is asked for ever more rarely, and in the end no more.
     */
    void countAttempts() {
        if (failures.isEmpty()) {
            return;
        }
        transactions.perform(unit -> failures.forEach((id, failure) -> OperationRepository.byId(unit.handle(), id)
                .filter(operation -> operation.status() == Status.PROCESSING)
                .ifPresent(operation -> {
                    int attempts = operation.attempts() + 1;
                    long due = attempts >= PATIENT_ATTEMPTS
                            ? clock.millis() + backoff(attempts, failure).toMillis()
                            : 0;
                    tries.retryLater(
                            unit.handle(),
                            id,
                            attempts,
                            Math.max(due, operation.nextAttemptAt()),
                            failure.getClass().getSimpleName() + ": " + failure.getMessage());
                })));
        failures.clear();
    }

    private static Duration backoff(int attempts, SyncException failure) {
        return shorter(failure.retryDelay().multipliedBy(1L << Math.min(attempts, 10)), LONGEST_BACKOFF);
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    /**
     * The operations of a table whose key helps no longer: the backend may have forgotten it, it never meant anything to it, or a
     * failure is stored under it.
     */
    Set<Long> withUselessKeys(BoundTable table) {
        long now = clock.millis();
        long retention =
                capabilities.idempotencyKeys() ? capabilities.keyRetention().toMillis() : -1;
        return transactions.read(unit -> {
            Set<Long> useless = new HashSet<>(AttemptRepository.withOldKeys(
                    unit.handle(), table.id(), now - retention, now + LONGEST_IMPOSED.toMillis()));
            useless.addAll(IdempotencyRepository.failing(unit.handle(), table.id(), STORED));
            return useless;
        });
    }
}
