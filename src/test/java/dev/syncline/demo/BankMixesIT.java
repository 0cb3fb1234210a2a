package dev.syncline.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.syncline.conflict.Conflict;
import dev.syncline.conflict.ConflictFilter;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.demo.StrategyMix.Sides;
import dev.syncline.testing.Device;
import dev.syncline.testing.TwoDevices;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Standing orders of a real bank under mixes of rules for table, column and type, and one table that asks a person. Both devices write
 * sequences of updates, deletions and insertions, several times over, more than ten thousand sequences in all: every row that is left is
 * the one that a rule or the person says, and exactly what was a conflict is in the journal. Defends G5, G6 and G7. The data set is
 * looked for beside the project, or where {@code -Dshared.data} says.
 */
class BankMixesIT {
    private static final Path ORDERS =
            Path.of(System.getProperty("shared.data", "../shared/data")).resolve("bank/order.asc");
    private static final int ROWS = 250;
    private static final int ROUNDS = 3;
    private static final List<StrategyMix> MIXES = mixes();

    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules,
            MIXES.stream().map(StrategyMix::spec).toList(),
            MIXES.stream()
                    .map(mix -> "CREATE TABLE " + mix.table() + "(order_id TEXT PRIMARY KEY, "
                            + String.join(" TEXT, ", StrategyMix.COLUMNS) + " TEXT)")
                    .toArray(String[]::new));

    private static List<StrategyMix> mixes() {
        SplittableRandom random = new SplittableRandom(11);
        List<StrategyMix> mixes = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            mixes.add(StrategyMix.drawn("orders_" + i, random));
        }
        mixes.add(new StrategyMix("orders_asked", ResolutionStrategy.MANUAL, Map.of(), Map.of(), true));
        return mixes;
    }

    @ParameterizedTest(name = "seed {0}, local later: {1}")
    @CsvSource({"1, true", "2, false"})
    void every_row_that_is_left_follows_from_a_rule_or_a_person(long seed, boolean localIsLater) throws Exception {
        assumeTrue(Files.exists(ORDERS), "the bank's data set is not here");
        two.serverClock().advance(Duration.ofHours(localIsLater ? -1 : 1));
        two.a().manager();
        two.b().manager();
        SplittableRandom random = new SplittableRandom(seed);
        Map<String, Map<String, Map<String, @Nullable String>>> agreed = new HashMap<>();
        for (StrategyMix mix : MIXES) {
            agreed.put(mix.table(), orders());
            write(two.a(), mix, List.of(), agreed.get(mix.table()));
        }
        two.sync(two.a());
        two.sync(two.b());
        long conflicts = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Map<String, Map<String, Map<String, @Nullable String>>> there = new HashMap<>();
            Map<String, Map<String, Map<String, @Nullable String>>> here = new HashMap<>();
            for (StrategyMix mix : MIXES) {
                there.put(mix.table(), edit(two.a(), mix, agreed.get(mix.table()), random, "a" + round));
                here.put(mix.table(), edit(two.b(), mix, agreed.get(mix.table()), random, "b" + round));
            }
            two.sync(two.a());
            two.sync(two.b());
            Map<String, ResolutionStrategy> decided = decide(random);
            two.agree();
            for (StrategyMix mix : MIXES) {
                Map<String, Map<String, @Nullable String>> expected = new TreeMap<>();
                for (String id : ids()) {
                    Sides sides = new Sides(
                            agreed.get(mix.table()).get(id),
                            here.get(mix.table()).get(id),
                            there.get(mix.table()).get(id));
                    conflicts += mix.isConflict(sides) ? 1 : 0;
                    ResolutionStrategy person = decided.get(mix.table() + "/" + id);
                    assertThat(person != null)
                            .isEqualTo(mix.strategy() == ResolutionStrategy.MANUAL && mix.isConflict(sides));
                    Map<String, @Nullable String> row = mix.outcome(sides, localIsLater, person);
                    if (row != null) {
                        expected.put(id, row);
                    }
                }
                assertHolds(two.a(), mix, expected);
                assertHolds(two.b(), mix, expected);
                agreed.put(mix.table(), rows(two.b(), mix));
            }
        }
        assertThat(conflicts).isGreaterThan(1000);
        assertThat(two.b().manager().conflicts().statistics().resolved()).isEqualTo(conflicts);
        assertThat(two.b().manager().conflicts().decided(ConflictFilter.ALL))
                .allMatch(
                        entry -> Objects.toString(entry.conflict().notes(), "").length() > 0
                                || entry.conflict().wasManuallyResolved());
        assertThat(two.a().manager().conflicts().statistics().total()).isZero();
    }

    /** A person decides everything that waits, each by a strategy of its own. */
    private Map<String, ResolutionStrategy> decide(SplittableRandom random) {
        Map<String, ResolutionStrategy> decided = new HashMap<>();
        for (Conflict open : two.b().manager().conflicts().open()) {
            ResolutionStrategy strategy = StrategyMix.any(random);
            two.b().manager().conflicts().resolve(open.id(), strategy);
            decided.put(open.entityType() + "/" + open.entityId(), strategy);
        }
        return decided;
    }

    private static void assertHolds(
            Device device, StrategyMix mix, Map<String, Map<String, @Nullable String>> expected) {
        Map<String, Map<String, @Nullable String>> rows = rows(device, mix);
        assertThat(rows.keySet()).as(mix.toString()).isEqualTo(expected.keySet());
        expected.forEach((id, row) -> assertThat(rows.get(id))
                .as("%s of %s, expected %s", id, mix, row)
                .matches(held -> StrategyMix.same(row, held)));
    }

    private static List<String> ids() throws Exception {
        return List.copyOf(orders().keySet());
    }

    private static Map<String, Map<String, @Nullable String>> orders() throws Exception {
        Map<String, Map<String, @Nullable String>> orders = new TreeMap<>();
        for (Map<String, @Nullable String> order : AscReader.read(ORDERS)) {
            if (orders.size() < ROWS) {
                Map<String, @Nullable String> row = new LinkedHashMap<>();
                StrategyMix.COLUMNS.forEach(column -> row.put(column, order.get(column)));
                orders.put(Objects.requireNonNull(order.get("order_id")), row);
            }
        }
        return orders;
    }

    /** Writes up to three statements for each row, and tells what is left by them. */
    private static Map<String, Map<String, @Nullable String>> edit(
            Device device,
            StrategyMix mix,
            Map<String, Map<String, @Nullable String>> from,
            SplittableRandom random,
            String who)
            throws Exception {
        Map<String, Map<String, @Nullable String>> to = new TreeMap<>();
        List<Step> steps = new ArrayList<>();
        for (String id : ids()) {
            Map<String, @Nullable String> row = from.get(id);
            for (int step = random.nextInt(4); step > 0; step--) {
                row = next(row, from.get(id), random, who + step);
                steps.add(new Step(id, row));
            }
            if (row != null) {
                to.put(id, row);
            }
        }
        write(device, mix, steps, Map.of());
        return to;
    }

    private static @Nullable Map<String, @Nullable String> next(
            @Nullable Map<String, @Nullable String> row,
            @Nullable Map<String, @Nullable String> first,
            SplittableRandom random,
            String who) {
        int fate = random.nextInt(10);
        if (row != null && fate == 0) {
            return null;
        }
        if (row == null || (first != null && fate == 1)) {
            Map<String, @Nullable String> anew = new LinkedHashMap<>();
            StrategyMix.COLUMNS.forEach(column -> anew.put(column, first == null ? "new" : first.get(column)));
            anew.putIfAbsent(StrategyMix.AMOUNT, "1");
            if (first == null) {
                anew.put(StrategyMix.AMOUNT, String.valueOf(1 + random.nextInt(3)));
            }
            return anew;
        }
        Map<String, @Nullable String> copy = new LinkedHashMap<>(row);
        String column = StrategyMix.COLUMNS.get(random.nextInt(StrategyMix.COLUMNS.size()));
        // Both sides come to the same now and then.
        copy.put(
                column,
                column.equals(StrategyMix.AMOUNT)
                        ? random.nextInt(4) + ".5" + "0".repeat(random.nextInt(2))
                        : random.nextInt(4) == 0 ? "same" : who);
        return copy;
    }

    private static void write(
            Device device, StrategyMix mix, List<Step> steps, Map<String, Map<String, @Nullable String>> first)
            throws SQLException {
        String sets = String.join(" = ?, ", StrategyMix.COLUMNS) + " = ?";
        try (Connection connection = device.connect();
                PreparedStatement insert = connection.prepareStatement(
                        "INSERT OR IGNORE INTO " + mix.table() + " VALUES(?, ?, ?, ?, ?, ?)");
                PreparedStatement update =
                        connection.prepareStatement("UPDATE " + mix.table() + " SET " + sets + " WHERE order_id = ?");
                PreparedStatement delete =
                        connection.prepareStatement("DELETE FROM " + mix.table() + " WHERE order_id = ?")) {
            connection.setAutoCommit(false);
            List<Step> all = new ArrayList<>(steps);
            first.forEach((id, row) -> all.add(new Step(id, row)));
            for (Step step : all) {
                Map<String, @Nullable String> row = step.row();
                if (row == null) {
                    delete.setString(1, step.id());
                    delete.executeUpdate();
                    continue;
                }
                insert.setString(1, step.id());
                update.setString(StrategyMix.COLUMNS.size() + 1, step.id());
                int at = 1;
                for (String column : StrategyMix.COLUMNS) {
                    update.setString(at++, row.get(column));
                    insert.setString(at, row.get(column));
                }
                if (update.executeUpdate() == 0) {
                    insert.executeUpdate();
                }
            }
            connection.commit();
        }
    }

    private static Map<String, Map<String, @Nullable String>> rows(Device device, StrategyMix mix) {
        Map<String, Map<String, @Nullable String>> rows = new TreeMap<>();
        for (Map<String, @Nullable Object> found : device.query("SELECT * FROM " + mix.table())) {
            Map<String, @Nullable String> row = new LinkedHashMap<>();
            StrategyMix.COLUMNS.forEach(column -> row.put(column, (String) found.get(column)));
            rows.put((String) found.get("order_id"), row);
        }
        return rows;
    }

    /**
     * What one statement leaves of a row.
     *
     * @param id the row
     * @param row its values; null if it is deleted
     */
    private record Step(String id, @Nullable Map<String, @Nullable String> row) {}
}
