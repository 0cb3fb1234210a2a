package dev.syncline;

import dev.syncline.config.SyncConfig;
import dev.syncline.conflict.ConflictInbox;
import dev.syncline.internal.capture.CaptureRemoval;
import dev.syncline.internal.engine.SyncEngine;
import dev.syncline.internal.store.ClosedFile;
import dev.syncline.progress.ConsistencyChecks;
import dev.syncline.progress.LiveQueries;
import dev.syncline.progress.ReloadResult;
import dev.syncline.progress.RunPlans;
import dev.syncline.progress.SyncEvent;
import dev.syncline.progress.SyncMode;
import dev.syncline.progress.SyncProgress;
import dev.syncline.progress.SyncResult;
import dev.syncline.progress.SyncState;
import dev.syncline.progress.SyncStatistics;
import dev.syncline.progress.TransactionManager;
import dev.syncline.progress.UnsentChange;
import dev.syncline.resilience.BackendBreaker;
import dev.syncline.table.TableRepositories;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Single;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/**
 * Keeps the tables of one SQLite file and a backend in step.
 *
 * <pre>{@code
 * try (SyncManager sync = SyncManager.open(config)) {
 *   sync.watchProgress().subscribe(p -> bar.show(p.percentage()));
 *   SyncResult result = sync.synchronize().blockingGet();
 * }
 * }</pre>
 *
 * <p>The host reads and writes its tables with plain SQL, on any connection, whether a manager is open or not: triggers record
 * every committed change. A run settles what is in flight, pulls what changed remotely, pushes what changed here, and settles
 * what collided; nothing is sent twice and no edit is overwritten, also when it is made during the run.
 *
 * <p>Safe for any thread. {@link #close()} belongs to whoever opened it; until then it holds two connections to the file, and a third once
 * {@link #live()} is used. What reads or writes the file throws {@link dev.syncline.exception.StorageException} if that fails, and has
 * changed nothing then; after the close every method but {@code state}, {@code watch…} and {@code close} throws {@link
 * IllegalStateException}, also those of the views that it gave. A hot stream never fails, ends at the close, and gives a slow subscriber the newest value.
 */
public final class SyncManager implements AutoCloseable {
    private final SyncEngine engine;
    private final OpenFiles.Entry entry;

    SyncManager(SyncEngine engine, OpenFiles.Entry entry) {
        this.engine = engine;
        this.entry = entry;
    }

    /**
     * Opens a file for synchronization. Creates what the library needs in it, under names that begin with {@code syncline_};
     * the host's tables are not altered. Opening a file that is open in this JVM gives the same manager, which
     * works on until {@link #close()} was called as often as it was opened. Waits as long as {@code busyTimeout} for others that hold the file.
     *
     * @param config the file, its tables and the backend
     * @return the manager
     * @throws IllegalArgumentException if a table or column that the configuration names is not in the file, or a table is of a
     *     kind that cannot be synced
     * @throws IllegalStateException if the file is open in this JVM under another configuration
     * @throws dev.syncline.exception.StorageException if the file does not exist, cannot be opened, or was written by a later
     *     version of the library; it is untouched
     * @throws dev.syncline.exception.ConsistencyException if the file holds unsent changes of another account or backend
     */
    public static SyncManager open(SyncConfig config) {
        return OpenFiles.open(config);
    }

    /**
     * Runs once: pulls, pushes and settles. Starts when it is subscribed to; a request that comes while a run is under way shares the one
     * run after it.
     *
     * @return the run's result, also of one that failed, with the reason inside; an error only after {@link #close()}, or
     *     if the configured clock or source of ids throws. Delivered on a thread of the manager's. Disposing it does not end the
     *     run
     */
    public Single<SyncResult> synchronize() {
        return synchronize(SyncMode.INCREMENTAL);
    }

    /**
     * Runs once, exchanging as much as the mode says. Where two requests share a run it does what either of them asks for.
     *
     * @param mode how much is exchanged
     * @return as for {@link #synchronize()}
     */
    public Single<SyncResult> synchronize(SyncMode mode) {
        return engine.coordinator().request(mode);
    }

    /**
     * Runs once as {@link #synchronize()} does, and reads a table even if it is declared to change rarely and was read not long ago. If that
     * run does not come to it, the next one does.
     *
     * @param table the table, by its name in the file
     * @return as for {@link #synchronize()}; an error also if the database cannot be written
     * @throws IllegalArgumentException if the table is not synced
     */
    public Single<SyncResult> forceSync(String table) {
        return engine.reading().forceSync(table);
    }

    /**
     * Tells what all runs of this file did since the last {@link #resetStatistics()}, those of earlier processes included.
     *
     * @return a snapshot; runs that found nothing to do are counted once the next one that does is stored, or at the close, as far as
     *     other processes are concerned
     */
    public SyncStatistics statistics() {
        return engine.statistics();
    }

    /** Sets all statistics to nothing. Cursors and data stay, so that the next run is incremental as before. */
    public void resetStatistics() {
        engine.resetStatistics();
    }

    /** Starts a run two seconds after the last change of the host's, as {@link #syncOnChange(Duration)}. Off until called. */
    public void syncOnChange() {
        syncOnChange(Duration.ofSeconds(2));
    }

