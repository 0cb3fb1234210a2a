package dev.syncline.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.syncline.conflict.ConflictSeverity;
import dev.syncline.conflict.ResolutionStrategy;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Defends G6 (what is said of a column holds, however its name is written) and G13 (contradictions are refused by name). */
class SyncedTableTest {

    private static SyncedTableBuilder payment() {
        return SyncedTable.named("payment").key("id");
    }

    @Test
    void a_table_of_which_nothing_is_said_has_the_documented_defaults() {
        SyncedTable table = payment().build();
        assertThat(table.name()).isEqualTo("payment");
        assertThat(table.entity()).isEqualTo("payment");
        assertThat(table.key()).containsExactly("id");
        assertThat(table.typeOf("amount")).isEqualTo(ValueType.PLAIN);
        assertThat(table.fieldOf("due_at")).isEqualTo("due_at");
        assertThat(table.references()).isEmpty();
        assertThat(table.localOnly()).isEmpty();
        assertThat(table.derived()).isEmpty();
        assertThat(table.severityOf("amount")).isEqualTo(ConflictSeverity.LOW);
        assertThat(table.strategy()).isEqualTo(ResolutionStrategy.LAST_WRITE_WINS);
        assertThat(table.columnStrategies()).isEmpty();
        assertThat(table.autoResolve()).containsExactlyInAnyOrder(ConflictSeverity.LOW, ConflictSeverity.MEDIUM);
        assertThat(table.ids()).isNull();
        assertThat(table.adoption()).isEqualTo(Adoption.MATCH_REMOTE);
        assertThat(table.namedColumns()).isEmpty();
    }

    @Test
    void what_is_said_of_a_column_is_told_again() {
        SyncedTable table = everything().build();
        assertThat(table.entity()).isEqualTo("payments");
        assertThat(table.typeOf("amount")).isEqualTo(ValueType.DECIMAL);
        assertThat(table.typeOf("due_at")).isEqualTo(ValueType.INSTANT);
        assertThat(table.typeOf("paid")).isEqualTo(ValueType.BOOL);
        assertThat(table.typeOf("receipt")).isEqualTo(ValueType.BLOB);
        assertThat(table.typeOf("tags")).isEqualTo(ValueType.JSON);
        assertThat(table.fieldOf("due_at")).isEqualTo("dueAt");
        assertThat(table.references()).containsExactly(new Reference("account_id", "account"));
        assertThat(table.localOnly()).containsExactly("draft");
        assertThat(table.derived()).containsExactly("total");
        assertThat(table.severityOf("amount")).isEqualTo(ConflictSeverity.HIGH);
        assertThat(table.strategy()).isEqualTo(ResolutionStrategy.MERGE);
        assertThat(table.columnStrategies()).containsOnlyKeys("note").containsValue(ResolutionStrategy.LOCAL_WINS);
        assertThat(table.autoResolve()).isEmpty();
        assertThat(table.ids()).isEqualTo(IdAssignment.SERVER);
        assertThat(table.adoption()).isEqualTo(Adoption.PUSH_EXISTING);
        assertThat(table.namedColumns())
                .containsExactly(
                        "account_id",
                        "amount",
                        "bank",
                        "draft",
                        "due_at",
                        "note",
                        "number",
                        "paid",
                        "receipt",
                        "tags",
                        "total");
    }

    @Test
    void columns_are_found_whatever_the_case_of_their_letters_as_in_SQLite() {
        SyncedTable table = SyncedTable.named("Payment")
                .key("Id")
                .decimal("Amount")
                .column("DUE_AT")
                .as("dueAt")
                .localOnly("Draft")
                .derived("Total")
                .severity(ConflictSeverity.HIGH, "AMOUNT")
                .strategy(ResolutionStrategy.LOCAL_WINS, "Note")
                .build();
        assertThat(table.typeOf("amount")).isEqualTo(ValueType.DECIMAL);
        assertThat(table.fieldOf("due_at")).isEqualTo("dueAt");
        assertThat(table.localOnly()).contains("DRAFT");
        assertThat(table.derived()).contains("total");
        assertThat(table.severityOf("amount")).isEqualTo(ConflictSeverity.HIGH);
        assertThat(table.columnStrategies()).containsKey("note");
        assertThat(table.namedColumns()).hasSize(5);
    }

    @Test
    void letters_beyond_ASCII_differ_by_case_as_in_SQLite() {
        SyncedTable table =
                payment().decimal("größe", "GRÖSSE").instant("GRÖßE").build();
        assertThat(table.typeOf("GRößE")).isEqualTo(ValueType.DECIMAL);
        assertThat(table.typeOf("GRÖßE")).isEqualTo(ValueType.INSTANT);
    }

