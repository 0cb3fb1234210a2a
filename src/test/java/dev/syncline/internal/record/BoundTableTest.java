package dev.syncline.internal.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.syncline.config.IdAssignment;
import dev.syncline.config.SyncedTable;
import dev.syncline.config.SyncedTableBuilder;
import dev.syncline.config.ValueType;
import dev.syncline.conflict.ConflictSeverity;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.internal.capture.CaptureOptions;
import dev.syncline.internal.capture.CaptureTables;
import dev.syncline.internal.capture.ChangeCapture;
import dev.syncline.internal.capture.TableSchema;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Defends G6 and G13: what a host declares of a column reaches that column, and a declaration that reaches none is refused. */
class BoundTableTest {
    private Connection connection;

    @BeforeEach
    void open() throws SQLException {
        connection = DriverManager.getConnection("jdbc:sqlite::memory:");
        for (String sql : CaptureTables.DDL) {
            execute(sql);
        }
        execute("CREATE TABLE Account(Id INTEGER PRIMARY KEY, Balance TEXT)");
        execute("CREATE TABLE Payment(Id TEXT PRIMARY KEY, Account_Id INTEGER, Amount TEXT, Note TEXT, Draft TEXT,"
                + " Twice AS (Amount || Amount))");
        execute("CREATE TABLE Share(Account_Id INTEGER, Owner TEXT, Part REAL, PRIMARY KEY(Account_Id, Owner))");
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private BoundTable bind(SyncedTable spec) throws SQLException {
        TableSchema schema = TableSchema.read(connection, spec.name(), spec.key());
        ChangeCapture capture = new ChangeCapture(
                new CaptureOptions(spec.name(), spec.key(), false, BoundTable.serverIds(spec, schema)));
        return new BoundTable(spec, capture, capture.install(connection));
    }

    private static SyncedTableBuilder payment() {
        return SyncedTable.named("payment").key("id");
    }

    private static ColumnMapping column(BoundTable table, String name) {
        return table.columns().stream()
                .filter(c -> c.column().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void every_column_but_the_key_and_generated_and_local_ones_travels() throws SQLException {
        BoundTable table = bind(payment().localOnly("Draft").build());
        assertThat(table.columns()).extracting(ColumnMapping::column).containsExactly("Account_Id", "Amount", "Note");
    }

    @Test
    void a_declaration_reaches_its_column_whatever_the_case_of_its_letters() throws SQLException {
        BoundTable account = bind(SyncedTable.named("account").key("ID").build());
        BoundTable table = bind(payment()
                .decimal("amount")
                .column("NOTE")
                .as("remark")
                .references("account_id", "ACCOUNT")
                .localOnly("draft")
                .derived("note")
                .build());
        table.tieParents(List.of(account, table));
        assertThat(table.columns()).extracting(ColumnMapping::column).doesNotContain("Draft");
        assertThat(column(table, "Amount").type()).isEqualTo(ValueType.DECIMAL);
        assertThat(column(table, "Note").field()).isEqualTo("remark");
        assertThat(column(table, "Note").derived()).isTrue();
        assertThat(table.parentOf("Account_Id")).isSameAs(account);
        assertThat(account.children()).containsExactly(table);
    }

    @ParameterizedTest
    @MethodSource
    void a_column_that_the_table_does_not_have_is_refused_wherever_it_is_named(
            UnaryOperator<SyncedTableBuilder> declaration) {
        SyncedTable spec = declaration.apply(payment()).build();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> bind(spec))
                .withMessageContaining("table payment has no column amuont")
                .withMessageContaining("Amount");
    }

    static Stream<UnaryOperator<SyncedTableBuilder>>
            a_column_that_the_table_does_not_have_is_refused_wherever_it_is_named() {
        return Stream.of(
                b -> b.decimal("amuont"),
                b -> b.column("amuont").as("sum"),
                b -> b.references("amuont", "account"),
                b -> b.localOnly("amuont"),
                b -> b.derived("amuont"),
                b -> b.severity(ConflictSeverity.HIGH, "amuont"),
                b -> b.strategy(ResolutionStrategy.MANUAL, "amuont"));
    }

    @Test
    void two_columns_cannot_travel_as_one_field() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> bind(payment().column("note").as("Amount").build()))
                .withMessageContaining("Amount")
                .withMessageContaining("Note")
                .withMessageContaining("field Amount");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> bind(SyncedTable.named("share")
                        .key("account_id", "owner")
                        .column("part")
                        .as("Owner")
                        .build()))
                .withMessageContaining("field Owner");
    }

    @Test
    void a_field_may_bear_the_name_of_a_column_that_stays_here() throws SQLException {
        BoundTable table =
                bind(payment().localOnly("draft").column("note").as("Draft").build());
        assertThat(table.byField("Draft")).map(ColumnMapping::column).contains("Note");
    }

    @ParameterizedTest
    @MethodSource
    void who_assigns_ids_follows_the_key_unless_it_is_said(SyncedTable spec, boolean server) throws SQLException {
        assertThat(bind(spec).serverIds()).isEqualTo(server);
    }

    static Stream<Arguments> who_assigns_ids_follows_the_key_unless_it_is_said() {
        SyncedTableBuilder account = SyncedTable.named("Account").key("Id");
        return Stream.of(
                Arguments.of(account.build(), true),
                Arguments.of(account.ids(IdAssignment.CLIENT).build(), false),
                Arguments.of(payment().build(), false),
                Arguments.of(
                        SyncedTable.named("Share").key("Account_Id", "Owner").build(), false));
    }

    @Test
    void ids_of_the_server_need_a_number_to_be_tied_to() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> bind(payment().ids(IdAssignment.SERVER).build()))
                .withMessageContaining("payment")
                .withMessageContaining("ids(CLIENT)");
    }
}