    /**
     * Starts a run by itself some time after the last change of the host's, whichever connection or process made it; a host that never
     * rests is synchronized after ten such times. Commits of {@linkplain LiveQueries#follow followed}
     * connections are noticed at once, others within a second, by the version of the file. Lasts until {@link
     * #endSyncOnChange()} or the close.
     *
     * @param debounce the rest that the host has to make
     * @throws IllegalArgumentException if it is negative
     */
    public void syncOnChange(Duration debounce) {
        engine.syncOnChange(debounce);
    }

    /** Starts no more runs because of changes. */
    public void endSyncOnChange() {
        engine.syncOnChange(null);
    }

    /**
     * Plans one run in the background, as soon as there is something to send and the backend can be reached. Kept in the file until
     * then, so that it outlives the process; asked for several times it is one run.
     */
    public void scheduleSync() {
        engine.schedules().planOnce();
    }

    /**
     * Plans incremental runs at a distance, on any link; {@link RunPlans#plan} says how, and takes other modes and conditions.
     *
     * @param period the time between two runs, at least one minute
     * @throws IllegalArgumentException if the period is shorter
     */
    public void schedulePeriodic(Duration period) {
        schedules().plan(period, SyncMode.INCREMENTAL, false);
    }

    /** {@return the runs that are to come, and plans for other modes and conditions} */
    public RunPlans schedules() {
        return engine.schedules();
    }

    /**
     * Forgets every planned run, in the file too. A run under way is not touched.
     *
     * @return how many plans there were
     */
    public int cancelScheduledSync() {
        return engine.schedules().cancel();
    }

    /**
     * Runs what is due now, for a host whose platform brings timers that outlive the process; plans that it makes up for are spread
     * over a minute, so that it is called again a minute later if {@link RunPlans#planned()} says so.
     *
     * @return the results of the runs that were due, none if nothing was; an error if the file cannot be read or the manager is
     *     closed. Starts when it is subscribed to
     */
    public Single<List<SyncResult>> runDueSchedules() {
        return engine.schedules().runDue();
    }

    /**
     * Lets no run begin until {@link #resume()}, whoever asks for it, and ends the one under way at its next safe point, with the
     * reason {@link dev.syncline.progress.AbortReason#PAUSED}. An answer that is on its way is still taken in. Who asks meanwhile
     * gets a result after the pause. A pause ends with the process.
     */
    public void pause() {
        engine.coordinator().pause();
    }

    /** Ends a pause, if there is one: what was asked for meanwhile begins, and what the pause had ended goes on. */
    public void resume() {
        engine.coordinator().resume();
    }

    /**
     * Ends the run under way at its next safe point, with the reason {@link dev.syncline.progress.AbortReason#CANCELLED}. What
     * was not sent stays pending, an answer that is on its way is still taken in. Runs asked for later are not touched.
     *
     * @return whether a run was under way
     */
    public boolean cancel() {
        return engine.coordinator().cancel();
    }

    /** {@return what the manager is doing now} */
    public SyncState state() {
        return engine.coordinator().state();
    }

    /** {@return a hot stream of {@link #state()}: the present one at once, then each new one} */
    public Flowable<SyncState> watchState() {
        return engine.watchState();
    }

    /**
     * Reads every table from end to end and replaces what is here by it, in one transaction when all of it is there: a table that has
     * drifted from the backend, or a backend that was restored from a backup, is mended by this. What the backend does not have goes
     * without {@link #allowDeletions(String)}. What is unsent, open conflicts and the ids of rows stay; {@link
     * #clearAndReload(boolean)} gives that up as well, {@link #discard(String)} a single change. A run that fails or is interrupted leaves the old rows as they are, and the next one of any mode goes on.
     *
     * @return as for {@link #synchronize()}
     */
    public Single<SyncResult> clearAndReload() {
        return engine.reading().reload();
    }

    /**
     * Replaces what is here as {@link #clearAndReload()} does and, if asked to, gives up in the same transaction everything that is unsent:
     * pending, waiting, failed and parked changes. They are returned, and what they held is kept in {@code syncline_conflicts}. What is on
     * its way and has no answer yet stays, since the backend may have it; so does a change whose row your tables do not let return to
     * what it was. A run that fails or is interrupted before that transaction gives nothing up and sends nothing of it either; the
     * next one goes on with the reload, but keeps and sends what is unsent.
     *
     * @param discardUnsent whether what is unsent is given up
     * @return the run's result and what was given up; an error as for {@link #synchronize()}
     */
    public Single<ReloadResult> clearAndReload(boolean discardUnsent) {
        return discardUnsent
                ? engine.reading().reloadDiscarding()
                : engine.reading().reload().map(result -> new ReloadResult(result, List.of()));
    }

    /** {@return a hot stream of the progress of runs; a late subscriber gets the newest snapshot at once} */
    public Flowable<SyncProgress> watchProgress() {
        return engine.watchProgress();
    }

