package dev.syncline.finance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.config.OutgoingRow;
import dev.syncline.config.RecordValidator;
import dev.syncline.exception.FieldFault;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each limit of the six kinds of entries from both of its sides. Defends G1: what cannot be right is told with its cure, and all at once. */
class FinanceValidatorsTest {
    private static final String NOW = "2026-11-20T12:00:00Z";
    private static final Map<String, RecordValidator> RULES = Map.of(
            "account", new AccountValidator(),
            "category", new CategoryValidator(),
            "budget", new BudgetValidator(),
            "bill", new BillValidator(),
            "piggy_bank", new PiggyBankValidator(),
            "transaction", new TransactionValidator());

    /** A sound row of each table. */
    private static Map<String, @Nullable Object> sound(String table) {
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put("name", "a name");
        row.put("notes", null);
        row.put("currency_code", "EUR");
        switch (table) {
            case "account" -> row.put("type", "asset");
            case "budget" -> {
                row.put("amount", "100");
                row.put("period", "monthly");
            }
            case "bill" -> {
                row.put("amount_min", "10");
                row.put("amount_max", "20");
                row.put("date", "2026-11-01");
                row.put("repeat_freq", "monthly");
                row.put("skip", 0L);
            }
            case "piggy_bank" -> {
                row.put("account_id", 1L);
                row.put("target_amount", "100");
            }
            case "transaction" -> {
                row.put("type", "transfer");
                row.put("amount", "0.01");
                row.put("date", "2026-11-20");
                row.put("description", "d");
                row.put("source_id", 1L);
                row.put("destination_id", 2L);
                row.put("tags", "[\"one\"]");
            }
            default -> {}
        }
        return row;
    }

    private static Stream<Arguments> limits() {
        String n255 = "n".repeat(255);
        String tags50 = "[" + "\"t\",".repeat(49) + "\"t\"]";
        return Stream.of(
                row("category", "name", "n", n255, "", " ", null, n255 + "n", "taken"),
                row("category", "notes", null, "x".repeat(65_535), BAD, "x".repeat(65_536)),
                row("account", "name", "n", n255, "", n255 + "n", "taken"),
                row("account", "type", "asset", "expense", "liability", BAD, "savings", null),
                row("account", "currency_code", "EUR", BAD, null, "eur", "EU", "EURO"),
                row("account", "iban", null, "GB29 NWBK 6016 1331 9268 19", BAD, "GB28NWBK60161331926819", "GB29"),
                row("budget", "name", "n", n255, BAD, "", n255 + "n"),
                row("budget", "amount", null, "0", "0.01", BAD, "-0.01", "much"),
                row("budget", "period", "daily", "weekly", "quarterly", "yearly", BAD, "hourly", null),
                row("bill", "name", "n", n255, BAD, "", n255 + "n"),
                row("bill", "amount_min", "0", "20", BAD, "-0.01", null),
                row("bill", "amount_max", "10", "10.01", BAD, "9.99", null),
                row("bill", "date", "2026-01-31", BAD, "2026-02-30", null),
                row("bill", "repeat_freq", "daily", "weekly", "half-year", "yearly", BAD, "sometimes"),
                row("bill", "skip", 0L, 1L, BAD, -1L),
                row("piggy_bank", "name", "n", n255, BAD, "", n255 + "n"),
                row("piggy_bank", "account_id", 1L, BAD, 99L, null),
                row("piggy_bank", "target_amount", "0.01", BAD, "0", "-1", null),
                row("piggy_bank", "current_amount", null, "0", BAD, "-0.01"),
                row("transaction", "type", "transfer", BAD, "gift", null),
                row("transaction", "amount", "0.01", "999999999.99", BAD, "0", "-1", "1000000000", "1e", null),
                row("transaction", "date", "2026-11-21T12:00:00Z", "2026-11-21", BAD, "2026-11-21T12:00:01Z", "soon"),
                row("transaction", "description", "d", "d".repeat(1_000), BAD, "", " ", "d".repeat(1_001)),
                row("transaction", "source_id", 1L, BAD, (Object) null),
                row("transaction", "destination_id", 2L, BAD, 1L, null),
                row("transaction", "currency_code", "EUR", null, BAD, "euro", "E1R"),
                row(
                        "transaction",
                        "tags",
                        null,
                        "[]",
                        tags50,
                        BAD,
                        tags50.replace("]", ",\"t\"]"),
                        "[\" \"]",
                        "[1]",
                        "x"));
    }

    private static final Object BAD = new Object();

    /** What passes comes before the mark, what does not behind it; rows of names have it before the empty one. */
    private static Arguments row(String table, String column, @Nullable Object... values) {
        List<@Nullable Object> all = new java.util.ArrayList<>(java.util.Arrays.asList(values));
        int mark = all.contains(BAD) ? all.indexOf(BAD) : all.indexOf("");
        List<@Nullable Object> broken = new java.util.ArrayList<>(all.subList(mark, all.size()));
        broken.remove(BAD);
        return Arguments.of(table, column, new java.util.ArrayList<>(all.subList(0, mark)), broken);
    }

