package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.backend.rest.RestBackend;
import dev.syncline.backend.rest.RestBackendBuilder;
import dev.syncline.backend.rest.Search;
import dev.syncline.config.SyncedTable;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.testing.TwoDevices;
import dev.syncline.testing.server.Fault;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A create whose answer is lost, at a backend that assigns ids and knows no keys, is found by what names it and becomes one record.
 * Defends G1, G2 and G3.
 */
class LostCreateTest {

    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules.entity("payment", payment -> payment.serverIds())
                    .entity("account", account -> account.serverIds().unique("number"))
                    .entity("place", place -> place.serverIds())
                    .idempotencyKeys(false),
            List.of(
                    SyncedTable.named("payment")
                            .key("id")
                            .externalId("external_id")
                            .build(),
                    SyncedTable.named("account")
                            .key("id")
                            .naturalKey("number")
                            .strategy(ResolutionStrategy.MANUAL)
                            .build(),
                    SyncedTable.named("place").key("id").naturalKey("name").build()),
            "CREATE TABLE payment(id INTEGER PRIMARY KEY, amount TEXT)",
            "CREATE TABLE account(id INTEGER PRIMARY KEY, number TEXT, name TEXT)",
            "CREATE TABLE place(id INTEGER PRIMARY KEY, name TEXT, size INTEGER)");

    @BeforeEach
    void withoutKeys() {
        with(settings -> settings.search(Search.byField()));
    }

    private void with(UnaryOperator<RestBackendBuilder> search) {
        two.a().close();
        two.a()
                .with(builder -> builder.backend(search.apply(
                                RestBackend.at(two.server().url()).noBatch().noIdempotencyKeys())
                        .build()));
        two.a().manager();
    }

    private void losing(Fault fault, String sql) {
        two.a().sql(sql);
        two.server().faults().when((method, path) -> method.equals("POST"), fault);
        two.a().sync();
        two.server().faults().clear();
        two.server().journal().clear();
        assertThat(two.a().query("SELECT * FROM syncline_queue WHERE status = 'processing'"))
                .hasSize(1);
    }

    private void isOneRecord(String table, long localId) {
        assertThat(two.server().rows(table).count()).isEqualTo(1);
        assertThat(two.a().rows(table)).hasSize(1);
        assertThat(two.a().value("SELECT remote_id FROM syncline_id_mapping WHERE local_id = ?", localId))
                .isEqualTo("1");
    }

    @Test
    void each_create_carries_a_value_of_its_own_that_no_column_holds() {
        two.a().sql("INSERT INTO payment VALUES(7, '1.00'), (8, '1.00')");
        two.sync(two.a());
        assertThat(two.server().rows("payment").all())
                .extracting(row -> row.get("external_id").asText())
                .doesNotHaveDuplicates()
                .allSatisfy(value -> assertThat(value).isNotEmpty());
        two.agree();
    }

    @Test
    void a_create_that_arrived_is_found_by_its_external_id_though_others_look_alike() {
        losing(Fault.loseAnswer(), "INSERT INTO payment VALUES(7, '1.00')");
        two.server().rows("payment").create(null, Map.of("amount", "1.00"));
        two.sync(two.a());
        assertThat(two.server().journal().count("POST")).isZero();
        assertThat(two.a().value("SELECT remote_id FROM syncline_id_mapping WHERE local_id = 7"))
                .isEqualTo("1");
        two.agree();
        assertThat(two.server().rows("payment").count()).isEqualTo(2);
    }

    @Test
    void a_create_that_was_edited_on_both_sides_since_is_found_and_keeps_both_edits() {
        two.a().sql("ALTER TABLE payment ADD COLUMN note TEXT");
        two.b().sql("ALTER TABLE payment ADD COLUMN note TEXT");
        two.a().close();
        two.b().close();
        losing(Fault.loseAnswer(), "INSERT INTO payment VALUES(7, '1.00', NULL)");
        two.server().rows("payment").update("1", Map.of("amount", "2.00"));
        two.a().sql("UPDATE payment SET note = 'mine' WHERE id = 7");
        two.sync(two.a());
        two.agree();
        isOneRecord("payment", 7);
        assertThat(two.a().rows("payment").get("7"))
                .containsEntry("amount", "2.00")
                .containsEntry("note", "mine");
    }

    @Test
    void a_create_that_did_not_arrive_is_sent_again_with_the_same_external_id() {
        losing(Fault.status(500), "INSERT INTO payment VALUES(7, '1.00')");
        Object frozen = two.a().value("SELECT payload FROM syncline_queue");
        two.sync(two.a());
        isOneRecord("payment", 7);
        String sent =
                two.server().rows("payment").all().get(0).get("external_id").asText();
        assertThat(String.valueOf(frozen)).contains(sent);
        two.agree();
    }

    @Test
    void a_create_is_found_by_its_natural_key() {
        losing(Fault.loseAnswer(), "INSERT INTO account VALUES(7, 'DE12', 'mine')");
        two.sync(two.a());
        assertThat(two.server().journal().count("POST")).isZero();
        isOneRecord("account", 7);
        two.agree();
    }

    @Test
    void another_devices_record_of_the_same_natural_key_is_a_conflict_and_no_second_record() {
        losing(Fault.status(500), "INSERT INTO account VALUES(7, 'DE12', 'mine')");
        two.server().rows("account").create(null, Map.of("number", "DE12", "name", "theirs"));
        two.a().sync();
        isOneRecord("account", 7);
        TwoDevices.decide(two.a(), ResolutionStrategy.LOCAL_WINS);
        two.agree();
        assertThat(two.b().rows("account").values())
                .singleElement()
                .satisfies(row -> assertThat(row).containsEntry("name", "mine"));
    }

    @Test
    void a_refusal_as_a_duplicate_after_a_lost_answer_is_looked_into() {
        // Keys are declared, so the create is simply repeated; but the server has forgotten them.
        two.a().close();
        two.a()
                .with(builder -> builder.backend(RestBackend.at(two.server().url())
                        .noBatch()
                        .search(Search.byField())
                        .build()));
        losing(Fault.loseAnswer(), "INSERT INTO account VALUES(7, 'DE12', 'mine')");
        two.sync(two.a());
        assertThat(two.server().journal().count("POST")).isEqualTo(1);
        isOneRecord("account", 7);
        two.agree();
    }

    @Test
    void a_duplicate_that_was_made_elsewhere_before_is_met_and_never_sent() {
        two.server().rows("account").create(null, Map.of("number", "DE12", "name", "theirs"));
        two.a().sql("INSERT INTO account VALUES(7, 'DE12', 'mine')");
        two.a().sync();
        assertThat(two.server().journal().count("POST")).isZero();
        isOneRecord("account", 7);
    }

    @Test
    void namesakes_are_told_apart_by_what_was_sent() {
        losing(Fault.loseAnswer(), "INSERT INTO place VALUES(7, 'here', 2)");
        two.server().rows("place").create(null, Map.of("name", "here", "size", 1));
        two.sync(two.a());
        assertThat(two.server().rows("place").count()).isEqualTo(2);
        assertThat(two.a().value("SELECT remote_id FROM syncline_id_mapping WHERE local_id = 7"))
                .isEqualTo("1");
        two.agree();
    }

    @Test
    void where_the_name_is_empty_the_content_decides() {
        losing(Fault.loseAnswer(), "INSERT INTO place VALUES(7, NULL, 2)");
        two.sync(two.a());
        isOneRecord("place", 7);
        two.agree();
    }

    @Test
    void where_the_backend_cannot_search_the_content_decides() {
        with(UnaryOperator.identity());
        losing(Fault.loseAnswer(), "INSERT INTO account VALUES(7, 'DE12', 'mine')");
        two.sync(two.a());
        isOneRecord("account", 7);
        two.agree();
    }

    @Test
    void where_a_search_is_refused_the_content_decides() {
        losing(Fault.loseAnswer(), "INSERT INTO account VALUES(7, 'DE12', 'mine')");
        two.server().faults().when((method, path) -> path.contains("number="), Fault.status(400));
        two.sync(two.a());
        isOneRecord("account", 7);
        two.server().faults().clear();
        two.agree();
    }
}
