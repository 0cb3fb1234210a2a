package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.config.FullSyncMode;
import dev.syncline.config.SyncOptions;
import dev.syncline.config.SyncedTable;
import dev.syncline.conflict.ConflictType;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.progress.SyncMode;
import dev.syncline.testing.Device;
import dev.syncline.testing.TwoDevices;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The backend's version of a row in conflict goes away without a word, and a walk over the whole table finds out: whoever decides
 * afterwards decides about what is there, and no row stays that nobody else has. Defends G1, G5 and G8.
 */
class LostOtherSideTest {
    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules,
            List.of(SyncedTable.named("memo")
                    .key("id")
                    .strategy(ResolutionStrategy.MANUAL)
                    .build()),
            "CREATE TABLE memo(id TEXT PRIMARY KEY, text TEXT)");

    private void meet(ConflictType type) {
        meet(type, two.b());
    }

    private void meet(ConflictType type, Device device) {
        if (type == ConflictType.CREATE_EXISTS) {
            two.a().sql("INSERT INTO memo VALUES('m', 'theirs')");
            device.sql("INSERT INTO memo VALUES('m', 'mine')");
        } else {
            two.shared("INSERT INTO memo VALUES('m', 'ours')");
            two.a().sql("UPDATE memo SET text = 'theirs'");
            device.sql("UPDATE memo SET text = 'mine'");
        }
        two.sync(two.a());
        two.sync(device);
        assertThat(TwoDevices.onlyConflict(device).conflictType()).isEqualTo(type);
        two.server().rows("memo").lose("m");
        device.manager().synchronize(SyncMode.FULL).blockingGet();
    }

    @ParameterizedTest
    @EnumSource(
            value = ConflictType.class,
            names = {"CREATE_EXISTS", "UPDATE_UPDATE"})
    void the_conflict_shows_that_the_other_side_has_gone(ConflictType type) {
        meet(type);
        assertThat(TwoDevices.onlyConflict(two.b()).remoteData()).isNull();
        assertThat(two.b().value("SELECT text FROM memo")).isEqualTo("mine");
    }

    @ParameterizedTest
    @EnumSource(
            value = ConflictType.class,
            names = {"CREATE_EXISTS", "UPDATE_UPDATE"})
    void a_reading_that_shows_all_at_once_tells_as_well(ConflictType type) {
        Device staged = two.b()
                .with(builder -> builder.options(
                        SyncOptions.builder().fullSyncMode(FullSyncMode.STAGED).build()));
        meet(type, staged);
        assertThat(TwoDevices.onlyConflict(staged).remoteData()).isNull();
        assertThat(staged.value("SELECT text FROM memo")).isEqualTo("mine");
    }

    @ParameterizedTest
    @EnumSource(
            value = ConflictType.class,
            names = {"CREATE_EXISTS", "UPDATE_UPDATE"})
    void the_other_side_that_wins_takes_the_row_away(ConflictType type) {
        meet(type);
        TwoDevices.decide(two.b(), ResolutionStrategy.REMOTE_WINS);
        two.sync(two.b());
        assertThat(two.b().rows("memo")).isEmpty();
        assertThat(two.server().rows("memo").count()).isZero();
    }

    @ParameterizedTest
    @EnumSource(
            value = ConflictType.class,
            names = {"CREATE_EXISTS", "UPDATE_UPDATE"})
    void this_side_that_wins_brings_the_row_back(ConflictType type) {
        meet(type);
        TwoDevices.decide(two.b(), ResolutionStrategy.LOCAL_WINS);
        two.sync(two.b());
        assertThat(two.server()
                        .rows("memo")
                        .find("m")
                        .orElseThrow()
                        .path("text")
                        .asText())
                .isEqualTo("mine");
    }
}
