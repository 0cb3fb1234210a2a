package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.config.SyncedTable;
import dev.syncline.config.SyncedTableBuilder;
import dev.syncline.conflict.Conflict;
import dev.syncline.conflict.ConflictSeverity;
import dev.syncline.conflict.ConflictType;
import dev.syncline.conflict.Decision;
import dev.syncline.conflict.Merger;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.testing.Device;
import dev.syncline.testing.Replicas;
import dev.syncline.testing.TwoDevices;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two to five devices write what they like, synchronize when they like, and decide what is left to them: in the end all of them and the
 * backend hold the same, whatever the rules, and no value is there that nobody wrote. Defends G5, G6 and G7.
 */
class RandomMeetingsTest {
    private static final int STEPS = 50;
    private static final List<SyncedTable> TABLES = List.of(
            rules("t_local").strategy(ResolutionStrategy.LOCAL_WINS).build(),
            rules("t_remote").strategy(ResolutionStrategy.REMOTE_WINS).build(),
            rules("t_later").strategy(ResolutionStrategy.LAST_WRITE_WINS).build(),
            rules("t_merge").strategy(ResolutionStrategy.MERGE).build(),
            rules("t_manual").strategy(ResolutionStrategy.MANUAL).build(),
            rules("t_mixed")
                    .strategy(ResolutionStrategy.MERGE)
                    .strategy(ResolutionStrategy.LOCAL_WINS, "a")
                    .strategy(ResolutionStrategy.REMOTE_WINS, ConflictType.UPDATE_DELETE)
                    .merge(Merger.COUNTER, "n")
                    .build());

    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules,
            TABLES,
            TABLES.stream()
                    .map(table -> "CREATE TABLE " + table.name() + "(id TEXT PRIMARY KEY, a TEXT, b TEXT, n INTEGER)")
                    .toArray(String[]::new));

    private final List<Device> more = new ArrayList<>();
    private final Set<Object> written = new HashSet<>();

    private static SyncedTableBuilder rules(String name) {
        return SyncedTable.named(name).key("id").autoResolve(ConflictSeverity.values());
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {2, 3, 4, 5})
    void all_come_to_the_same_and_to_nothing_that_nobody_wrote(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Device> devices = new ArrayList<>(List.of(two.a(), two.b()));
        for (int i = 2; i < seed; i++) {
            more.add(two.device("more" + i));
            devices.add(more.get(i - 2));
        }
        try {
            devices.forEach(device -> device.manager());
            for (int step = 0; step < STEPS; step++) {
                Device device = devices.get(random.nextInt(devices.size()));
                switch (random.nextInt(5)) {
                    case 0 -> two.sync(device);
                    case 1 -> decideOne(device, random);
                    default -> write(device, random, step);
                }
            }
            settle(devices, random);
            Replicas replicas = new Replicas(TABLES, two.server());
            for (Device device : devices) {
                assertThat(replicas.differences(devices.indexOf(device), device))
                        .isEmpty();
            }
            for (SyncedTable table : TABLES) {
                for (Map<String, ?> row : two.a().query("SELECT a, b FROM " + table.name())) {
                    assertThat(written).containsAll(row.values());
                }
            }
        } finally {
            more.forEach(Device::close);
        }
    }

    private void write(Device device, SplittableRandom random, int step) {
        String table = TABLES.get(random.nextInt(TABLES.size())).name();
        String id = "r" + random.nextInt(4);
        String value = "w" + step;
        switch (random.nextInt(6)) {
            case 0 -> device.sql("DELETE FROM " + table + " WHERE id = ?", id);
            case 1 -> device.sql("UPDATE " + table + " SET n = n + 1 WHERE id = ?", id);
            case 2 -> device.sql("UPDATE " + table + " SET b = ? WHERE id = ?", value, id);
            case 3 -> device.sql("UPDATE " + table + " SET a = ?, b = ? WHERE id = ?", value, value, id);
            default -> device.sql("INSERT OR IGNORE INTO " + table + " VALUES(?, ?, ?, 0)", id, value, value);
        }
        written.add(value);
    }

    private void decideOne(Device device, SplittableRandom random) {
        List<Conflict> open = device.manager().conflicts().open();
        if (!open.isEmpty()) {
            List<Decision> decisions = Stream.of(
                            ResolutionStrategy.LOCAL_WINS, ResolutionStrategy.REMOTE_WINS, ResolutionStrategy.MERGE)
                    .map(Decision::by)
                    .toList();
            Conflict conflict = open.get(random.nextInt(open.size()));
            device.manager().conflicts().resolve(conflict.id(), decisions.get(random.nextInt(decisions.size())));
        }
    }

    private void settle(List<Device> devices, SplittableRandom random) {
        for (int round = 0; round < 20; round++) {
            for (Device device : devices) {
                two.sync(device);
                while (device.manager().conflicts().count() > 0) {
                    decideOne(device, random);
                }
            }
            if (devices.stream().allMatch(device -> device.manager().pendingChanges() == 0)) {
                devices.forEach(two::sync);
                return;
            }
        }
        assertThat(devices).allMatch(device -> device.manager().pendingChanges() == 0);
    }
}
