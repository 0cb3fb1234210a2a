package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.syncline.backend.ChangeKind;
import dev.syncline.config.SyncOptions;
import dev.syncline.config.SyncedTable;
import dev.syncline.exception.StorageException;
import dev.syncline.progress.UnsentChange.State;
import dev.syncline.progress.WriteUnit.Delivery;
import dev.syncline.resilience.RetryStrategy;
import dev.syncline.table.RowMapping;
import dev.syncline.table.RowQuery;
import dev.syncline.table.TableRepositories;
import dev.syncline.table.TableRepository;
import dev.syncline.table.TableRow;
import dev.syncline.testing.SettableClock;
import dev.syncline.testing.TwoDevices;
import dev.syncline.testing.VirtualTime;
import dev.syncline.testing.server.EntityRules.ParentDelete;
import io.reactivex.rxjava3.subscribers.TestSubscriber;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A host's records written and read by a repository are the rows that plain SQL would write and read, and travel as those do. Defends
 * G1 and G3: what arrived in other columns since a value was read is not overwritten by it.
 */
class TableRepositoryTest {
    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-01T12:00:00Z"));
    private final VirtualTime time = new VirtualTime(clock);

    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules.entity("account", entity -> entity.serverIds())
                    .entity("payment", entity -> entity.references("account_id", "account", ParentDelete.REFUSE)),
            List.of(
                    SyncedTable.named("account").key("id").build(),
                    SyncedTable.named("tag").key("id").build(),
                    SyncedTable.named("payment")
                            .key("id")
                            .references("account_id", "account")
                            .decimal("amount")
                            .instant("due_at")
                            .bool("paid")
                            .blob("scan")
                            .build()),
            "CREATE TABLE account(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE)",
            "CREATE TABLE tag(id TEXT PRIMARY KEY, label TEXT AS ('* ' || id))",
            "CREATE TABLE payment(id TEXT PRIMARY KEY, account_id INTEGER REFERENCES account(id), payee TEXT DEFAULT 'nobody',"
                    + " amount TEXT, due_at TEXT, paid INTEGER NOT NULL DEFAULT 0, scan BLOB)",
            "CREATE TABLE own(id INTEGER PRIMARY KEY)");

    record Account(@Nullable Long id, String name) {}

    record Payment(
            @Nullable String id,
            @Nullable Long account,
            @Nullable String payee,
            @Nullable BigDecimal amount,
            @Nullable Instant due,
            boolean paid) {
        Payment of(String amount) {
            return new Payment(id, account, payee, new BigDecimal(amount), due, paid);
        }

        Payment to(String payee) {
            return new Payment(id, account, payee, amount, due, paid);
        }
    }

    static final RowMapping<Account> ACCOUNT = RowMapping.reading(
                    row -> new Account(row.integer("id"), row.text("name")))
            .writing("id", Account::id)
            .writing("name", Account::name);

    static final RowMapping<Payment> PAYMENT = RowMapping.reading(row -> new Payment(
                    row.text("id"),
                    row.orNull(TableRow::integer, "account_id"),
                    row.orNull(TableRow::text, "payee"),
                    row.orNull(TableRow::decimal, "amount"),
                    row.orNull(TableRow::instant, "due_at"),
                    row.flag("paid")))
            .writing("id", Payment::id)
            .writing("account_id", Payment::account)
            .writing("payee", Payment::payee)
            .writing("amount", Payment::amount)
            .writing("due_at", Payment::due)
            .writing("paid", Payment::paid);

    private TableRepository<Account> accounts;
    private TableRepository<Payment> payments;

    @BeforeEach
    void open() {
        two.a()
                .with(builder -> builder.clock(clock)
                        .scheduler(time)
                        .deliverOn(Runnable::run)
                        .options(SyncOptions.builder()
                                .retry(RetryStrategy.none())
                                .followUps(false)
                                .build()));
        accounts = two.a().manager().repositories().of("account", ACCOUNT);
        payments = two.a().manager().repositories().of("Payment", PAYMENT);
    }

    private static Payment payment(String id, @Nullable String amount) {
        return new Payment(id, null, "Baker", amount == null ? null : new BigDecimal(amount), null, false);
    }

    @Test
    void what_is_created_offline_is_read_back_and_travels() {
        Account account = accounts.create(new Account(null, "Ada"));
        Instant due = Instant.parse("2026-04-01T08:00:00Z");
        Payment made = payments.create(new Payment("p-1", account.id(), "Baker", new BigDecimal("0.1"), due, true));
        assertThat(payments.find("p-1")).contains(made);
        assertThat(made.amount()).isEqualTo(new BigDecimal("0.1"));
        assertThat(two.a().value("SELECT typeof(amount) || amount FROM payment"))
                .isEqualTo("text0.1");
        assertThat(two.a().manager().pendingChanges()).isEqualTo(2);
        two.agree();
        assertThat(two.b().manager().repositories().of("payment", PAYMENT).list())
                .singleElement()
                .isEqualTo(made);
    }

    @Test
    void a_key_that_is_missing_is_given_and_a_null_leaves_its_column_to_the_default() {
        assertThat(accounts.create(new Account(null, "Ada")).id()).isEqualTo(1);
        assertThat(accounts.create(new Account(7L, "Bob")).id()).isEqualTo(7);
        Payment made = payments.create(new Payment(null, null, null, null, null, false));
        assertThat(made.id()).matches("[0-9a-f-]{36}");
        assertThat(made.payee()).isEqualTo("nobody");
    }

    @Test
    void an_update_writes_only_what_differs() {
        Payment read = payments.create(payment("p-1", "10"));
        two.agree();
        two.b().sql("UPDATE payment SET payee = 'Miller'");
        two.agree();
        assertThat(payments.update(read, read.of("11"))).isTrue();
        assertThat(payments.find("p-1").orElseThrow()).isEqualTo(read.of("11").to("Miller"));
        two.agree();
        assertThat(payments.update(read, read)).isTrue();
        assertThat(two.a().manager().pendingChanges()).isZero();
        assertThat(payments.update(payment("gone", "1"), payment("gone", "2"))).isFalse();
        assertThat(payments.update(payment("gone", "1"), payment("gone", "1"))).isFalse();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> payments.update(read, payment("p-2", "10")))
                .withMessageContaining("different keys");
    }

    @Test
    void a_row_that_never_left_is_deleted_without_a_trace_and_another_one_is_deleted_there_too() {
        payments.create(payment("kept", "1"));
        two.agree();
        payments.create(payment("never sent", "1"));
        assertThat(payments.delete("never sent")).isTrue();
        assertThat(two.a().manager().pendingChanges()).isZero();
        assertThat(payments.delete("kept")).isTrue();
        assertThat(payments.delete("kept")).isFalse();
        assertThat(payments.unsynced()).singleElement().satisfies(unsent -> {
            assertThat(unsent.change().kind()).isEqualTo(ChangeKind.DELETE);
            assertThat(unsent.row()).isNull();
        });
        two.agree();
        assertThat(two.server().rows("payment").count()).isZero();
    }

    @Test
    void lists_are_filtered_ordered_and_cut_into_pages() {
        for (String amount : List.of("9", "10", "100.0", "9.50")) {
            payments.create(payment("p" + amount, amount));
        }
        payments.create(payment("none", null).to("Miller"));
        RowQuery byAmount = RowQuery.all().orderByDescending("amount");
        assertThat(payments.list(byAmount))
                .extracting(Payment::id)
                .containsExactly("p100.0", "p10", "p9.50", "p9", "none");
        assertThat(payments.list(byAmount.page(1, 2))).extracting(Payment::id).containsExactly("p9.50", "p9");
        assertThat(payments.list(RowQuery.all().where("AMOUNT", new BigDecimal("100"))))
                .extracting(Payment::id)
                .containsExactly("p100.0");
        assertThat(payments.list(RowQuery.all().where("amount", null))).hasSize(1);
        assertThat(payments.count(RowQuery.all()
                        .where("payee", "Baker")
                        .where("paid", false)
                        .page(0, 1)))
                .isEqualTo(4);
        assertThat(payments.list()).extracting(Payment::id).containsExactly("none", "p10", "p100.0", "p9", "p9.50");
    }

    @Test
    void what_is_not_sent_is_listed_with_its_reason() {
        accounts.create(new Account(null, "Ada"));
        two.agree();
        payments.create(payment("p-1", "1"));
        accounts.create(new Account(5L, "Bob"));
        assertThat(payments.unsynced()).singleElement().satisfies(unsent -> {
            assertThat(unsent.row()).isEqualTo(payment("p-1", "1"));
            assertThat(unsent.change().state()).isEqualTo(State.PENDING);
            assertThat(unsent.toString()).contains("payment/p-1").doesNotContain("Baker");
        });
        assertThat(accounts.unsynced()).extracting(unsent -> unsent.row()).containsExactly(new Account(5L, "Bob"));
        two.agree();
        assertThat(payments.unsynced()).isEmpty();
    }

    @Test
    void observers_see_what_repositories_hosts_and_runs_write() {
        TestSubscriber<List<Payment>> seen =
                payments.observe(RowQuery.all().where("payee", "Baker")).test();
        time.pass(Duration.ofMillis(1));
        Payment made = payments.create(payment("p-1", "1"));
        time.pass(Duration.ofMillis(100));
        seen.assertValues(List.of(), List.of(made));
        two.agree();
        two.b().sql("UPDATE payment SET amount = '2'");
        two.agree();
        time.pass(Duration.ofMillis(100));
        two.a().sql("DELETE FROM payment");
        time.pass(Duration.ofSeconds(1));
        seen.assertValues(List.of(), List.of(made), List.of(made.of("2")), List.of());
    }

    @Test
    void writes_within_a_unit_are_part_of_it_and_seen_by_its_reads() {
        assertThat(two.a()
                        .manager()
                        .transactions()
                        .write(connection -> {
                            Account account = accounts.create(new Account(null, "Ada"));
                            payments.create(new Payment("p-1", account.id(), null, null, null, false));
                            assertThat(payments.find("p-1")).isPresent();
                        })
                        .delivery())
                .isNotEqualTo(Delivery.NOTHING);
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> two.a().manager().transactions().write(connection -> {
                    payments.delete("p-1");
                    throw new UnsupportedOperationException("the host thinks better of it");
                }));
        assertThat(payments.find("p-1")).isPresent();
    }

    @Test
    void what_a_constraint_refuses_is_told_and_not_stored() {
        accounts.create(new Account(1L, "Ada"));
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> accounts.create(new Account(null, "Ada")))
                .withMessageContaining("UNIQUE");
        payments.create(new Payment("p-1", 1L, null, null, null, false));
        assertThatExceptionOfType(StorageException.class).isThrownBy(() -> accounts.delete(1));
        assertThat(accounts.list()).containsExactly(new Account(1L, "Ada"));
    }

    @Test
    void bytes_and_instants_are_kept_in_the_form_that_the_column_has() {
        record Scan(String id, byte[] bytes) {}
        RowMapping<Scan> mapping = RowMapping.reading(row -> new Scan(row.text("id"), row.bytes("scan")))
                .writing("id", Scan::id)
                .writing("scan", Scan::bytes);
        TableRepository<Scan> scans = two.a().manager().repositories().of("payment", mapping);
        scans.create(new Scan("p-1", new byte[] {0, -1}));
        assertThat(scans.find("p-1").orElseThrow().bytes()).containsExactly(0, -1);
        assertThat(scans.update(new Scan("p-1", new byte[] {0, -1}), new Scan("p-1", new byte[] {0, -1})))
                .isTrue();
        assertThatIllegalStateException()
                .isThrownBy(() -> {
                    two.a().sql("UPDATE payment SET scan = NULL");
                    scans.find("p-1");
                })
                .withMessageContaining("column scan of table payment holds NULL");
    }

    static Stream<Arguments> refused() {
        RowMapping<Object> keyed =
                RowMapping.<Object>reading(row -> row.text("id")).writing("id", row -> "k");
        return Stream.of(
                Arguments.of("is not synced", use(in -> in.of("own", keyed))),
                Arguments.of("no column typo", use(in -> in.of("payment", keyed.writing("typo", row -> 1)))),
                Arguments.of("written twice", use(in -> in.of("payment", keyed.writing("ID", row -> 1)))),
                Arguments.of("computed by SQLite", use(in -> in.of("tag", keyed.writing("label", row -> 1)))),
                Arguments.of(
                        "part of the key",
                        use(in -> in.of("payment", RowMapping.reading(row -> "").writing("payee", row -> "")))),
                Arguments.of("binary floating point", written(keyed, "amount", 0.1)),
                Arguments.of("half a character", written(keyed, "payee", "\uD800")),
                Arguments.of("java.lang.Object", written(keyed, "payee", new Object())),
                Arguments.of("finer than milliseconds", written(keyed, "paid", Instant.ofEpochSecond(1, 1))),
                Arguments.of("has 1 columns", use(in -> in.of("payment", keyed).find("a", "b"))),
                Arguments.of(
                        "no column typo",
                        use(in -> in.of("payment", keyed).observe(RowQuery.all().orderBy("typo")))));
    }

    private static Consumer<TableRepositories> use(Consumer<TableRepositories> use) {
        return use;
    }

    private static Consumer<TableRepositories> written(RowMapping<Object> mapping, String column, Object value) {
        return in -> in.of("payment", mapping.writing(column, row -> value)).create("");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("refused")
    void what_cannot_be_kept_is_refused_by_name_and_nothing_is_written(String told, Consumer<TableRepositories> use) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> use.accept(two.a().manager().repositories()))
                .withMessageContaining(told);
        assertThat(payments.list()).isEmpty();
    }

    @Test
    void after_the_close_it_says_so() {
        two.a().close();
        assertThatIllegalStateException().isThrownBy(() -> payments.list()).withMessageContaining("closed");
        assertThatIllegalStateException()
                .isThrownBy(() -> payments.create(payment("p", "1")))
                .withMessageContaining("closed");
    }
}
