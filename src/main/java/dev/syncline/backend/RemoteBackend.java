package dev.syncline.backend;

import dev.syncline.exception.SyncException;
import io.reactivex.rxjava3.core.Flowable;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The backend that a device synchronizes with: the extension point for a protocol of your own.
 *
 * <p>Every method blocks until the answer is complete and throws a {@link SyncException} that says what kind of failure it
 * was; the engine decides from that type whether to try again (see the {@code exception} package). An implementation
 * never retries by itself: a second send that the engine does not know of could apply a change twice.
 *
 * <p>Thread-safety: the engine calls from several threads at once (one page is fetched while changes are sent).
 * Implementations are closed by {@link #close()} when the {@code SyncManager} that uses them is closed.
 *
 * <p>{@code RemoteBackendContract}, in the test sources, is this interface's executable contract.
 */
public interface RemoteBackend extends AutoCloseable {

    /**
     * Names the backend, for example by its base address. Cursors and versions are bound to this name: under another one
     * they are not used again.
     *
     * @return a stable name without credentials
     */
    String name();

    /**
     * Says what the backend can do; read once when a manager is opened.
     *
     * @return the capabilities, the same on every call
     */
    Capabilities capabilities();

    /**
     * Fetches one page of an entity's records: of all of them, or of what changed, as the request's cursor says.
     *
     * @param request entity, cursor and page size
     * @return the page; never a part of one
     * @throws SyncException if the page could not be had whole; nothing of it may then be used. A {@code ClientException}
     *     with status 410 says that the backend no longer knows the cursor: a walk over everything is due
     */
    PullPage fetchPage(PullRequest request);

    /**
     * Fetches one page of the list of an entity's ids, by which deletions are found that nothing else tells of. Only called with {@link
     * Capabilities#idList()}.
     *
     * @param request entity, cursor and page size; its cursors are of this list alone
     * @return the page; of its records the id counts, and that they are not deleted. Its last one needs no cursor
     * @throws SyncException if the page could not be had whole; nothing of it may then be used
     */
    default PullPage fetchIds(PullRequest request) {
        throw new UnsupportedOperationException("this backend lists no ids, so it must not say that it does");
    }

    /**
     * Reads one record as it stands now.
     *
     * @param entity the entity's name at the backend
     * @param id the remote id
     * @return the record; a deleted one as a tombstone if the backend still knows it; empty if the backend knows no such id
     * @throws SyncException if no definite answer was had
     */
    Optional<RemoteRecord> fetch(String entity, String id);

    /**
     * Reads several records of one entity as they stand now, in one request. Only called with {@link Capabilities#bulkRead()} above one.
     *
     * @param entity the entity's name at the backend
     * @param ids at most {@link Capabilities#bulkRead()} remote ids, each once
     * @return the records in any order, deleted ones as tombstones. What is left out says nothing: the engine asks for such a record
     *     by itself before it takes it for gone. What was not asked for is ignored
     * @throws SyncException if no definite answer was had
     */
    default List<RemoteRecord> fetchAll(String entity, List<String> ids) {
        throw new UnsupportedOperationException("this backend reads records one by one, so bulkRead must be 1");
    }

    /**
     * Finds live records by what is in their fields, to learn whether a create whose answer was lost took effect. Only called with
     * {@link Capabilities#search()}.
     *
     * @param entity the entity's name at the backend
     * @param fields what the records must hold: texts, whole numbers, decimals and truth values, never null
     * @param limit the greatest number of records wanted
     * @return the records, what was written before the call included, and whether they are all; a backend that cannot be asked
     *     for these fields gives {@link Findings#NONE_KNOWN}
     * @throws SyncException if no definite answer was had
     */
    default Findings find(String entity, Map<String, Object> fields, int limit) {
        return Findings.NONE_KNOWN;
    }

    /**
     * Tells what the backend holds of an entity in two figures, so that a device can find out that it has drifted from it without
     * reading everything again.
     *
     * @param entity the entity's name at the backend
     * @return how many records there are, and their digest where the backend makes one; empty, the default, if it tells neither
     * @throws SyncException if no definite answer was had
     */
    default Optional<EntitySummary> summarize(String entity) {
        return Optional.empty();
    }

    /**
     * Sends one change.
     *
     * @param change the change, with its idempotency key
     * @return what the backend made of it
     * @throws SyncException if the outcome is unknown or the backend could not serve the request; the same change may then
     *     be sent again under the same key. What the backend says about the change itself is never thrown but returned
     */
    PushResult push(OutgoingChange change);

    /**
     * Sends several independent changes in one request. Only called with {@link Capabilities#batch()} above one.
     *
     * @param changes at most {@link Capabilities#batch()} changes
     * @return one entry for each change whose outcome the backend told. A change without an entry counts as of unknown
     *     outcome; an entry for a change that was not sent is ignored
     * @throws SyncException if the outcome of the whole batch is unknown or the batch as a whole was not served; a {@code
     *     ClientException} says that the backend refused it as a whole, so that nothing of it took effect and smaller parts
     *     may fare better
     */
    List<PushReceipt> pushBatch(List<OutgoingChange> changes);

    /**
     * Sends changes of any entities that take effect all or not at all, in their order. Only called with {@link
     * Capabilities#atomicBatch()} above one.
     *
     * @param changes at most {@link Capabilities#atomicBatch()} changes; a later one may refer to what an earlier one creates
     * @return as for {@link #pushBatch}. If an entry refuses its change or tells of another state, nothing took effect, and the entries of
     *     the others say {@link PushResult.Unserved} or are left out
     * @throws SyncException as for {@link #pushBatch}
     */
    default List<PushReceipt> pushTogether(List<OutgoingChange> changes) {
        throw new UnsupportedOperationException("this backend applies changes one by one, so atomicBatch must be 1");
    }

    /**
     * Asks the backend whether it can be reached and accepts the credentials, as cheaply as it allows.
     *
     * @throws SyncException if not: {@code NetworkException} when it cannot be reached, {@code AuthenticationException}
     *     when it refuses the credentials
     */
    void probe();

    /**
     * Gives the backend what counts its bytes, when a manager is opened. A backend that knows them tells of each part while it serves a
     * call, on the thread of that call: so the engine knows which entity it was for. One that does not need not do anything: its
     * traffic is unknown.
     *
     * @param meter what counts; takes the place of an earlier one
     */
    default void meter(TrafficMeter meter) {}

    /**
     * Opens a stream that tells when something changed, if the backend has one; the engine then pulls at once instead of
     * waiting to be asked to. A stream that is lost is opened again by the engine, after a distance that grows, so an
     * implementation does not connect again by itself. One that has gone silent must not look alive: it fails when nothing,
     * not even a sign of life, came for a time that the implementation knows.
     *
     * @return a cold stream: subscribing connects, on the subscriber's thread, which it may keep until the end; disposing
     *     disconnects. Ends if the backend has no more to say and wants no other connection; fails with a {@code
     *     SyncException} otherwise. Empty, the default, if the backend gives no hints; the same on every call
     */
    default Optional<Flowable<ChangeHint>> hints() {
        return Optional.empty();
    }

    /** Releases connections and threads. Idempotent; never throws. */
    @Override
    void close();
}
