package dev.syncline.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.syncline.backend.ChangeKind;
import dev.syncline.backend.Findings;
import dev.syncline.backend.OutgoingChange;
import dev.syncline.backend.PullPage;
import dev.syncline.backend.PullRequest;
import dev.syncline.backend.PushReceipt;
import dev.syncline.backend.PushResult;
import dev.syncline.backend.RemoteBackend;
import dev.syncline.backend.RemoteRecord;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What the engine relies on in a backend, as tests. To check a backend of your own, extend this class, give {@link
 * #backend()} and, where the defaults do not fit, the entity, fields and ids that your server takes. The collection is empty
 * when a test begins. What {@code capabilities()} does not claim is not tested.
 *
 * <p>Defends G1 (feeds skip nothing), G2 (keys), G5 (two clients converge), G7 (updates never create, tombstones are told)
 * and G13 (ids stay ids).
 */
public abstract class RemoteBackendContract {

    private final List<RemoteBackend> opened = new ArrayList<>();
    private int keys;

    /** Makes a client of the backend under test; every call gives another one for the same data. */
    protected abstract RemoteBackend backend();

    /** The entity that is worked on. */
    protected String entity() {
        return "note";
    }

    /** The id of the n-th record that a test creates; null where the backend assigns ids. */
    protected @Nullable String idOf(int n) {
        return "note-" + n;
    }

    /** The fields of the n-th record: at least {@code title} and {@code count}, both free to change. */
    protected Map<String, @Nullable Object> fieldsOf(int n) {
        Map<String, @Nullable Object> fields = new HashMap<>();
        fields.put("title", "note " + n);
        fields.put("count", (long) n);
        return fields;
    }

    /** A prefix that makes idempotency keys new in each test; override it for a server that outlives the tests. */
    protected String keyPrefix() {
        return "contract-";
    }

    @AfterEach
    void closeClients() {
        opened.forEach(RemoteBackend::close);
    }

    // Pulling

    @Test
    void a_walk_tells_every_record_whatever_the_page_size() {
        RemoteBackend backend = open();
        Set<String> ids = create(backend, 23);
        for (int limit : new int[] {1, 7, 23, 100}) {
            Replica replica = new Replica(open(), entity(), limit);
            assertThat(replica.pull()).as("limit %d", limit).isEqualTo(ids);
        }
    }

    @Test
    void a_page_holds_no_more_records_than_were_asked_for() {
        RemoteBackend backend = open();
        create(backend, 9);
        PullPage page = backend.fetchPage(new PullRequest(entity(), null, 4));
        assertThat(page.records()).hasSizeBetween(1, 4);
        assertThat(page.more()).isTrue();
        assertThat(page.total()).isIn(-1L, 9L);
    }

    @Test
    void a_page_can_be_read_again_and_closed_twice() {
        RemoteBackend backend = open();
        create(backend, 5);
        PullPage page = backend.fetchPage(new PullRequest(entity(), null, 10));
        List<RemoteRecord> read = List.copyOf(page.records());
        assertThat(read).hasSize(page.records().size());
        assertThat(List.copyOf(page.records())).isEqualTo(read);
        page.close();
        page.close();
    }

    @Test
    void an_empty_collection_is_a_page_without_records() {
        PullPage page = open().fetchPage(new PullRequest(entity(), null, 10));
        assertThat(page.records()).isEmpty();
        assertThat(page.more()).isFalse();
    }

    @Test
    void the_name_of_an_answer_saves_it_only_until_something_changes() {
        RemoteBackend backend = open();
        create(backend, 2);
        String cursor = backend.fetchPage(new PullRequest(entity(), null, 10)).next();
        String name = backend.fetchPage(new PullRequest(entity(), cursor, 10)).validator();
        PullRequest again = new PullRequest(entity(), cursor, 10, name);
        assertThat(backend.fetchPage(again).next()).isEqualTo(cursor);
        String id = accepted(backend.push(creation(7))).id();
        PullPage page = backend.fetchPage(again);
        assertThat(page.notModified()).isFalse();
        assertThat(page.records()).extracting(RemoteRecord::id).contains(id);
    }

    @Test
    void after_the_last_page_nothing_is_news_until_something_changes() {
        RemoteBackend backend = open();
        create(backend, 5);
        Replica replica = new Replica(backend, entity(), 2);
        replica.pull();
        assertThat(replica.pull()).isEmpty();
        assertThat(replica.pull()).isEmpty();
        String id = accepted(backend.push(creation(6))).id();
        assertThat(replica.pull()).containsExactly(id);
    }

    @Test
    void a_delta_tells_the_newest_state_of_what_was_created_and_changed() {
        RemoteBackend backend = open();
        List<String> ids = List.copyOf(create(backend, 6));
        Replica replica = new Replica(open(), entity(), 2);
        replica.pull();
        String changed = ids.get(2);
        retitle(backend, changed, "first");
        retitle(backend, changed, "second");
        String created = accepted(backend.push(creation(7))).id();
        assertThat(replica.pull()).containsExactlyInAnyOrder(changed, created);
        assertThat(replica.live().get(changed).fields()).containsEntry("title", "second");
    }

    @Test
    void a_delta_tells_deletions() {
        RemoteBackend backend = open();
        assumeTrue(backend.capabilities().tombstones());
        List<String> ids = List.copyOf(create(backend, 6));
        Replica replica = new Replica(open(), entity(), 2);
        replica.pull();
        delete(backend, ids.get(1));
        delete(backend, ids.get(4));
        assertThat(replica.pull()).containsExactlyInAnyOrder(ids.get(1), ids.get(4));
        assertThat(replica.live()).hasSize(4);
    }

    @Test
    void what_changes_during_a_walk_is_told_in_it_or_in_the_next_delta() {
        RemoteBackend backend = open();
        assumeTrue(backend.capabilities().delta() && backend.capabilities().tombstones());
        List<String> ids = List.copyOf(create(backend, 10));
        Replica replica = new Replica(open(), entity(), 3);
        replica.pullPage();
        String known = replica.live().keySet().iterator().next();
        retitle(backend, known, "changed behind the walk");
        List<String> others = ids.stream().filter(id -> !id.equals(known)).toList();
        String seen = replica.live().keySet().stream().skip(1).findFirst().orElseThrow();
        String unseen = others.stream()
                .filter(id -> !replica.live().containsKey(id))
                .findFirst()
                .orElseThrow();
        delete(backend, seen);
        delete(backend, unseen);
        replica.pull();
        replica.pull();
        assertThat(replica.live().get(known).fields()).containsEntry("title", "changed behind the walk");
        assertThat(replica.live()).hasSize(8).doesNotContainKeys(seen, unseen);
    }

    @Test
    void a_cursor_holds_for_another_client_of_the_same_backend() {
        RemoteBackend backend = open();
        assumeTrue(backend.capabilities().delta());
        create(backend, 5);
        Replica first = new Replica(backend, entity(), 2);
        first.pullPage();
        Replica second = new Replica(open(), entity(), 2);
        second.goOnAt(first.cursor());
        second.pull();
        first.pull();
        assertThat(first.live().keySet()).containsAll(second.live().keySet());
        assertThat(second.live()).hasSizeGreaterThanOrEqualTo(3);
    }

    @Test
    void writers_at_work_during_pulls_lose_nothing() throws Exception {
        ExecutorService writers = Executors.newFixedThreadPool(3);
        try {
            List<Future<?>> done = new ArrayList<>();
            for (int w = 0; w < 3; w++) {
                int from = w * 40;
                RemoteBackend backend = open();
                List<OutgoingChange> changes = IntStream.range(from, from + 40)
                        .mapToObj(this::creation)
                        .toList();
                done.add(writers.submit(() -> changes.forEach(backend::push)));
            }
            Replica replica = new Replica(open(), entity(), 5);
            while (done.stream().anyMatch(future -> !future.isDone())) {
                replica.pull();
            }
            for (Future<?> future : done) {
                future.get();
            }
            replica.pull();
            assertThat(replica.live()).hasSize(120);
        } finally {
            writers.shutdownNow();
        }
    }

    // Listing ids

    @Test
    void the_list_of_ids_names_every_record_whatever_the_page_size() {
        RemoteBackend backend = open();
        assumeTrue(backend.capabilities().idList());
        Set<String> ids = create(backend, 11);
        for (int limit : new int[] {1, 4, 11, 100}) {
            assertThat(listed(open(), limit)).as("limit %d", limit).containsExactlyInAnyOrderElementsOf(ids);
        }
    }

    @Test
    void the_list_of_ids_names_no_deleted_record_and_each_new_one() {
        RemoteBackend backend = open();
        assumeTrue(backend.capabilities().idList());
        List<String> ids = new ArrayList<>(create(backend, 5));
        retitle(backend, ids.get(0), "another");
        delete(backend, ids.remove(3));
        ids.add(accepted(backend.push(creation(5))).id());
        assertThat(listed(open(), 2)).containsExactlyInAnyOrderElementsOf(ids);
    }

    @Test
    void the_list_of_ids_of_an_empty_collection_is_empty() {
        RemoteBackend backend = open();
        assumeTrue(backend.capabilities().idList());
        assertThat(listed(backend, 3)).isEmpty();
        delete(backend, accepted(backend.push(creation(1))).id());
        assertThat(listed(backend, 3)).isEmpty();
    }

    @Test
    void what_the_list_of_ids_leaves_out_cannot_be_read_and_what_it_names_can() {
        RemoteBackend backend = open();
        assumeTrue(backend.capabilities().idList());
        Set<String> ids = create(backend, 4);
        String gone = ids.iterator().next();
        delete(backend, gone);
        List<String> listed = listed(backend, 3);
        for (String id : ids) {
            boolean there = backend.fetch(entity(), id)
                    .filter(record -> !record.deleted())
                    .isPresent();
            assertThat(there).as("%s can be read", id).isEqualTo(listed.contains(id));
        }
    }

    @Test
    void reading_the_list_of_ids_does_not_move_the_feed() {
        RemoteBackend backend = open();
        assumeTrue(backend.capabilities().idList());
        create(backend, 6);
        Replica replica = new Replica(backend, entity(), 2);
        replica.pullPage();
        listed(backend, 2);
        replica.pull();
        assertThat(replica.live()).hasSize(6);
    }

    // Reading one

    @Test
    void a_record_is_read_as_it_stands() {
        RemoteBackend backend = open();
        PushResult.Accepted created = accepted(backend.push(creation(1)));
        Optional<RemoteRecord> record = open().fetch(entity(), created.id());
        assertThat(record).isPresent();
        assertThat(record.orElseThrow().id()).isEqualTo(created.id());
        assertThat(record.orElseThrow().fields()).containsAllEntriesOf(fieldsOf(1));
    }

    @Test
    void an_unknown_id_is_no_record() {
        assertThat(open().fetch(entity(), "999999")).isEmpty();
    }

    @Test
    void records_are_read_together_as_they_stand_and_what_is_not_there_is_not_told_as_living() {
        RemoteBackend backend = open();
        assumeTrue(backend.capabilities().bulkRead() > 1, "reads of several records");
        List<PushResult.Accepted> created = List.of(
                accepted(backend.push(creation(1))),
                accepted(backend.push(creation(2))),
                accepted(backend.push(creation(3))));
        PushResult.Accepted gone = created.get(1);
        delete(backend, gone.id());
        List<RemoteRecord> told = backend.fetchAll(
                entity(),
                List.of("999999", created.get(0).id(), gone.id(), created.get(2).id()));
        assertThat(told)
                .filteredOn(record -> !record.deleted())
                .hasSize(2)
                .allSatisfy(record -> assertThat(record)
                        .isEqualTo(backend.fetch(entity(), record.id()).orElseThrow()));
        assertThat(told)
                .filteredOn(record -> !record.deleted())
                .extracting(RemoteRecord::id)
                .containsExactlyInAnyOrder(created.get(0).id(), created.get(2).id());
        assertThat(backend.fetchAll(entity(), List.of("999998", "999999"))).noneMatch(record -> !record.deleted());
    }

    @Test
    void values_come_back_as_they_were() {
        Map<String, @Nullable Object> values = new TreeMap<>();
        values.put("title", "ä \u0000 \"\\ \uD83D\uDE00 \u202E end");
        values.put("count", 4L);
        values.put("half", new BigDecimal("-0.5"));
        values.put("yes", true);
        values.put("nothing", null);
        values.put("list", Arrays.asList(1L, null, "x", List.of()));
        values.put("nested", Map.of("a", Map.of("b", new BigDecimal("-0.5"))));
        RemoteBackend backend = open();
        String id = accepted(backend.push(change(ChangeKind.CREATE, idOf(1), values, null)))
                .id();
        assertThat(backend.fetch(entity(), id).orElseThrow().fields()).containsAllEntriesOf(values);
        Replica replica = new Replica(backend, entity(), 10);
        replica.pull();
        assertThat(replica.live().get(id).fields()).containsAllEntriesOf(values);
    }

    @Test
    void a_number_comes_back_with_every_digit_or_is_refused() {
        List<Number> numbers = List.of(
                9_007_199_254_740_993L,
                Long.MIN_VALUE,
                new BigInteger("18446744073709551616"),
                new BigDecimal("0.1234567890123456789"),
                new BigDecimal("1.10"));
        RemoteBackend backend = open();
        for (int n = 0; n < numbers.size(); n++) {
            Number number = numbers.get(n);
            Map<String, @Nullable Object> fields = fieldsOf(n);
            fields.put("count", number);
            PushResult result = backend.push(change(ChangeKind.CREATE, idOf(n), fields, null));
            if (result instanceof PushResult.Accepted created) {
                Object kept = backend.fetch(entity(), created.id())
                        .orElseThrow()
                        .fields()
                        .get("count");
                assertThat(new BigDecimal(String.valueOf(kept))).isEqualByComparingTo(number.toString());
            } else {
                assertThat(result).as("%s", number).isInstanceOf(PushResult.Rejected.class);
            }
        }
    }

    // Searching

    @Test
    void a_record_is_found_by_its_values_as_soon_as_it_was_written() {
        RemoteBackend backend = open();
        assumeTrue(backend.capabilities().search());
        create(backend, 4);
        String id = accepted(backend.push(creation(4))).id();
        Findings byText = open().find(entity(), Map.of("title", "note 4"), 10);
        assertThat(byText.complete()).isTrue();
        assertThat(byText.records()).extracting(RemoteRecord::id).contains(id);
        Findings byBoth = backend.find(entity(), Map.of("title", "note 4", "count", 4L), 10);
        assertThat(byBoth.records()).extracting(RemoteRecord::id).contains(id);
        assertThat(byBoth.records())
                .allSatisfy(found -> assertThat(found.deleted()).isFalse());
    }

    @Test
    void what_holds_another_value_or_is_deleted_is_not_found() {
        RemoteBackend backend = open();
        assumeTrue(backend.capabilities().search());
        String retitled = accepted(backend.push(creation(1))).id();
        retitle(backend, retitled, "another");
        String deleted = accepted(backend.push(creation(2))).id();
        delete(backend, deleted);
        for (String title : List.of("note 1", "note 2", "none&count=1", "")) {
            Findings findings = open().find(entity(), Map.of("title", title), 10);
            assertThat(findings.records())
                    .as("those that hold %s", title)
                    .noneMatch(record -> title.equals(record.fields().get("title")));
        }
    }

    @Test
    void a_search_that_is_cut_off_says_so() {
        RemoteBackend backend = open();
        assumeTrue(backend.capabilities().search());
        for (int n = 0; n < 5; n++) {
            Map<String, @Nullable Object> fields = fieldsOf(n);
            fields.put("title", "namesake");
            accepted(backend.push(change(ChangeKind.CREATE, idOf(n), fields, null)));
        }
        assertThat(backend.find(entity(), Map.of("title", "namesake"), 3).complete())
                .isFalse();
        Findings all = backend.find(entity(), Map.of("title", "namesake"), 10);
        assertThat(all.records()).hasSize(5);
        assertThat(all.complete()).isTrue();
    }

    // Writing

    @Test
    void a_create_is_accepted_with_id_and_version() {
        RemoteBackend backend = open();
        PushResult.Accepted result = accepted(backend.push(creation(1)));
        assertThat(result.id()).isNotEmpty();
        if (idOf(1) != null) {
            assertThat(result.id()).isEqualTo(idOf(1));
        }
        assertThat(version(backend, result.id())).isEqualTo(result.version());
    }

    @Test
    void a_create_of_what_exists_is_a_conflict_and_changes_nothing() {
        assumeTrue(idOf(1) != null);
        RemoteBackend backend = open();
        accepted(backend.push(creation(1)));
        Map<String, @Nullable Object> other = fieldsOf(1);
        other.put("title", "another one");
        RemoteRecord remote = conflict(open().push(change(ChangeKind.CREATE, idOf(1), other, null)));
        if (remote != null) {
            assertThat(remote.fields()).containsEntry("title", "note 1");
        }
        assertThat(title(backend, "note-1")).isEqualTo("note 1");
    }

    @Test
    void an_update_changes_what_it_names_and_leaves_the_rest() {
        RemoteBackend backend = open();
        PushResult.Accepted created = accepted(backend.push(creation(1)));
        PushResult.Accepted updated = retitle(backend, created.id(), "new");
        assertThat(updated.version()).isNotEqualTo(created.version());
        assertThat(backend.fetch(entity(), created.id()).orElseThrow().fields())
                .containsEntry("title", "new")
                .containsEntry("count", 1L);
    }

    @Test
    void a_stale_update_is_a_conflict_and_changes_nothing() {
        RemoteBackend backend = open();
        assumeTrue(backend.capabilities().conditionalWrites());
        PushResult.Accepted created = accepted(backend.push(creation(1)));
        retitle(open(), created.id(), "theirs");
        RemoteRecord remote = conflict(backend.push(retitling(backend, created.id(), "ours", created.version())));
        if (remote != null) {
            assertThat(remote.fields()).containsEntry("title", "theirs");
            assertThat(remote.version()).isEqualTo(version(backend, created.id()));
        }
        assertThat(title(backend, created.id())).isEqualTo("theirs");
    }

    @Test
    void a_stale_delete_is_a_conflict_and_deletes_nothing() {
        RemoteBackend backend = open();
        assumeTrue(backend.capabilities().conditionalWrites());
        PushResult.Accepted created = accepted(backend.push(creation(1)));
        retitle(open(), created.id(), "theirs");
        conflict(backend.push(change(ChangeKind.DELETE, created.id(), Map.of(), created.version())));
        assertThat(title(backend, created.id())).isEqualTo("theirs");
    }

    @Test
    void an_update_never_creates() {
        RemoteBackend backend = open();
        RemoteRecord remote = conflict(backend.push(change(ChangeKind.UPDATE, "999999", fieldsOf(1), "1")));
        assertThat(remote == null || remote.deleted()).isTrue();
        assertThat(backend.fetch(entity(), "999999")).isEmpty();
        assertThat(new Replica(backend, entity(), 10).pull()).isEmpty();
    }

    @Test
    void an_update_does_not_bring_back_what_was_deleted() {
        RemoteBackend backend = open();
        PushResult.Accepted created = accepted(backend.push(creation(1)));
        OutgoingChange late = retitling(backend, created.id(), "late", created.version());
        delete(open(), created.id());
        RemoteRecord remote = conflict(backend.push(late));
        assertThat(remote == null || remote.deleted()).isTrue();
        assertThat(backend.fetch(entity(), created.id()).filter(r -> !r.deleted()))
                .isEmpty();
    }

    @Test
    void a_delete_removes_and_a_second_one_is_accepted() {
        RemoteBackend backend = open();
        String id = accepted(backend.push(creation(1))).id();
        String version = version(backend, id);
        accepted(backend.push(change(ChangeKind.DELETE, id, Map.of(), version)));
        assertThat(backend.fetch(entity(), id).filter(r -> !r.deleted())).isEmpty();
        assertThat(accepted(open().push(change(ChangeKind.DELETE, id, Map.of(), version)))
                        .id())
                .isEqualTo(id);
    }

    @Test
    void a_delete_of_what_never_was_is_accepted() {
        accepted(open().push(change(ChangeKind.DELETE, "999999", Map.of(), "1")));
    }

    @Test
    void ids_stay_ids_whatever_they_look_like() {
        assumeTrue(idOf(1) != null);
        RemoteBackend backend = open();
        List<String> ids = List.of(
                "a/b", "../x", "%2e%2e", "a\\b", "x?y=1", "x#f", " ", "ü😀\u202E", "'; DROP TABLE x;--", "...", "+");
        for (String id : ids) {
            assertThat(accepted(backend.push(change(ChangeKind.CREATE, id, fieldsOf(1), null)))
                            .id())
                    .isEqualTo(id);
            retitle(backend, id, "title of " + id);
        }
        Replica replica = new Replica(backend, entity(), 100);
        assertThat(replica.pull()).containsExactlyInAnyOrderElementsOf(ids);
        for (String id : ids) {
            assertThat(title(backend, id)).isEqualTo("title of " + id);
            delete(backend, id);
        }
        assertThat(new Replica(open(), entity(), 100).pull()).isEmpty();
    }

    @Test
    void an_empty_id_never_reaches_the_collection() {
        RemoteBackend backend = open();
        create(backend, 3);
        for (String id : List.of("", ".", "..")) {
            PushResult result = backend.push(change(ChangeKind.DELETE, id, Map.of(), "1"));
            assertThat(result).isNotInstanceOf(PushResult.Conflicted.class);
        }
        assertThat(new Replica(open(), entity(), 10).pull()).hasSize(3);
    }

    // Keys

    @Test
    void a_repeated_create_takes_effect_once_and_is_answered_alike() {
        RemoteBackend backend = open();
        assumeTrue(backend.capabilities().idempotencyKeys());
        OutgoingChange creation = creation(1);
        PushResult.Accepted first = accepted(backend.push(creation));
        PushResult.Accepted second = accepted(open().push(creation));
        assertThat(second.id()).isEqualTo(first.id());
        assertThat(second.version()).isEqualTo(first.version());
        assertThat(new Replica(open(), entity(), 10).pull()).hasSize(1);
    }

    @Test
    void a_repeated_update_does_not_overwrite_what_came_after_it() {
        RemoteBackend backend = open();
        assumeTrue(backend.capabilities().idempotencyKeys());
        String id = accepted(backend.push(creation(1))).id();
        OutgoingChange ours = retitling(backend, id, "ours", version(backend, id));
        String version = accepted(backend.push(ours)).version();
        retitle(open(), id, "theirs");
        assertThat(accepted(backend.push(ours)).version()).isEqualTo(version);
        assertThat(title(backend, id)).isEqualTo("theirs");
    }

    @Test
    void a_repeated_create_does_not_bring_back_what_was_deleted() {
        RemoteBackend backend = open();
        assumeTrue(backend.capabilities().idempotencyKeys());
        OutgoingChange creation = creation(1);
        String id = accepted(backend.push(creation)).id();
        delete(open(), id);
        accepted(backend.push(creation));
        assertThat(backend.fetch(entity(), id).filter(r -> !r.deleted())).isEmpty();
    }

    // Batches

    @Test
    void a_batch_gives_each_change_its_own_outcome() {
        RemoteBackend backend = open();
        assumeTrue(backend.capabilities().batch() > 4);
        String stale = accepted(backend.push(creation(1))).id();
        String old = version(backend, stale);
        retitle(open(), stale, "theirs");
        String deleted = accepted(backend.push(creation(2))).id();
        OutgoingChange create = creation(3);
        OutgoingChange update = retitling(backend, stale, "ours", old);
        OutgoingChange delete = change(ChangeKind.DELETE, deleted, Map.of(), version(backend, deleted));
        OutgoingChange unknown = change(ChangeKind.UPDATE, "999999", fieldsOf(4), "1");
        Map<String, PushResult> results = byKey(backend.pushBatch(List.of(create, update, delete, unknown)));
        assertThat(results).containsOnlyKeys(create.key(), update.key(), delete.key(), unknown.key());
        String created = accepted(results.get(create.key())).id();
        accepted(results.get(delete.key()));
        conflict(results.get(unknown.key()));
        if (backend.capabilities().conditionalWrites()) {
            conflict(results.get(update.key()));
            assertThat(title(backend, stale)).isEqualTo("theirs");
        }
        Replica replica = new Replica(open(), entity(), 10);
        assertThat(replica.pull()).containsExactlyInAnyOrder(stale, created);
    }

    @Test
    void a_repeated_batch_takes_effect_once() {
        RemoteBackend backend = open();
        assumeTrue(backend.capabilities().batch() > 1 && backend.capabilities().idempotencyKeys());
        List<OutgoingChange> changes = IntStream.range(
                        0, Math.min(20, backend.capabilities().batch()))
                .mapToObj(this::creation)
                .toList();
        List<PushReceipt> first = backend.pushBatch(changes);
        List<PushReceipt> second = open().pushBatch(changes);
        assertThat(ids(second)).isEqualTo(ids(first));
        assertThat(new Replica(open(), entity(), 100).pull()).hasSize(changes.size());
    }

    @Test
    void a_change_may_be_repeated_in_a_batch_after_it_was_sent_alone_and_the_reverse() {
        RemoteBackend backend = open();
        assumeTrue(backend.capabilities().batch() > 1 && backend.capabilities().idempotencyKeys());
        OutgoingChange alone = creation(1);
        OutgoingChange batched = creation(2);
        String id = accepted(backend.push(alone)).id();
        Map<String, PushResult> results = byKey(backend.pushBatch(List.of(alone, batched)));
        assertThat(accepted(results.get(alone.key())).id()).isEqualTo(id);
        assertThat(accepted(backend.push(batched)).id())
                .isEqualTo(accepted(results.get(batched.key())).id());
        assertThat(new Replica(open(), entity(), 10).pull()).hasSize(2);
    }

    // The rest

    @Test
    void the_probe_of_a_backend_that_is_there_passes() {
        assertThatCode(open()::probe).doesNotThrowAnyException();
    }

    @Test
    void name_and_capabilities_do_not_change() {
        RemoteBackend backend = open();
        assertThat(backend.name()).isNotEmpty().isEqualTo(open().name());
        assertThat(backend.capabilities()).isEqualTo(open().capabilities());
    }

    @Test
    void closing_twice_is_as_good_as_once() {
        RemoteBackend backend = open();
        backend.probe();
        backend.close();
        assertThatCode(backend::close).doesNotThrowAnyException();
    }

    private RemoteBackend open() {
        RemoteBackend backend = backend();
        opened.add(backend);
        return backend;
    }

    /** The ids that a list names as present, page by page as the engine reads it. */
    private List<String> listed(RemoteBackend backend, int limit) {
        List<String> ids = new ArrayList<>();
        String cursor = null;
        boolean more = true;
        for (int pages = 0; more; pages++) {
            assertThat(pages).as("pages of a list that ends").isLessThan(1000);
            try (PullPage page = backend.fetchIds(new PullRequest(entity(), cursor, limit))) {
                page.records().stream()
                        .filter(record -> !record.deleted())
                        .map(RemoteRecord::id)
                        .forEach(ids::add);
                more = page.more();
                cursor = page.next();
            }
        }
        return ids;
    }

    private Set<String> create(RemoteBackend backend, int count) {
        Set<String> ids = new HashSet<>();
        for (int n = 0; n < count; n++) {
            ids.add(accepted(backend.push(creation(n))).id());
        }
        return ids;
    }

    private OutgoingChange creation(int n) {
        return change(ChangeKind.CREATE, idOf(n), fieldsOf(n), null);
    }

    private OutgoingChange retitling(RemoteBackend backend, String id, String title, @Nullable String base) {
        Map<String, @Nullable Object> fields = new HashMap<>();
        if (!backend.capabilities().partialUpdates()) {
            fields.putAll(backend.fetch(entity(), id).orElseThrow().fields());
        }
        fields.put("title", title);
        return change(ChangeKind.UPDATE, id, fields, base);
    }

    private PushResult.Accepted retitle(RemoteBackend backend, String id, String title) {
        return accepted(backend.push(retitling(backend, id, title, version(backend, id))));
    }

    private void delete(RemoteBackend backend, String id) {
        accepted(backend.push(change(ChangeKind.DELETE, id, Map.of(), version(backend, id))));
    }

    private OutgoingChange change(
            ChangeKind kind, @Nullable String id, Map<String, @Nullable Object> fields, @Nullable String base) {
        return new OutgoingChange(entity(), kind, id, fields, base, keyPrefix() + keys++);
    }

    private @Nullable String version(RemoteBackend backend, String id) {
        return backend.fetch(entity(), id).orElseThrow().version();
    }

    private @Nullable Object title(RemoteBackend backend, String id) {
        return backend.fetch(entity(), id).orElseThrow().fields().get("title");
    }

    private static Map<String, PushResult> byKey(List<PushReceipt> receipts) {
        Map<String, PushResult> results = new HashMap<>();
        receipts.forEach(receipt -> results.put(receipt.key(), receipt.result()));
        return results;
    }

    private static Map<String, String> ids(List<PushReceipt> receipts) {
        Map<String, String> ids = new HashMap<>();
        receipts.forEach(
                receipt -> ids.put(receipt.key(), accepted(receipt.result()).id()));
        return ids;
    }

    private static PushResult.Accepted accepted(@Nullable PushResult result) {
        assertThat(result).isInstanceOf(PushResult.Accepted.class);
        return (PushResult.Accepted) result;
    }

    private static @Nullable RemoteRecord conflict(@Nullable PushResult result) {
        assertThat(result).isInstanceOf(PushResult.Conflicted.class);
        return ((PushResult.Conflicted) result).remote();
    }
}
