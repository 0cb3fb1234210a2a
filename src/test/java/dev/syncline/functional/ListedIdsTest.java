package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.backend.PullPage;
import dev.syncline.backend.PullRequest;
import dev.syncline.backend.RemoteRecord;
import dev.syncline.backend.rest.Deletions;
import dev.syncline.backend.rest.RestBackend;
import dev.syncline.config.SyncOptions;
import dev.syncline.config.SyncedTable;
import dev.syncline.progress.SyncResult;
import dev.syncline.resilience.RetryStrategy;
import dev.syncline.testing.Device;
import dev.syncline.testing.ForwardingBackend;
import dev.syncline.testing.SettableClock;
import dev.syncline.testing.TwoDevices;
import dev.syncline.testing.server.Fault;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * At a backend that tells of no deletion, the list of its ids does; what is missing there is asked for before it goes. Defends G1, G5,
 * G8 and G13.
 */
class ListedIdsTest {
    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules.entity("place", place -> place.serverIds()),
            List.of(
                    SyncedTable.named("place").key("id").build(),
                    SyncedTable.named("visit")
                            .key("id")
                            .references("place_id", "place")
                            .build()),
            "CREATE TABLE place(id INTEGER PRIMARY KEY, name TEXT)",
            "CREATE TABLE visit(id TEXT PRIMARY KEY, place_id INTEGER REFERENCES place(id), note TEXT)");

    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T12:00:00Z"));
    private final ForgetfulList backend = new ForgetfulList();
    private Device device;

    @BeforeEach
    void listing() {
        device = two.a()
                .with(builder -> builder.clock(clock)
                        .backend(backend.over(RestBackend.at(two.server().url())
                                .deletions(Deletions.listed("{entity}/_ids"))
                                .build()))
                        .options(SyncOptions.builder()
                                .retry(RetryStrategy.none())
                                .followUps(false)
                                .pageSize(3)
                                .build()));
        two.server().rows("visit").seed(IntStream.range(0, 8).mapToObj(ListedIdsTest::visit));
    }

    private static Map<String, Object> visit(int number) {
        Map<String, Object> fields = new HashMap<>();
        fields.put("id", "v" + number);
        fields.put("place_id", null);
        fields.put("note", "n");
        return fields;
    }

    /** Leaves ids out of the list. */
    private static final class ForgetfulList {
        private final Set<String> left = new HashSet<>();

        ForwardingBackend over(RestBackend real) {
            return new ForwardingBackend(real) {
                @Override
                public PullPage fetchIds(PullRequest request) {
                    PullPage page = super.fetchIds(request);
                    List<RemoteRecord> told = page.records().stream()
                            .filter(record -> !left.contains(record.id()))
                            .toList();
                    return new PullPage(told, page.next(), page.more(), page.total(), page.serverTime());
                }
            };
        }
    }

    private long lists() {
        return two.server().journal().entries().stream()
                .filter(entry -> entry.path().contains("/visit/_ids"))
                .count();
    }

    private void anHourLater() {
        clock.advance(Duration.ofHours(1).plusMillis(1));
        two.sync(device);
    }

    @Test
    void a_row_that_is_not_in_the_list_any_more_goes_within_the_hour() {
        two.sync(device);
        two.server().rows("visit").lose("v2", "v5");
        two.server().journal().clear();
        clock.advance(Duration.ofHours(1));
        two.sync(device);
        assertThat(device.rows("visit")).hasSize(8);
        assertThat(lists()).isZero();
        anHourLater();
        assertThat(device.rows("visit")).hasSize(6).doesNotContainKeys("v2", "v5");
        assertThat(lists()).isEqualTo(2);
        two.sync(device);
        assertThat(lists()).isEqualTo(2);
        assertThat(device.value("SELECT count(*) FROM syncline_unmet")).isEqualTo(0);
    }

    @Test
    void a_row_that_the_list_left_out_stays() {
        two.sync(device);
        backend.left.add("v3");
        anHourLater();
        assertThat(device.rows("visit")).hasSize(8);
        assertThat(device.manager().pendingChanges()).isZero();
    }

    @Test
    void parents_and_children_go_together_and_ids_of_the_server_are_translated() {
        device.sql("INSERT INTO place VALUES(7, 'here'), (8, 'there')");
        device.sql("UPDATE visit SET place_id = 7 WHERE id = 'v1'");
        two.sync(device);
        String remote = (String) device.value("SELECT remote_id FROM syncline_id_mapping WHERE local_id = 7");
        two.server().rows("visit").lose("v1");
        two.server().rows("place").lose(remote);
        anHourLater();
        assertThat(device.rows("place")).containsOnlyKeys("8");
        assertThat(device.rows("visit")).hasSize(7);
    }

    @Test
    void an_unsent_edit_of_a_row_that_is_gone_is_not_lost() {
        two.sync(device);
        two.server().rows("visit").lose("v1");
        two.server().faults().when((method, path) -> !method.equals("GET"), Fault.status(503));
        device.sql("UPDATE visit SET note = 'mine' WHERE id = 'v1'");
        clock.advance(Duration.ofHours(2));
        device.sync();
        assertThat(device.value("SELECT note FROM visit WHERE id = 'v1'")).isEqualTo("mine");
        assertThat(device.manager().pendingChanges()).isEqualTo(1);
    }

    @Test
    void a_list_that_breaks_off_removes_nothing_and_is_read_again() {
        two.sync(device);
        two.server().rows("visit").lose("v0");
        two.server().faults().when((method, path) -> path.contains("/visit/_ids"), Fault.status(500));
        clock.advance(Duration.ofHours(2));
        SyncResult broken = device.sync();
        assertThat(broken.success()).isFalse();
        assertThat(device.rows("visit")).hasSize(8);
        two.server().faults().clear();
        two.sync(device);
        assertThat(device.rows("visit")).hasSize(7);
    }

    @Test
    void a_list_that_is_suddenly_empty_deletes_no_more_than_may_go_unasked() {
        device = two.b()
                .with(builder -> builder.clock(clock)
                        .backend(RestBackend.at(two.server().url())
                                .deletions(Deletions.listed("{entity}/_ids"))
                                .build())
                        .options(SyncOptions.builder()
                                .retry(RetryStrategy.none())
                                .followUps(false)
                                .deletionRows(0)
                                .build()));
        two.sync(device);
        two.server()
                .rows("visit")
                .lose(IntStream.range(0, 8).mapToObj(i -> "v" + i).toArray(String[]::new));
        clock.advance(Duration.ofHours(2));
        SyncResult held = device.sync();
        assertThat(held.success()).isFalse();
        assertThat(device.rows("visit")).hasSize(8);
        device.manager().allowDeletions("visit");
        device.sync();
        assertThat(device.rows("visit")).isEmpty();
    }
}
