package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.backend.RemoteRecord;
import dev.syncline.backend.rest.RestBackend;
import dev.syncline.config.SyncedTable;
import dev.syncline.exception.ConsistencyException;
import dev.syncline.progress.SyncResult;
import dev.syncline.testing.Device;
import dev.syncline.testing.ReplayingBackend;
import dev.syncline.testing.TwoDevices;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Records that the host's tables cannot hold: kept with their reason, and no other waits for them. Defends G4, G9 and G12. */
class QuarantineTest {
    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules,
            List.of(SyncedTable.named("memo").key("id").build()),
            "CREATE TABLE memo(id TEXT PRIMARY KEY, title TEXT CHECK(title <> 'bad'), body TEXT)");

    private Device device;

    @BeforeEach
    void memos() {
        device = two.a();
        device.manager();
        for (String id : List.of("m1", "m2", "m3")) {
            two.server().rows("memo").create(id, Map.of("title", id, "body", "b"));
        }
    }

    private void trigger(String event, String when, String raise) {
        device.sql("CREATE TRIGGER host BEFORE " + event + " ON memo WHEN " + when + " BEGIN SELECT RAISE(" + raise
                + "); END");
    }

    private String memosHere() {
        return (String) device.value("SELECT group_concat(id || title) FROM (SELECT * FROM memo ORDER BY id)");
    }

    private Object reason() {
        return device.value("SELECT group_concat(id || ' ' || reason) FROM syncline_holding");
    }

    private void putsAside(SyncResult result, String why) {
        assertThat(result.errors())
                .singleElement()
                .isInstanceOf(ConsistencyException.class)
                .satisfies(error ->
                        assertThat(((ConsistencyException) error).affectedIds()).containsExactly("m2"))
                .satisfies(error -> assertThat(error).hasMessageContaining(why));
        assertThat(memosHere()).isEqualTo("m1m1,m3m3");
    }

    @Test
    void a_record_that_a_constraint_refuses_is_kept_and_the_page_goes_on() {
        two.server().rows("memo").update("m2", Map.of("title", "bad"));
        putsAside(device.sync(), "CHECK");
        assertThat(reason()).isEqualTo("m2 unstorable");
        two.server().rows("memo").update("m2", Map.of("title", "good"));
        two.sync(device);
        assertThat(memosHere()).isEqualTo("m1m1,m2good,m3m3");
        assertThat(reason()).isNull();
    }

    @Test
    void a_record_that_is_refused_among_records_of_other_columns_holds_up_none() {
        two.server().rows("memo").update("m2", Map.of("title", "bad"));
        two.server().rows("memo").create("m4", Map.of("title", "m4"));
        two.server().rows("memo").create("m5", Map.of("title", "m5", "body", "b"));
        SyncResult result = device.sync();
        assertThat(result.errors()).hasSize(1);
        assertThat(memosHere()).isEqualTo("m1m1,m3m3,m4m4,m5m5");
    }

    @Test
    void a_stale_record_neither_takes_the_place_of_the_one_that_waits_nor_lets_it_go() {
        ReplayingBackend backend =
                new ReplayingBackend(RestBackend.at(two.server().url()).build());
        device.close();
        device.with(builder -> builder.backend(backend));
        trigger("INSERT", "NEW.title IN ('newer', 'newest')", "ABORT, 'the host says no'");
        two.server().rows("memo").update("m2", Map.of("title", "newer"));
        two.server().rows("memo").update("m2", Map.of("title", "newest"));
        putsAside(device.sync(), "the host says no");
        backend.tell(new RemoteRecord("m2", "2", false, Map.of("title", "newer", "body", "b"), null));
        device.sync();
        backend.tell(new RemoteRecord("m2", "1", false, Map.of("title", "first", "body", "b"), null));
        two.sync(device);
        assertThat(memosHere()).isEqualTo("m1m1,m2first,m3m3");
        assertThat(reason()).isEqualTo("m2 unstorable");
        device.sql("DROP TRIGGER host");
        two.sync(device);
        assertThat(memosHere()).isEqualTo("m1m1,m2newest,m3m3");
        assertThat(reason()).isNull();
    }

    @Test
    void a_record_that_a_trigger_ignores_does_not_count_as_stored() {
        trigger("INSERT", "NEW.title = 'm2'", "IGNORE");
        putsAside(device.sync(), "ignores");
        device.sql("DROP TRIGGER host");
        two.sync(device);
        assertThat(memosHere()).isEqualTo("m1m1,m2m2,m3m3");
    }

    @Test
    void an_update_that_a_trigger_ignores_does_not_count_as_stored() {
        two.sync(device);
        trigger("UPDATE", "NEW.title = 'theirs'", "IGNORE");
        two.server().rows("memo").update("m2", Map.of("title", "theirs"));
        assertThat(device.sync().success()).isFalse();
        assertThat(reason()).isEqualTo("m2 unstorable");
        device.sql("DROP TRIGGER host");
        two.agree();
        assertThat(memosHere()).isEqualTo("m1m1,m2theirs,m3m3");
    }

    @Test
    void a_deletion_that_a_trigger_ignores_waits() {
        two.sync(device);
        trigger("DELETE", "OLD.id = 'm2'", "IGNORE");
        two.server().rows("memo").delete("m2");
        device.sync();
        assertThat(device.rows("memo")).containsKey("m2");
        device.sql("DROP TRIGGER host");
        two.agree();
        assertThat(memosHere()).isEqualTo("m1m1,m3m3");
    }

    @Test
    void a_record_that_ends_the_whole_transaction_is_put_aside_and_left_alone() {
        trigger("INSERT", "NEW.id = 'm2'", "ROLLBACK, 'the host says no'");
        putsAside(device.sync(), "ROLLBACK");
        assertThat(reason()).isEqualTo("m2 quarantined");
        two.sync(device);
        assertThat(memosHere()).isEqualTo("m1m1,m3m3");
    }

    @Test
    void its_newest_state_is_stored_once_the_schema_is_another() {
        trigger("INSERT", "NEW.id = 'm2'", "ROLLBACK, 'the host says no'");
        device.sync();
        two.server().rows("memo").update("m2", Map.of("title", "newer"));
        device.sync();
        device.close();
        device.sql("DROP TRIGGER host");
        two.sync(device);
        assertThat(memosHere()).isEqualTo("m1m1,m2newer,m3m3");
        assertThat(reason()).isNull();
        two.agree();
    }

    @Test
    void it_is_tried_again_when_the_host_asks_for_it() {
        trigger("INSERT", "NEW.id = 'm2'", "ROLLBACK, 'the host says no'");
        device.sync();
        assertThat(device.manager().replayQuarantine()).isEqualTo(1);
        two.sync(device);
        assertThat(reason()).isEqualTo("m2 quarantined");
        device.sql("DROP TRIGGER host");
        two.sync(device);
        assertThat(memosHere()).isEqualTo("m1m1,m3m3");
        assertThat(device.manager().replayQuarantine()).isEqualTo(1);
        two.sync(device);
        assertThat(memosHere()).isEqualTo("m1m1,m2m2,m3m3");
        assertThat(device.manager().replayQuarantine()).isZero();
    }

    @Test
    void a_table_that_takes_no_row_at_all_fails_the_run_and_keeps_its_cursor() {
        trigger("INSERT", "1", "ROLLBACK, 'the host says no'");
        for (int i = 0; i < 60; i++) {
            two.server().rows("memo").create("n" + i, Map.of("title", "n"));
        }
        assertThat(device.sync().success()).isFalse();
        assertThat(device.value("SELECT count(*) FROM syncline_cursor WHERE cursor IS NOT NULL"))
                .isEqualTo(0);
        device.sql("DROP TRIGGER host");
        two.sync(device);
        assertThat(device.rows("memo")).hasSize(63);
    }
}
