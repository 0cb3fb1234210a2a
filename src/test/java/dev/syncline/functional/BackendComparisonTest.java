package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.backend.EntitySummary;
import dev.syncline.backend.RecordDigest;
import dev.syncline.backend.rest.RestBackend;
import dev.syncline.backend.rest.Summaries;
import dev.syncline.config.EndCheck;
import dev.syncline.config.SyncConfigBuilder;
import dev.syncline.config.SyncedTable;
import dev.syncline.exception.ConsistencyException;
import dev.syncline.exception.SyncException;
import dev.syncline.progress.BackendComparison;
import dev.syncline.progress.ConsistencyIssue;
import dev.syncline.progress.SyncMode;
import dev.syncline.progress.SyncResult;
import dev.syncline.testing.Device;
import dev.syncline.testing.ForwardingBackend;
import dev.syncline.testing.TwoDevices;
import dev.syncline.testing.server.Fault;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A device that has drifted from its backend is found by two figures, and one that has not is never called so. Defends G5 against what the
 * library itself cannot notice: a backend restored from a backup, a file that something else has written to.
 */
class BackendComparisonTest {
    private static final Summaries SUMMARY = Summaries.at("{entity}/_summary");

    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules.entity("account", account -> account.serverIds()),
            List.of(
                    SyncedTable.named("account").key("id").build(),
                    SyncedTable.named("note")
                            .key("id")
                            .references("account", "account")
                            .build()),
            "CREATE TABLE account(id INTEGER PRIMARY KEY, name TEXT)",
            "CREATE TABLE note(id TEXT PRIMARY KEY, body TEXT, account INTEGER REFERENCES account(id))");

    private UnaryOperator<SyncConfigBuilder> telling(Summaries way, EndCheck check) {
        return builder -> {
            SyncConfigBuilder told = builder.backend(
                    RestBackend.at(two.server().url()).summaries(way).build());
            return told.options(
                    told.build().options().toBuilder().endCheck(check).build());
        };
    }

    private Device synced(Summaries way, EndCheck check) {
        Device a = two.a().with(telling(way, check));
        a.sql("INSERT INTO account VALUES(1, 'a'), (2, 'b')");
        a.sql("INSERT INTO note VALUES('n1', 'one', 1), ('n2', 'two', NULL), ('n3', 'three', 2)");
        two.sync(a);
        two.sync(a);
        return a;
    }

    private static BackendComparison compare(Device device) {
        return device.manager().consistency().compare().blockingGet();
    }

    /** Something else has written to the tables of the library. */
    private static void losesNote(Device device) {
        device.sql("DELETE FROM syncline_row_state WHERE k = 'n2'");
    }

    @Test
    void what_equals_the_backend_agrees_whatever_is_unsent() {
        Device a = synced(SUMMARY, EndCheck.NONE);
        assertThat(compare(a).agrees()).isTrue();
        a.sql("INSERT INTO note VALUES('n4', 'four', NULL)");
        a.sql("UPDATE note SET body = 'other' WHERE id = 'n1'");
        a.sql("DELETE FROM note WHERE id = 'n2'");
        BackendComparison comparison = compare(a);
        assertThat(comparison.compared()).containsExactly("account", "note");
        assertThat(comparison.agrees()).isTrue();
        assertThat(a.manager().pendingChanges()).as("it sends nothing").isEqualTo(3);
    }

    @Test
    void what_others_wrote_is_pulled_and_no_difference() {
        Device a = synced(SUMMARY, EndCheck.NONE);
        Device b = two.b();
        two.sync(b);
        b.sql("INSERT INTO note VALUES('n9', 'nine', NULL)");
        b.sql("DELETE FROM note WHERE id = 'n1'");
        two.sync(b);
        assertThat(compare(a).agrees()).isTrue();
        assertThat(a.value("SELECT body FROM note WHERE id = 'n9'")).isEqualTo("nine");
    }

    @Test
    void what_others_write_between_the_pull_and_the_figures_is_no_difference() throws Exception {
        Device a = synced(SUMMARY, EndCheck.NONE);
        Device b = two.b();
        two.sync(b);
        two.a().close();
        Device again = two.a()
                .with(builder -> builder.backend(
                        new ForwardingBackend(RestBackend.at(two.server().url())
                                .summaries(SUMMARY)
                                .build()) {
                            private boolean wrote;

                            @Override
                            public Optional<EntitySummary> summarize(String entity) {
                                if (!wrote) {
                                    wrote = true;
                                    b.sql("UPDATE account SET name = 'moved' WHERE id = 1");
                                    two.sync(b);
                                }
                                return super.summarize(entity);
                            }
                        }));
        assertThat(compare(again).agrees()).isTrue();
        assertThat(a.value("SELECT name FROM account WHERE id = 1")).isEqualTo("moved");
    }

    @Test
    void a_lost_record_is_found_by_the_count_and_mended_by_a_full_run() {
        Device a = synced(SUMMARY, EndCheck.NONE);
        losesNote(a);
        BackendComparison comparison = compare(a);
        assertThat(comparison.issues()).singleElement().satisfies(issue -> {
            assertThat(issue.type()).isEqualTo(ConsistencyIssue.Type.BACKEND_DIFFERS);
            assertThat(issue.entity()).isEqualTo("note");
            assertThat(issue.message()).contains("3 records, 2 of them", "SyncMode.FULL");
        });
        a.manager().synchronize(SyncMode.FULL).blockingGet();
        assertThat(compare(a).agrees()).isTrue();
    }

    @Test
    void another_version_under_the_same_count_is_found_by_the_digest_alone() {
        Device a = synced(SUMMARY, EndCheck.NONE);
        a.sql("UPDATE syncline_row_state SET v = 7 WHERE k = 'n1'");
        assertThat(compare(a).issues())
                .singleElement()
                .satisfies(issue -> assertThat(issue.message()).contains("other versions"));
        a.close();
        Device counting = two.a().with(telling(Summaries.totals(), EndCheck.NONE));
        assertThat(compare(counting).agrees()).as("a count cannot tell").isTrue();
        losesNote(counting);
        assertThat(compare(counting).issues()).hasSize(1);
    }

    @Test
    void what_is_not_settled_or_not_told_is_left_out_and_named() {
        Device a = synced(SUMMARY, EndCheck.NONE);
        two.server().faults().when((method, path) -> method.equals("POST"), Fault.status(422));
        a.sql("INSERT INTO note VALUES('refused', 'x', NULL)");
        a.sync();
        two.server().faults().clear();
        assertThat(compare(a).leftOut()).containsExactly("note");
        assertThat(compare(a).compared()).containsExactly("account");
        a.close();
        Device untold = two.a().with(telling(Summaries.none(), EndCheck.NONE));
        assertThat(compare(untold).leftOut()).containsExactly("account", "note");
        assertThat(compare(untold).agrees()).isFalse();
    }

    @Test
    void at_the_end_of_a_run_both_looks_are_errors_of_its_result_and_off_by_default() {
        Device a = synced(SUMMARY, EndCheck.NONE);
        losesNote(a);
        a.sql("INSERT INTO syncline_id_mapping SELECT t, 77, 'remote 77' FROM syncline_id_mapping LIMIT 1");
        assertThat(a.sync().success()).as("off by default").isTrue();
        a.close();
        SyncResult result =
                two.a().with(telling(SUMMARY, EndCheck.FILE_AND_BACKEND)).sync();
        assertThat(result.success()).isFalse();
        assertThat(result.abortReason()).isNull();
        assertThat(result.errors())
                .allSatisfy(error -> assertThat(error).isInstanceOf(ConsistencyException.class))
                .extracting(error -> ((ConsistencyException) error).issue())
                .containsExactly("BROKEN_REFERENCE", "BACKEND_DIFFERS");
        two.a().close();
        assertThat(two.a().with(telling(SUMMARY, EndCheck.FILE)).sync().errors())
                .as("the file alone")
                .hasSize(1);
    }

    @Test
    void the_end_check_finds_nothing_in_runs_that_find_nothing() {
        Device a = synced(SUMMARY, EndCheck.FILE_AND_BACKEND);
        Device b = two.b();
        two.sync(b);
        for (int i = 0; i < 3; i++) {
            b.sql("UPDATE note SET body = ? WHERE id = 'n1'", "b" + i);
            a.sql("UPDATE note SET body = ? WHERE id = 'n3'", "a" + i);
            two.sync(b);
            two.sync(a);
        }
        two.sync(a);
    }

    @Test
    void who_asks_offline_is_told_so() {
        Device a = synced(SUMMARY, EndCheck.NONE);
        two.server().faults().when((method, path) -> true, Fault.reset());
        assertThatThrownBy(() -> compare(a)).isInstanceOf(SyncException.class);
        two.server().faults().clear();
        assertThat(compare(a).agrees()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"count\":-1}", "{\"count\":1.5}", "{\"count\":1,\"digest\":\"xyz\"}", "[]", "7"})
    void an_answer_that_is_no_summary_is_refused(String body) {
        Device a = synced(SUMMARY, EndCheck.NONE);
        two.server()
                .faults()
                .when((method, path) -> path.endsWith("/_summary"), Fault.garbage(200, "application/json", body));
        BackendComparison comparison = compare(a);
        assertThat(comparison.leftOut()).containsExactly("account", "note");
        assertThat(comparison.issues()).isEmpty();
        two.server().faults().clear();
    }

    @Test
    void a_digest_knows_no_order_and_every_version() {
        String ab = new RecordDigest().add("a", "1").add("b", "2").value();
        assertThat(new RecordDigest().add("b", "2").add("a", "1").value()).isEqualTo(ab);
        assertThat(new RecordDigest().add("a", "2").add("b", "1").value()).isNotEqualTo(ab);
        assertThat(new RecordDigest().value()).isEqualTo("0".repeat(64));
        assertThat(new RecordDigest().add("a", "1").value())
                .as("SHA-256 of 61 00 31")
                .isEqualTo("05a9c569a185ac60f5511f9760bc3f1ac046b20d18db2ad4d8fa86eda4f5b28e");
        assertThatIllegalArgumentException().isThrownBy(() -> new EntitySummary(-1, null));
        assertThatIllegalArgumentException().isThrownBy(() -> Summaries.totals().count("n"));
    }
}
