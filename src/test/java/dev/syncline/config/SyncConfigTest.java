package dev.syncline.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.syncline.backend.RemoteBackend;
import dev.syncline.backend.rest.RestBackend;
import dev.syncline.testing.SettableClock;
import io.reactivex.rxjava3.schedulers.Schedulers;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.sqlite.SQLiteDataSource;

/** Defends G11: whether two openers of one file mean the same is decided by the value of their configurations. */
class SyncConfigTest {
    private static final Path FILE = Path.of("bank.db");
    private static final RemoteBackend BACKEND =
            RestBackend.at("http://localhost:1").build();
    private static final SyncedTable ACCOUNT =
            SyncedTable.named("account").key("id").build();
    private static final SyncedTable PAYMENT = SyncedTable.named("payment")
            .key("id")
            .references("account_id", "Account")
            .build();

    private static SyncConfigBuilder bank() {
        return SyncConfig.builder(FILE).table(ACCOUNT).backend(BACKEND);
    }

    @Test
    void a_configuration_of_a_file_has_the_documented_defaults() {
        SyncConfig config = bank().build();
        assertThat(config.path()).isEqualTo(FILE);
        assertThat(config.dataSource()).isNull();
        assertThat(config.tables()).containsExactly(ACCOUNT);
        assertThat(config.backend()).isSameAs(BACKEND);
        assertThat(config.account()).isEmpty();
        assertThat(config.options()).isEqualTo(SyncOptions.defaults());
        assertThat(config.clock()).isEqualTo(Clock.systemUTC());
        assertThat(config.scheduler()).isSameAs(Schedulers.computation());
        assertThat(config.deliverOn()).isNull();
        assertThat(config.random().nextLong()).isNotEqualTo(config.random().nextLong());
    }

    @Test
    void the_default_ids_are_unique_and_of_the_promised_letters() {
        SyncConfig config = bank().build();
        List<String> ids = Stream.generate(config.ids()).limit(1000).toList();
        assertThat(ids).doesNotHaveDuplicates().allMatch(id -> id.matches("[A-Za-z0-9-]{1,64}"));
    }

    @Test
    void tables_keep_the_order_in_which_they_were_added() {
        SyncConfig config = SyncConfig.builder(FILE)
                .tables(List.of(PAYMENT, ACCOUNT))
                .backend(BACKEND)
                .build();
        assertThat(config.tables()).containsExactly(PAYMENT, ACCOUNT);
    }

    @Test
    void configurations_that_say_the_same_are_equal() {
        assertThat(bank().build()).isEqualTo(bank().build()).hasSameHashCodeAs(bank().build());
    }

    @ParameterizedTest
    @MethodSource
    void each_setting_makes_a_difference(UnaryOperator<SyncConfigBuilder> setting) {
        SyncConfig changed = setting.apply(bank()).build();
        assertThat(changed).isNotEqualTo(bank().build());
        assertThat(changed.sameButForFile(bank().build())).isFalse();
    }

    static Stream<UnaryOperator<SyncConfigBuilder>> each_setting_makes_a_difference() {
        return Stream.of(
                b -> b.table(PAYMENT),
                b -> b.backend(RestBackend.at("http://localhost:2").build()),
                b -> b.account("ada"),
                b -> b.options(SyncOptions.gentle()),
                b -> b.clock(new SettableClock(Instant.EPOCH)),
                b -> b.random(new SplittableRandom(1)),
                b -> b.ids(() -> "id"),
                b -> b.scheduler(Schedulers.io()),
                b -> b.deliverOn(Runnable::run));
    }

    @Test
    void a_file_under_another_name_is_another_configuration_that_says_the_same() {
        SyncConfig elsewhere = SyncConfig.builder(Path.of("link.db"))
                .table(ACCOUNT)
                .backend(BACKEND)
                .build();
        assertThat(elsewhere).isNotEqualTo(bank().build());
        assertThat(elsewhere.sameButForFile(bank().build())).isTrue();
    }

    @Test
    void a_data_source_is_not_the_same_as_a_file() {
        SQLiteDataSource source = new SQLiteDataSource();
        SyncConfig config =
                SyncConfig.builder(source).table(ACCOUNT).backend(BACKEND).build();
        assertThat(config.path()).isNull();
        assertThat(config.dataSource()).isSameAs(source);
        assertThat(config).isNotEqualTo(bank().build());
        assertThat(config.sameButForFile(bank().build())).isFalse();
    }

    @Test
    void what_is_missing_is_named() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SyncConfig.builder(FILE).table(ACCOUNT).build())
                .withMessageContaining("backend(…)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SyncConfig.builder(FILE).backend(BACKEND).build())
                .withMessageContaining("table(…)");
    }

    @Test
    void a_reference_to_a_table_that_is_not_synced_is_refused_by_name() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        SyncConfig.builder(FILE).table(PAYMENT).backend(BACKEND).build())
                .withMessageContaining("payment.account_id → Account");
    }

    @Test
    void a_reference_to_a_table_whose_key_has_several_columns_is_refused() {
        SyncedTable share = SyncedTable.named("account").key("id", "owner").build();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SyncConfig.builder(FILE)
                        .table(share)
                        .table(PAYMENT)
                        .backend(BACKEND)
                        .build())
                .withMessageContaining("account_id")
                .withMessageContaining("[id, owner]");
    }

    @Test
    void a_reference_finds_its_table_whatever_the_case_of_its_letters() {
        assertThat(bank().table(PAYMENT).build().tables()).hasSize(2);
    }

    @Test
    void a_table_or_entity_cannot_be_added_twice() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        bank().table(SyncedTable.named("ACCOUNT").key("id").build()))
                .withMessageContaining("ACCOUNT")
                .withMessageContaining("account");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> bank().table(SyncedTable.named("client")
                        .entity("account")
                        .key("id")
                        .build()))
                .withMessageContaining("client")
                .withMessageContaining("entity account");
    }

    @Test
    void a_configuration_shows_no_secret_when_it_is_logged() {
        SyncConfig config = SyncConfig.builder(FILE)
                .table(ACCOUNT)
                .backend(RestBackend.at("http://localhost:1")
                        .bearer(() -> "s3cret")
                        .build())
                .account("ada")
                .build();
        assertThat(config.toString()).contains("bank.db").contains("account").doesNotContain("s3cret");
    }
}