    /**
     * Tells what happens, each event after it is stored; earlier ones are not repeated. A slow subscriber gets of several {@link
     * SyncEvent.Progress} in a row the last, and of the others each; one that is more than 10 000 events behind loses the oldest, which
     * is logged.
     *
     * @return a hot stream
     */
    public Flowable<SyncEvent> watchEvents() {
        return engine.watchEvents();
    }

    /** {@return the conflicts that wait for a person, and the journal of those that were decided} */
    public ConflictInbox conflicts() {
        return engine.conflicts();
    }

    /** {@return how many rows the backend does not have as they are here: unsent, refused and parked ones} */
    public long pendingChanges() {
        return engine.pendingChanges();
    }

    /**
     * Follows {@link #pendingChanges()}: the present number at once, then each new one. What a run changes is seen at once, what the
     * host commits within a second. Each look counts the unsent changes, so a stream that nobody needs should be disposed of.
     *
     * @return a hot stream
     */
    public Flowable<Long> watchQueueCount() {
        return engine.watchQueueCount();
    }

    /** {@return every unsent change, with its state, reason and cure: table by table, what is on its way first} */
    public List<UnsentChange> operations() {
        return engine.operations(any -> true);
    }

    /**
     * Lists some of the unsent changes, for example the failed ones: {@code operations(o -> o.state() == State.FAILED)}.
     *
     * @param wanted says which; called outside of transactions
     * @return a snapshot, in the order of {@link #operations()}
     */
    public List<UnsentChange> operations(Predicate<? super UnsentChange> wanted) {
        return engine.operations(wanted);
    }

    /**
     * Lets everything that failed be sent again with the next run, as it is now. What the backend refused goes out under a new key;
     * what failed too often with an unknown outcome goes out under its old one.
     *
     * @return how many changes that are
     */
    public int retryFailed() {
        return engine.retryFailed();
    }

    /**
     * Gives an unsent change up: the row returns to what the backend last told of it, and a row that it never had is deleted. An open
     * conflict of the row closes in favour of the backend. What is dropped is kept in {@code syncline_conflicts}.
     *
     * @param id the {@link UnsentChange#id()}
     * @return whether there was such a change
     * @throws dev.syncline.exception.StorageException if the host's table refuses what the row was before, or other rows refer to
     *     the row that would go; nothing was changed
     * @throws IllegalStateException if the change is on its way, so that the backend may have it already, or after {@link #close()}
     */
    public boolean discard(String id) {
        return engine.discard(id);
    }

    /**
     * Lets the backend delete rows of a table however many they are: those whose deletion was held because there were more within 24 h than
     * {@link dev.syncline.config.SyncOptions#deletionShare()} and {@link dev.syncline.config.SyncOptions#deletionRows()} let go unasked, and
     * those of the next pull. They go with the next run; after a pull that came through the limit holds again. A run that holds deletions says
     * so with a {@link dev.syncline.exception.ConsistencyException} whose issue is {@code MASS_DELETION}.
     *
     * @param table the table, by its name in the file
     * @return how many deletions were held
     * @throws IllegalArgumentException if the table is not synced
     */
    public int allowDeletions(String table) {
        return engine.reading().allowDeletions(table);
    }

    /**
     * Has the next pull try again to store records that the host's tables could not hold, also those for which a constraint or trigger
     * ended the whole transaction, which are else tried only once the schema of the file has changed.
     *
     * @return how many records that are
     */
    public int replayQuarantine() {
        return engine.reading().replayQuarantine();
    }

    /** {@return what looks for contradictions in the file, and mends them} */
    public ConsistencyChecks consistency() {
        return engine.consistency();
    }

    /** {@return units of several writes, which are sent as one where the backend can take them so} */
    public TransactionManager transactions() {
        return engine.hostTransactions();
    }

    /** {@return typed access to synced tables, for who would rather not write the SQL} */
    public TableRepositories repositories() {
        return engine.repositories();
    }

    /** {@return streams of tables and queries that go on with what is in the file, whoever writes} */
    public LiveQueries live() {
        return engine.liveQueries();
    }

    /** {@return what leaves the backend alone while it keeps failing} */
    public BackendBreaker breaker() {
        return engine.breaker();
    }

    /**
     * Takes everything of the library's out of a file, triggers and tables, and leaves it as it was, but in WAL mode, which the host may
     * change. Unsent changes are then ordinary rows that nobody will send. The file must not be open for synchronization.
     *
     * @param database the file
     * @throws IllegalStateException if a manager has the file open in this JVM
     * @throws dev.syncline.exception.StorageException if the file does not exist or cannot be changed; it is then untouched
     */
    public static void detach(Path database) {
        OpenFiles.refuseOpen(database);
        ClosedFile.change(database, Clock.systemUTC(), CaptureRemoval::removeAll);
    }

    /**
     * Ends a run at its next safe point and releases threads, connections and the backend; bounded in time. Where the file was opened
     * several times only the last of as many closes does so, those before do nothing: each opener closes once. Further calls do
     * nothing. May be called from anywhere, subscribers and the backend's own methods included: called by a thread of the manager's that
     * has to end, it returns before that has, and the rest follows by itself.
     */
    @Override
    public void close() {
        OpenFiles.close(entry);
    }
}