    @ParameterizedTest
    @MethodSource
    void contradictions_are_refused_with_the_table_and_what_contradicts(
            Function<SyncedTableBuilder, SyncedTableBuilder> declaration, List<String> named) {
        SyncedTableBuilder builder = SyncedTable.named("payment");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> declaration.apply(builder).build())
                .satisfies(e -> assertThat(e.getMessage()).contains("payment").contains(named));
    }

    static Stream<Arguments> contradictions_are_refused_with_the_table_and_what_contradicts() {
        return Stream.of(
                refused(b -> b, "no key", "key(…)"),
                refused(b -> b.key("id", "ID"), "key column twice", "ID"),
                refused(b -> b.key("id").localOnly("ID"), "id", "local-only"),
                refused(b -> b.key("id").derived("id"), "id", "derived"),
                refused(b -> b.key("id").derived("total").localOnly("Total"), "total", "local-only and derived"),
                refused(b -> b.key("id").decimal("x").json("X"), "X", "DECIMAL", "JSON"),
                refused(b -> b.key("id").column("a").as("f").column("b").as("f"), "field f", "b"),
                refused(b -> b.key("id").references("a", "x").references("A", "y"), "A", "two tables"),
                refused(b -> b.key("id").references("tags", "$[*]", "tag"), "$[*]", "tags", "json(…)"),
                refused(b -> b.key("id").json("tags").localOnly("tags").references("tags", "$[*]", "tag"), "travels"),
                refused(
                        b -> b.key("id").json("tags").references("tags", "tag").references("tags", "$[*]", "tag"),
                        "no key of a row itself"),
                refused(
                        b -> b.key("id")
                                .json("tags")
                                .references("tags", "$['a']", "tag")
                                .references("TAGS", "$.a", "tag"),
                        "declared twice"));
    }

    private static Arguments refused(Function<SyncedTableBuilder, SyncedTableBuilder> declaration, String... named) {
        return Arguments.of(declaration, List.of(named));
    }

    @Test
    void a_blank_name_is_refused_where_it_is_given() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SyncedTable.named(" "))
                .withMessage("the name of a table is blank");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> payment().entity(""))
                .withMessage("the name of an entity is blank");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> payment().decimal("amount", " "))
                .withMessage("the name of a column is blank");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> payment().column("due_at").as("\t"))
                .withMessage("the name of a field is blank");
    }

    @Test
    void tables_of_which_the_same_is_said_are_equal() {
        assertThat(everything().build())
                .isEqualTo(everything().build())
                .hasSameHashCodeAs(everything().build())
                .isNotEqualTo(payment().build());
    }

    @ParameterizedTest
    @MethodSource
    void each_thing_said_makes_a_difference(Function<SyncedTableBuilder, SyncedTableBuilder> more) {
        SyncedTable without = everything().build();
        assertThat(more.apply(everything()).build()).isNotEqualTo(without);
    }

    static Stream<Function<SyncedTableBuilder, SyncedTableBuilder>> each_thing_said_makes_a_difference() {
        return Stream.of(
                b -> b.entity("other"),
                b -> b.key("id", "part"),
                b -> b.decimal("fee"),
                b -> b.column("amount").as("sum"),
                b -> b.references("payee_id", "account"),
                b -> b.references("tags", "$[*]", "tag"),
                b -> b.localOnly("colour"),
                b -> b.derived("rank"),
                b -> b.severity(ConflictSeverity.MEDIUM, "note"),
                b -> b.strategy(ResolutionStrategy.MANUAL),
                b -> b.strategy(ResolutionStrategy.MANUAL, "amount"),
                b -> b.autoResolve(ConflictSeverity.LOW),
                b -> b.ids(IdAssignment.CLIENT),
                b -> b.adopt(Adoption.MATCH_REMOTE),
                b -> b.naturalKey("note"),
                b -> b.externalId("ref"));
    }

    @Test
    void a_natural_key_names_only_columns_that_travel() {
        assertThat(everything().build().naturalKey()).containsExactly("bank", "number");
        assertThat(everything().build().namedColumns()).contains("bank", "number");
        for (String column : List.of("id", "draft", "total")) {
            SyncedTableBuilder builder = everything().naturalKey("number", column);
            assertThatIllegalArgumentException()
                    .isThrownBy(builder::build)
                    .withMessageContaining(column)
                    .withMessageContaining("natural key");
        }
        assertThatIllegalArgumentException().isThrownBy(() -> payment().externalId(" "));
    }

    @Test
    void a_builder_used_again_does_not_change_what_it_built() {
        SyncedTableBuilder builder = payment().decimal("amount");
        SyncedTable first = builder.build();
        builder.decimal("fee").localOnly("draft").references("account_id", "account");
        assertThat(first.typeOf("fee")).isEqualTo(ValueType.PLAIN);
        assertThat(first.localOnly()).isEmpty();
        assertThat(first.references()).isEmpty();
    }

    @Test
    void edit_times_are_recorded_only_where_they_decide() {
        assertThat(payment().build().usesEditTime()).isTrue();
        assertThat(payment().strategy(ResolutionStrategy.MERGE).build().usesEditTime())
                .isTrue();
        SyncedTableBuilder timeless = payment().strategy(ResolutionStrategy.REMOTE_WINS);
        assertThat(timeless.build().usesEditTime())
                .as("a person may ask for the times of a grave one")
                .isTrue();
        timeless.autoResolve(ConflictSeverity.values());
        assertThat(timeless.build().usesEditTime()).isFalse();
        assertThat(timeless.strategy(ResolutionStrategy.LAST_WRITE_WINS, "note")
                        .build()
                        .usesEditTime())
                .isTrue();
    }

    private static SyncedTableBuilder everything() {
        return payment()
                .entity("payments")
                .decimal("amount")
                .instant("due_at")
                .bool("paid")
                .blob("receipt")
                .json("tags")
                .column("due_at")
                .as("dueAt")
                .references("account_id", "account")
                .localOnly("draft")
                .derived("total")
                .severity(ConflictSeverity.HIGH, "amount")
                .strategy(ResolutionStrategy.MERGE)
                .strategy(ResolutionStrategy.LOCAL_WINS, "note")
                .autoResolve()
                .ids(IdAssignment.SERVER)
                .adopt(Adoption.PUSH_EXISTING)
                .naturalKey("number", "bank")
                .externalId("external_id");
    }
}
