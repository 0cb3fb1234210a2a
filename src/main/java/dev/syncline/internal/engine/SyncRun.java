package dev.syncline.internal.engine;

import dev.syncline.backend.ChangeKind;
import dev.syncline.backend.PullPage;
import dev.syncline.exception.SyncException;
import dev.syncline.internal.record.ApplyContext;
import dev.syncline.internal.record.ApplyOutcome;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.store.RunRepository.Fault;
import dev.syncline.progress.EntitySyncStats;
import dev.syncline.progress.SyncMode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One run: its name, what it has done so far, and what went wrong. Written by the run thread only, but for the cancellation.
 */
final class SyncRun {
    /** More of the same tell nothing new, and a run's memory must not grow with the table; the held records are all stored. */
    private static final int FAULTS_KEPT = 1000;

    private final String id;
    private final SyncMode mode;
    private final Instant startedAt;
    private final Cancellation cancellation = new Cancellation();
    private final Map<String, EntitySyncStats> byEntity = new LinkedHashMap<>();
    private final List<Fault> faults = new ArrayList<>();
    private final Set<List<@Nullable String>> reported = new HashSet<>();
    private final SyncProgressTracker tracker;
    private ApplyContext context;
    private long conflictsResolved;
    private boolean wrote;
    private boolean answersToldLess;
    private final Set<BoundTable> toldLess = new HashSet<>();
    private boolean leftSome;
    private boolean leftLater;
    private boolean timeIsUp;
    private boolean calm;
    private List<Discards.Order> discards = List.of();

    SyncRun(String id, SyncMode mode, Instant startedAt, ApplyContext context, SyncProgressTracker tracker) {
        this.id = id;
        this.mode = mode;
        this.startedAt = startedAt;
        this.context = context;
        this.tracker = tracker;
    }

    String id() {
        return id;
    }

    SyncMode mode() {
        return mode;
    }

    Instant startedAt() {
        return startedAt;
    }

    Cancellation cancellation() {
        return cancellation;
    }

    SyncProgressTracker tracker() {
        return tracker;
    }

    ApplyContext context() {
        return context;
    }

    List<Fault> faults() {
        return faults;
    }

    Map<String, EntitySyncStats> byEntity() {
        return byEntity;
    }

    long conflictsResolved() {
        return conflictsResolved;
    }

    /** Whether anything was stored, so that the run itself is worth a row. */
    boolean wrote() {
        return wrote || !faults.isEmpty();
    }

    boolean answersToldLess() {
        return answersToldLess;
    }

    /** An answer named neither the version nor the row it led to; only a pull can tell. */
    void noteAnswerToldLess(BoundTable table) {
        answersToldLess = true;
        toldLess.add(table);
    }

    /** Whether that happened to the table at any time in this run. */
    boolean answersToldLess(BoundTable table) {
        return toldLess.contains(table);
    }

    void resetAnswersToldLess() {
        answersToldLess = false;
    }

    /** Changes that could have been sent were left for a later run. */
    void noteLeftSome() {
        leftSome = true;
    }

    boolean leftSome() {
        return leftSome;
    }

    /** Changes were recorded after the push had begun, and are the next run's. */
    void noteLeftLater() {
        leftLater = true;
    }

    boolean leftLater() {
        return leftLater;
    }

    /** Reading whole tables took longer than it may; what is left of them is left for a later run. */
    void noteTimeIsUp() {
        timeIsUp = true;
    }

    boolean isTimeUp() {
        return timeIsUp;
    }

    /** Whether nothing is left to do in the file, nor has come in this run. */
    void noteCalm(boolean isCalm) {
        calm = isCalm;
    }

    boolean isCalm() {
        return calm;
    }

    /** What is unsent is to be given up once everything has been read. */
    void noteDiscards(List<Discards.Order> orders) {
        discards = List.copyOf(orders);
    }

    List<Discards.Order> discards() {
        return discards;
    }

    /** What is to be given up is still there, so it must not be sent. */
    boolean isDiscardOwed() {
        return discards.stream().anyMatch(order -> !order.isDone());
    }

    /** The backend's clock as its last answer showed it. */
    void noteServerTime(Instant serverTime, Instant receivedAt) {
        context = context.withClockOffset(Duration.between(receivedAt, serverTime));
    }

    /** The deletions that wait for a table are within its limit. */
    void noteWeighed(BoundTable table) {
        context = context.withWeighed(table.id());
    }

    void noteFetched(BoundTable table, PullPage page) {
        add(new EntitySyncStats(
                table.spec().entity(), 0, 0, 0, 0, 0, 0, page.records().size(), 0, 0, 0, page.notModified() ? 1 : 0));
    }

    /** A table was left out because it was read not long ago. */
    void noteSaved(BoundTable table) {
        add(new EntitySyncStats(table.spec().entity(), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1));
    }

    /** What a committed unit did; its conflicts are told to subscribers now that they can be read. */
    void noteOutcome(BoundTable table, ApplyOutcome outcome) {
        wrote = true;
        add(new EntitySyncStats(
                table.spec().entity(),
                0,
                0,
                0,
                0,
                0,
                outcome.conflicts().size(),
                0,
                (long) outcome.written + outcome.deleted,
                outcome.skipped,
                outcome.merged));
        outcome.faults().forEach(this::noteFault);
        conflictsResolved +=
                outcome.conflicts().stream().filter(c -> c.isResolved()).count();
        tracker.conflicts(this, outcome.conflicts());
        outcome.closed().forEach(conflict -> tracker.resolved(id, conflict));
    }

    /** So many changes of a kind that the backend has taken. */
    void noteAccepted(BoundTable table, ChangeKind kind, int count) {
        noteSent(table, kind, count, 0);
    }

    /** A change that the backend has refused. */
    void noteRefused(BoundTable table, ChangeKind kind) {
        noteSent(table, kind, 0, 1);
    }

    private void noteSent(BoundTable table, ChangeKind kind, int accepted, int refused) {
        wrote = true;
        int sent = accepted + refused;
        add(new EntitySyncStats(
                table.spec().entity(),
                kind == ChangeKind.CREATE ? sent : 0,
                kind == ChangeKind.UPDATE ? sent : 0,
                kind == ChangeKind.DELETE ? sent : 0,
                accepted,
                refused,
                0,
                0,
                0,
                0,
                0));
    }

    /** A row that is looked at again and again in one run is reported once. */
    void noteFault(Fault fault) {
        if (faults.size() == FAULTS_KEPT) {
            return;
        }
        boolean isNew = fault.rowId() == null
                || reported.add(Arrays.asList(
                        fault.entity(), fault.rowId(), fault.cause().getMessage()));
        if (isNew) {
            faults.add(fault);
        }
    }

    void noteFault(SyncException cause) {
        noteFault(new Fault(null, null, cause));
    }

    private void add(EntitySyncStats part) {
        byEntity.merge(part.entityType(), part, EntitySyncStats::plus);
    }
}