    @ParameterizedTest(name = "{0}.{1}")
    @MethodSource("limits")
    void a_limit_holds_on_both_of_its_sides(String table, String column, List<Object> pass, List<Object> broken) {
        for (Object value : pass) {
            assertThat(faults(table, Map.entry(column, opt(value))))
                    .as("%s with %s", column, value)
                    .isEmpty();
        }
        for (Object value : broken) {
            assertThat(faults(table, Map.entry(column, opt(value))))
                    .as("%s with %s", column, value)
                    .isNotEmpty()
                    .allSatisfy(fault -> assertThat(fault.fix()).isNotBlank())
                    .extracting(FieldFault::field)
                    .contains(column.equals("amount_min") && "20.01".equals(value) ? "amount_max" : column);
        }
    }

    @Test
    void an_opening_balance_needs_a_date_that_has_come() {
        Map.Entry<String, Object> balance = Map.entry("opening_balance", "12.50");
        assertThat(faults("account", balance)).extracting(FieldFault::field).containsExactly("opening_balance_date");
        assertThat(faults("account", balance, Map.entry("opening_balance_date", "2026-11-20")))
                .isEmpty();
        assertThat(faults("account", balance, Map.entry("opening_balance_date", "2026-11-21")))
                .hasSize(1);
        assertThat(faults(
                        "account", Map.entry("opening_balance", "x"), Map.entry("opening_balance_date", "2026-01-01")))
                .hasSize(1);
    }

    @Test
    void an_account_that_is_no_asset_needs_no_currency() {
        assertThat(faults("account", Map.entry("type", "expense"), Map.entry("currency_code", opt(null))))
                .isEmpty();
    }

    @Test
    void an_end_may_be_the_start_but_a_target_may_not() {
        Map.Entry<String, Object> start = Map.entry("start_date", "2026-11-02");
        assertThat(faults("budget", start, Map.entry("end_date", "2026-11-02"))).isEmpty();
        assertThat(faults("budget", start, Map.entry("end_date", "2026-11-01"))).hasSize(1);
        assertThat(faults("piggy_bank", start, Map.entry("target_date", "2026-11-03")))
                .isEmpty();
        assertThat(faults("piggy_bank", start, Map.entry("target_date", "2026-11-02")))
                .hasSize(1);
    }

    @Test
    void a_withdrawal_needs_its_source_and_a_deposit_its_destination() {
        Map.Entry<String, Object> nowhere = Map.entry("destination_id", opt(null));
        Map.Entry<String, Object> nobody = Map.entry("source_id", opt(null));
        assertThat(faults("transaction", Map.entry("type", "withdrawal"), nowhere))
                .isEmpty();
        assertThat(faults("transaction", Map.entry("type", "withdrawal"), nobody))
                .hasSize(1);
        assertThat(faults("transaction", Map.entry("type", "deposit"), nobody)).isEmpty();
        assertThat(faults("transaction", Map.entry("type", "deposit"), nowhere)).hasSize(1);
    }

    @Test
    void a_foreign_amount_is_above_zero_and_has_its_currency() {
        Map.Entry<String, Object> dollars = Map.entry("foreign_currency_code", "USD");
        assertThat(faults("transaction", Map.entry("foreign_amount", "0.01"), dollars))
                .isEmpty();
        assertThat(faults("transaction", Map.entry("foreign_amount", "0"), dollars))
                .hasSize(1);
        assertThat(faults("transaction", Map.entry("foreign_amount", "0.01"))).hasSize(1);
        assertThat(faults("transaction", Map.entry("foreign_amount", "1"), Map.entry("foreign_currency_code", "usd")))
                .hasSize(1);
    }

    @Test
    void all_faults_of_a_row_are_told_at_once() {
        assertThat(faults(
                        "transaction",
                        Map.entry("amount", "0"),
                        Map.entry("description", ""),
                        Map.entry("currency_code", "x")))
                .extracting(FieldFault::field)
                .containsExactly("amount", "description", "currency_code");
    }

    @Test
    void every_table_has_its_rules() {
        assertThat(FinanceTables.all())
                .allSatisfy(table -> assertThat(table.validator()).isEqualTo(RULES.get(table.name())));
        assertThat(FinanceTables.all()).isEqualTo(FinanceTables.all());
    }

    private static final Object NULL = new Object();

    private static Object opt(@Nullable Object value) {
        return value == null ? NULL : value;
    }

    @SafeVarargs
    private static List<FieldFault> faults(String table, Map.Entry<String, Object>... changes) {
        Map<String, @Nullable Object> row = sound(table);
        for (Map.Entry<String, Object> change : changes) {
            row.put(change.getKey(), change.getValue() == NULL ? null : change.getValue());
        }
        return RULES.get(table).faults(new Row(table, row));
    }

    /** A row beside which the name "taken" is taken and the accounts 1 and 2 exist. */
    private record Row(String table, Map<String, @Nullable Object> values) implements OutgoingRow {
        @Override
        public @Nullable Object get(String column) {
            return values.get(column);
        }

        @Override
        public Instant now() {
            return Instant.parse(NOW);
        }

        @Override
        public boolean hasTwin(Map<String, ? extends @Nullable Object> twin) {
            return "taken".equals(twin.get("name"));
        }

        @Override
        public boolean exists(String other, Object key) {
            return other.equals("account") && (key.equals(1L) || key.equals(2L));
        }
    }
}
