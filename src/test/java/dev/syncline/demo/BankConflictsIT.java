package dev.syncline.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.syncline.config.SyncedTable;
import dev.syncline.conflict.ConflictSeverity;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.testing.Device;
import dev.syncline.testing.TwoDevices;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Standing orders of a real bank, edited at random on two devices under each strategy: every value that is left is the one that the
 * strategy's rule, written down here a second time, says. Defends G5 and G6. The data set is looked for beside the project, or where
 * {@code -Dshared.data} says.
 */
class BankConflictsIT {
    private static final Path ORDERS =
            Path.of(System.getProperty("shared.data", "../shared/data")).resolve("bank/order.asc");
    private static final int ROWS = 1000;
    private static final List<String> COLUMNS = List.of("account_id", "bank_to", "account_to", "amount", "k_symbol");
    private static final List<ResolutionStrategy> STRATEGIES = List.of(
            ResolutionStrategy.LOCAL_WINS,
            ResolutionStrategy.REMOTE_WINS,
            ResolutionStrategy.LAST_WRITE_WINS,
            ResolutionStrategy.MERGE);

    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules,
            STRATEGIES.stream()
                    .map(strategy -> SyncedTable.named(table(strategy))
                            .key("order_id")
                            .decimal("amount")
                            .strategy(strategy)
                            .autoResolve(ConflictSeverity.values())
                            .build())
                    .toList(),
            STRATEGIES.stream()
                    .map(strategy -> "CREATE TABLE " + table(strategy) + "(order_id TEXT PRIMARY KEY, "
                            + String.join(" TEXT, ", COLUMNS) + " TEXT)")
                    .toArray(String[]::new));

    private static String table(ResolutionStrategy strategy) {
        return "orders_" + strategy.name().toLowerCase(Locale.ROOT);
    }

    @ParameterizedTest(name = "seed {0}, local later: {1}")
    @CsvSource({"1, true", "2, false"})
    void every_value_that_is_left_follows_from_the_rule(long seed, boolean localIsLater) throws Exception {
        assumeTrue(Files.exists(ORDERS), "the bank's data set is not here");
        Map<String, Map<String, @Nullable String>> base = orders();
        two.serverClock().advance(Duration.ofHours(localIsLater ? -1 : 1));
        two.a().manager();
        two.b().manager();
        write(two.a(), Map.of(), base);
        two.sync(two.a());
        two.sync(two.b());
        SplittableRandom random = new SplittableRandom(seed);
        Map<String, Map<String, @Nullable String>> there = edited(base, random, "a");
        Map<String, Map<String, @Nullable String>> here = edited(base, random, "b");
        write(two.a(), base, there);
        write(two.b(), base, here);
        two.agree();
        for (ResolutionStrategy strategy : STRATEGIES) {
            Map<String, Map<String, @Nullable String>> expected = new LinkedHashMap<>();
            for (String id : base.keySet()) {
                Map<String, @Nullable String> row =
                        expected(strategy, base.get(id), here.get(id), there.get(id), localIsLater);
                if (row != null) {
                    expected.put(id, row);
                }
            }
            for (Device device : List.of(two.a(), two.b())) {
                assertThat(rows(device, table(strategy))).as(strategy.name()).isEqualTo(expected);
            }
        }
    }

    private static Map<String, Map<String, @Nullable String>> orders() throws Exception {
        Map<String, Map<String, @Nullable String>> orders = new LinkedHashMap<>();
        for (Map<String, @Nullable String> order : AscReader.read(ORDERS)) {
            if (orders.size() < ROWS) {
                Map<String, @Nullable String> row = new LinkedHashMap<>();
                COLUMNS.forEach(column -> row.put(column, order.get(column)));
                orders.put(Objects.requireNonNull(order.get("order_id")), row);
            }
        }
        return orders;
    }

    private static Map<String, Map<String, @Nullable String>> edited(
            Map<String, Map<String, @Nullable String>> base, SplittableRandom random, String who) {
        Map<String, Map<String, @Nullable String>> edited = new LinkedHashMap<>();
        base.forEach((id, row) -> {
            int fate = random.nextInt(10);
            if (fate == 0) {
                return;
            }
            Map<String, @Nullable String> copy = new LinkedHashMap<>(row);
            if (fate < 6) {
                for (int i = 0; i <= random.nextInt(2); i++) {
                    String column = COLUMNS.get(random.nextInt(COLUMNS.size()));
                    // Both sides come to the same now and then.
                    boolean alike = random.nextInt(4) == 0;
                    copy.put(
                            column,
                            column.equals("amount")
                                    ? (alike ? "1.00" : who.equals("a") ? "2.50" : "3.5")
                                    : alike ? "same" : who);
                }
            }
            edited.put(id, copy);
        });
        return edited;
    }

    private static @Nullable Map<String, @Nullable String> expected(
            ResolutionStrategy strategy,
            Map<String, @Nullable String> base,
            @Nullable Map<String, @Nullable String> here,
            @Nullable Map<String, @Nullable String> there,
            boolean localIsLater) {
        if (base.equals(here)) {
            return there;
        }
        if (base.equals(there)) {
            return here;
        }
        boolean local = strategy == ResolutionStrategy.LOCAL_WINS
                || (strategy != ResolutionStrategy.REMOTE_WINS && localIsLater);
        if (here == null || there == null) {
            return local ? here : there;
        }
        Map<String, @Nullable String> merged = new LinkedHashMap<>();
        boolean disputed = false;
        for (String column : COLUMNS) {
            String mine = here.get(column);
            String theirs = there.get(column);
            boolean both = !Objects.equals(mine, base.get(column)) && !Objects.equals(theirs, base.get(column));
            disputed |= both && !Objects.equals(mine, theirs);
            merged.put(column, both ? (local ? mine : theirs) : Objects.equals(mine, base.get(column)) ? theirs : mine);
        }
        return !disputed || strategy == ResolutionStrategy.MERGE ? merged : local ? here : there;
    }

    /** As a host does it: what is there is updated, and what is not is inserted or deleted. */
    private static void write(
            Device device,
            Map<String, Map<String, @Nullable String>> from,
            Map<String, Map<String, @Nullable String>> to)
            throws SQLException {
        String sets = String.join(" = ?, ", COLUMNS) + " = ?";
        for (ResolutionStrategy strategy : STRATEGIES) {
            String table = table(strategy);
            try (Connection connection = device.connect();
                    PreparedStatement insert =
                            connection.prepareStatement("INSERT INTO " + table + " VALUES(?, ?, ?, ?, ?, ?)");
                    PreparedStatement update =
                            connection.prepareStatement("UPDATE " + table + " SET " + sets + " WHERE order_id = ?");
                    PreparedStatement delete =
                            connection.prepareStatement("DELETE FROM " + table + " WHERE order_id = ?")) {
                connection.setAutoCommit(false);
                for (String id : Stream.concat(from.keySet().stream(), to.keySet().stream())
                        .distinct()
                        .toList()) {
                    Map<String, @Nullable String> row = to.get(id);
                    if (row == null) {
                        delete.setString(1, id);
                        delete.executeUpdate();
                    } else if (!row.equals(from.get(id))) {
                        PreparedStatement statement = from.containsKey(id) ? update : insert;
                        int at = statement == update ? 1 : 2;
                        for (String column : COLUMNS) {
                            statement.setString(at++, row.get(column));
                        }
                        statement.setString(statement == update ? at : 1, id);
                        statement.executeUpdate();
                    }
                }
                connection.commit();
            }
        }
    }

    private static Map<String, Map<String, @Nullable String>> rows(Device device, String table) {
        Map<String, Map<String, @Nullable String>> rows = new LinkedHashMap<>();
        for (Map<String, @Nullable Object> found : device.query("SELECT * FROM " + table + " ORDER BY order_id")) {
            Map<String, @Nullable String> row = new LinkedHashMap<>();
            COLUMNS.forEach(column -> row.put(column, (String) found.get(column)));
            rows.put((String) found.get("order_id"), row);
        }
        return rows;
    }
}
