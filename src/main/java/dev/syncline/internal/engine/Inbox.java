package dev.syncline.internal.engine;

import dev.syncline.conflict.Conflict;
import dev.syncline.conflict.ConflictFilter;
import dev.syncline.conflict.ConflictInbox;
import dev.syncline.conflict.ConflictStatistics;
import dev.syncline.conflict.Decision;
import dev.syncline.conflict.Resolution;
import dev.syncline.exception.ConflictException;
import dev.syncline.exception.SyncException;
import dev.syncline.internal.record.ApplyContext;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.store.ConflictRepository;
import dev.syncline.internal.store.ConflictRepository.StoredConflict;
import dev.syncline.internal.store.DecisionRepository;
import dev.syncline.internal.store.TransactionManager;
import dev.syncline.progress.SyncEvent;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Scheduler;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The inbox of open conflicts and the journal of decided ones, as hosts see them. Safe for any thread. */
final class Inbox implements ConflictInbox {
    private static final Logger log = LoggerFactory.getLogger(Inbox.class);

    private final TransactionManager transactions;
    private final InboxDecisions decisions;
    private final SyncProgressTracker tracker;
    private final Supplier<ApplyContext> context;
    private final Scheduler delivery;
    private final RuledConflicts rules;
    private final PersonsDecisions persons;

    Inbox(
            List<BoundTable> tables,
            TransactionManager transactions,
            InboxDecisions decisions,
            SyncProgressTracker tracker,
            Supplier<ApplyContext> context,
            Scheduler delivery) {
        this.transactions = transactions;
        this.decisions = decisions;
        this.tracker = tracker;
        this.context = context;
        this.delivery = delivery;
        rules = new RuledConflicts(transactions, decisions);
        persons = new PersonsDecisions(tables, transactions, decisions);
    }

    private Clock clock() {
        return context.get().clock();
    }

    @Override
    public List<Conflict> open(ConflictFilter wanted) {
        ApplyContext shared = context.get();
        return transactions.read(unit -> {
            List<String> ids = DecisionRepository.ids(unit.handle(), wanted, false);
            return decisions.present(unit, ids, shared).stream()
                    .map(StoredConflict::conflict)
                    .toList();
        });
    }

    @Override
    public int count(ConflictFilter wanted) {
        return transactions.read(unit -> DecisionRepository.countOpen(unit.handle(), wanted));
    }

    @Override
    public Optional<Conflict> find(String conflictId) {
        ApplyContext shared = context.get();
        return transactions.read(unit -> {
            Optional<StoredConflict> stored = ConflictRepository.find(unit.handle(), conflictId);
            return stored.isEmpty()
                    ? Optional.<Conflict>empty()
                    : Optional.of(decisions.present(unit, stored.get(), shared));
        });
    }

    /** Lists never pile up: events that come while one is read are one. */
    @Override
    public Flowable<List<Conflict>> watch(ConflictFilter wanted) {
        return Flowable.defer(() -> {
            Flowable<SyncEvent> told = tracker.watchEvents();
            Flowable<Boolean> hints = told.filter(Inbox::mayChangeTheInbox).map(event -> true);
            // Merged, not begun with: a conflict that comes during the first look is told as well, whichever thread
            // looks.
            return Flowable.merge(hints, Flowable.just(true))
                    .takeUntil(told.ignoreElements().toFlowable())
                    .onBackpressureLatest()
                    .observeOn(delivery, false, 1)
                    .concatMapStream(look -> look(wanted))
                    .distinctUntilChanged();
        });
    }

    private static boolean mayChangeTheInbox(SyncEvent event) {
        return !(event instanceof SyncEvent.Progress) && !(event instanceof SyncEvent.Started);
    }

    /** A database that is busy now is looked at again with the next event. */
    private Stream<List<Conflict>> look(ConflictFilter wanted) {
        try {
            return Stream.of(open(wanted));
        } catch (RuntimeException e) {
            log.debug("The open conflicts could not be listed just now", e);
            return Stream.empty();
        }
    }

    @Override
    public Optional<Map<String, @Nullable Object>> preview(String conflictId, Decision decision) {
        refuseDefer(decision);
        return Optional.ofNullable(persons.preview(conflictId, decision, context.get())
                .orElseThrow(() -> notOpen(conflictId))
                .data());
    }

    @Override
    public Conflict resolve(String conflictId, Decision decision) {
        refuseDefer(decision);
        log.info("Resolving conflict {} by {}", conflictId, decision);
        try {
            Conflict resolved =
                    persons.resolve(conflictId, decision, context.get()).orElseThrow(() -> notOpen(conflictId));
            log.info("Resolved: {}", resolved);
            tracker.resolved(null, Objects.requireNonNull(resolved));
            return resolved;
        } catch (SyncException | IllegalStateException | IllegalArgumentException failure) {
            log.warn("Conflict {} could not be resolved by {} and stays as it is", conflictId, decision, failure);
            throw failure;
        }
    }

    private static void refuseDefer(Decision decision) {
        if (decision instanceof Decision.Defer) {
            throw new IllegalArgumentException("to defer decides nothing; leave the conflict alone instead");
        }
    }

    @Override
    public Map<String, Resolution> autoResolve(Duration window) {
        // As exact as what is stored.
        Instant now = clock().instant().truncatedTo(ChronoUnit.MILLIS);
        return rules.settle(
                conflict -> isDue(conflict, now.minus(window)),
                context.get(),
                resolved -> tracker.resolved(null, resolved));
    }

    private static boolean isDue(Conflict conflict, Instant earliest) {
        return switch (conflict.severity()) {
            case LOW -> true;
            case MEDIUM -> !conflict.detectedAt().isBefore(earliest);
            case HIGH -> false;
        };
    }

    @Override
    public List<Resolution> decided(ConflictFilter wanted) {
        return transactions.read(unit -> {
            List<Resolution> decided = new ArrayList<>();
            for (String id : DecisionRepository.ids(unit.handle(), wanted, true)) {
                ConflictRepository.resolution(unit.handle(), id).ifPresent(decided::add);
            }
            return decided;
        });
    }

    @Override
    public Conflict undo(String conflictId) {
        return decisions
                .undo(conflictId)
                .orElseThrow(() -> refuse(
                        "there is no decision of a rule under this id that can be taken back: it is none, was taken back"
                                + " before, or its row has moved on; nothing was changed. Edit the row instead",
                        conflictId));
    }

    @Override
    public ConflictStatistics statistics() {
        return transactions.read(unit -> DecisionRepository.statistics(unit.handle()));
    }

    @Override
    public int forget(Duration age) {
        Instant before = clock().instant().minus(age);
        return transactions.write(unit -> DecisionRepository.forget(unit.handle(), before));
    }

    @Override
    public boolean forget(String conflictId) {
        return transactions.write(unit -> DecisionRepository.forget(unit.handle(), conflictId));
    }

    private ConflictException notOpen(String conflictId) {
        return refuse(
                "no conflict of this id is open; nothing was changed. List the open ones with conflicts().open()",
                conflictId);
    }

    private ConflictException refuse(String message, String conflictId) {
        return new ConflictException(message, conflictId, null, null, null, null, clock().instant(), null);
    }
}
