package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.config.SyncedTable;
import dev.syncline.conflict.Conflict;
import dev.syncline.conflict.ConflictFilter;
import dev.syncline.conflict.ConflictInbox;
import dev.syncline.conflict.ConflictSeverity;
import dev.syncline.conflict.ConflictType;
import dev.syncline.conflict.Decision;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.exception.ConflictException;
import dev.syncline.exception.StorageException;
import dev.syncline.exception.ValidationException;
import dev.syncline.progress.SyncEvent;
import dev.syncline.progress.SyncResult;
import dev.syncline.testing.TwoDevices;
import io.reactivex.rxjava3.subscribers.TestSubscriber;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a person does with a conflict: looks at it, tries what each decision would make of it, and decides, whole, by column or with
 * values of one's own. Defends G5, G6 and G12.
 */
class DecisionTest {
    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules,
            List.of(
                    SyncedTable.named("bill")
                            .key("id")
                            .decimal("amount")
                            .severity(ConflictSeverity.HIGH, "amount")
                            .strategy(ResolutionStrategy.MANUAL)
                            .build(),
                    SyncedTable.named("memo")
                            .key("id")
                            .strategy(ResolutionStrategy.MANUAL)
                            .build()),
            "CREATE TABLE bill(id TEXT PRIMARY KEY, amount TEXT CHECK(amount <> '666'), note TEXT, place TEXT)",
            "CREATE TABLE memo(id TEXT PRIMARY KEY, title TEXT)");

    private ConflictInbox inbox() {
        return two.b().manager().conflicts();
    }

    private Conflict park() {
        two.shared("INSERT INTO bill VALUES('b', '10.00', 'base', 'base')");
        two.server().rows("bill").update("b", Map.of("amount", "11.00", "note", "theirs"));
        two.b().sql("UPDATE bill SET amount = '12.50', note = 'mine', place = 'only mine' WHERE id = 'b'");
        two.sync(two.b());
        return TwoDevices.onlyConflict(two.b());
    }

    private List<Map<String, @Nullable Object>> bill() {
        return two.b().query("SELECT amount, note, place FROM bill");
    }

    static Stream<Decision> decisions() {
        return Stream.of(
                Decision.keepLocal(),
                Decision.takeRemote(),
                Decision.by(ResolutionStrategy.LAST_WRITE_WINS),
                Decision.by(ResolutionStrategy.MERGE),
                Decision.byColumn(
                        Map.of("amount", ResolutionStrategy.REMOTE_WINS, "note", ResolutionStrategy.LOCAL_WINS)),
                Decision.merged(Map.of("amount", "13.00", "note", "both", "place", "elsewhere")));
    }

    @ParameterizedTest
    @MethodSource("decisions")
    void a_preview_changes_nothing_and_equals_the_later_result(Decision decision) {
        Conflict conflict = park();
        List<Map<String, @Nullable Object>> before = bill();
        long pending = two.b().manager().pendingChanges();
        Map<String, @Nullable Object> shown =
                inbox().preview(conflict.id(), decision).orElseThrow();
        assertThat(bill()).isEqualTo(before);
        assertThat(two.b().manager().pendingChanges()).isEqualTo(pending);
        assertThat(TwoDevices.onlyConflict(two.b())).isEqualTo(conflict);
        inbox().resolve(conflict.id(), decision);
        Map<String, @Nullable Object> row = bill().get(0);
        assertThat(row.get("note")).isEqualTo(shown.get("note"));
        assertThat(row.get("place")).isEqualTo(shown.get("place"));
        assertThat(row.get("amount")).hasToString(String.valueOf(shown.get("amount")));
        two.agree();
        assertThat(two.a().query("SELECT amount, note, place FROM bill")).isEqualTo(bill());
    }

    @Test
    void a_preview_of_a_deletion_shows_no_row() {
        two.shared("INSERT INTO bill VALUES('b', '10.00', 'base', 'base')");
        two.server().rows("bill").delete("b");
        two.b().sql("UPDATE bill SET note = 'mine'");
        two.sync(two.b());
        String id = TwoDevices.onlyConflict(two.b()).id();
        assertThat(inbox().preview(id, Decision.takeRemote())).isEmpty();
        assertThat(inbox().preview(id, Decision.keepLocal()).orElseThrow()).containsEntry("note", "mine");
        assertThat(bill()).hasSize(1);
        inbox().resolve(id, Decision.merged(Map.of("note", "revived")));
        two.agree();
        assertThat(two.a().value("SELECT note FROM bill")).isEqualTo("revived");
    }

    @Test
    void each_column_can_go_to_a_side_of_its_own() {
        Conflict conflict = park();
        Conflict resolved = inbox().resolve(
                        conflict.id(),
                        Decision.byColumn(Map.of(
                                "AMOUNT", ResolutionStrategy.REMOTE_WINS, "note", ResolutionStrategy.LOCAL_WINS)));
        assertThat(resolved.wasManuallyResolved()).isTrue();
        two.agree();
        assertThat(bill()).containsExactly(Map.of("amount", "11.00", "note", "mine", "place", "only mine"));
    }

    @Test
    void own_values_hold_on_every_device() {
        Conflict conflict = park();
        Conflict resolved =
                inbox().resolve(conflict.id(), Decision.merged(Map.of("amount", "11.75", "note", "agreed")));
        assertThat(resolved.notes()).isEqualTo("own values of [amount, note]");
        two.agree();
        assertThat(bill()).containsExactly(Map.of("amount", "11.75", "note", "agreed", "place", "only mine"));
        assertThat(two.a().value("SELECT note FROM bill")).isEqualTo("agreed");
    }

    @Test
    void what_does_not_fit_the_row_is_refused_and_changes_nothing() {
        Conflict conflict = park();
        List<Map<String, @Nullable Object>> before = bill();
        for (Decision unfit : List.of(
                Decision.merged(Map.of("amount", "no number", "note", "x")),
                Decision.merged(Map.of("amount", "1")),
                Decision.merged(Map.of("amount", "1", "note", "x", "nowhere", "y")),
                Decision.merged(Map.of("amount", "1", "note", "x", "id", "y")),
                Decision.byColumn(Map.of("amount", ResolutionStrategy.LOCAL_WINS)))) {
            assertThatThrownBy(() -> inbox().resolve(conflict.id(), unfit)).isInstanceOf(ValidationException.class);
            assertThatThrownBy(() -> inbox().preview(conflict.id(), unfit)).isInstanceOf(ValidationException.class);
        }
        assertThatThrownBy(() -> inbox().resolve(conflict.id(), Decision.merged(Map.of("amount", "666", "note", "x"))))
                .isInstanceOf(StorageException.class);
        assertThat(bill()).isEqualTo(before);
        assertThat(TwoDevices.onlyConflict(two.b())).isEqualTo(conflict);
        inbox().resolve(conflict.id(), Decision.merged(Map.of("amount", "1.00", "note", "x")));
        two.agree();
    }

    @Test
    void to_defer_or_to_name_what_is_not_open_decides_nothing() {
        Conflict conflict = park();
        assertThatIllegalArgumentException().isThrownBy(() -> inbox().resolve(conflict.id(), Decision.defer()));
        assertThatIllegalArgumentException().isThrownBy(() -> inbox().preview(conflict.id(), Decision.defer()));
        assertThatIllegalArgumentException().isThrownBy(() -> Decision.by(ResolutionStrategy.MANUAL));
        assertThatThrownBy(() -> inbox().preview("unknown", Decision.keepLocal()))
                .isInstanceOf(ConflictException.class);
        inbox().resolve(conflict.id(), ResolutionStrategy.REMOTE_WINS);
        assertThatThrownBy(() -> inbox().resolve(conflict.id(), Decision.keepLocal()))
                .isInstanceOf(ConflictException.class);
        two.agree();
    }

    @Test
    void an_edit_of_a_parked_row_shows_at_once_and_is_stored_with_the_next_run() {
        Conflict conflict = park();
        two.b().sql("UPDATE bill SET note = 'base', place = 'moved'");
        Conflict shown = TwoDevices.onlyConflict(two.b());
        assertThat(shown.localData()).containsEntry("place", "moved");
        assertThat(shown.conflictingFields()).containsExactly("amount");
        assertThat(inbox().find(conflict.id())).contains(shown);
        two.sync(two.b());
        assertThat(two.b().value("SELECT local_data FROM syncline_conflicts"))
                .asString()
                .contains("moved");
        two.server().rows("bill").update("b", Map.of("place", "theirs too"));
        two.sync(two.b());
        Conflict moved = TwoDevices.onlyConflict(two.b());
        assertThat(moved.conflictingFields()).containsExactly("amount", "place");
        assertThat(moved.localData()).containsEntry("place", "moved");
        assertThat(moved.remoteData()).containsEntry("place", "theirs too");
        assertThat(moved.id()).isEqualTo(conflict.id());
        inbox().resolve(moved.id(), ResolutionStrategy.LOCAL_WINS);
        two.agree();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "-, -, -, -, b m n",
                "bill, -, -, -, b",
                "memo, -, -, -, m n",
                "memo, n, -, -, n",
                "-, -, HIGH, -, b n",
                "-, -, LOW, -, m",
                "-, -, -, UPDATE_DELETE, n",
                "memo, -, HIGH, UPDATE_DELETE, n",
                "bill, m, -, -, -",
                "'x'' OR 1=1 --', -, -, -, -"
            })
    void conflicts_are_found_by_entity_record_severity_and_type(
            @Nullable String entity,
            @Nullable String record,
            @Nullable ConflictSeverity severity,
            @Nullable ConflictType type,
            @Nullable String found) {
        two.a().sql("INSERT INTO memo VALUES('m', 'base'), ('n', 'base')");
        park();
        two.server().rows("memo").update("m", Map.of("title", "theirs"));
        two.server().rows("memo").delete("n");
        two.b().sql("UPDATE memo SET title = 'mine'");
        two.sync(two.b());
        ConflictFilter wanted = new ConflictFilter(entity, record, severity, type, null);
        List<String> expected = found == null ? List.of() : List.of(found.split(" "));
        assertThat(inbox().open(wanted)).extracting(Conflict::entityId).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(inbox().count(wanted)).isEqualTo(expected.size());
    }

    @Test
    void a_conflict_that_a_run_closes_is_not_told_as_found_again() {
        park();
        two.b().sql("UPDATE bill SET amount = '11.0', note = 'theirs', place = 'base'");
        TestSubscriber<SyncEvent> told = two.b().manager().watchEvents().test();
        SyncResult result = two.sync(two.b());
        told.awaitCount(1);
        assertThat(inbox().count()).isZero();
        assertThat(result.conflictsDetected()).isZero();
        two.b().close();
        told.awaitDone(10, TimeUnit.SECONDS).assertValueCount((int) told.values().stream()
                .filter(event -> !(event instanceof SyncEvent.ConflictDetected))
                .count());
        assertThat(told.values()).hasAtLeastOneElementOfType(SyncEvent.ConflictResolved.class);
    }

    @Test
    void whoever_watches_hears_of_what_opens_and_closes() {
        two.shared("INSERT INTO bill VALUES('b', '10.00', 'base', 'base')");
        TestSubscriber<List<Conflict>> seen =
                inbox().watch(ConflictFilter.ALL.entity("bill")).test();
        seen.awaitCount(1);
        seen.assertValueAt(0, List.of());
        two.server().rows("bill").update("b", Map.of("note", "theirs"));
        two.b().sql("UPDATE bill SET note = 'mine'");
        two.sync(two.b());
        seen.awaitCount(2);
        assertThat(seen.values().get(1)).extracting(Conflict::entityId).containsExactly("b");
        TwoDevices.decide(two.b(), ResolutionStrategy.LOCAL_WINS);
        seen.awaitCount(3);
        seen.assertValueAt(2, List.of());
        two.b().sql("UPDATE bill SET note = 'mine again'");
        two.sync(two.b());
        two.server().rows("bill").update("b", Map.of("note", "theirs again"));
        two.b().sql("UPDATE bill SET note = 'mine at last'");
        two.sync(two.b());
        seen.awaitCount(4);
        TestSubscriber<SyncEvent> told = two.b().manager().watchEvents().test();
        assertThat(two.b()
                        .manager()
                        .discard(two.b().manager().operations().get(0).id()))
                .isTrue();
        seen.awaitCount(5);
        seen.assertValueAt(4, List.of());
        told.awaitCount(1);
        assertThat(told.values().get(0)).isInstanceOf(SyncEvent.ConflictResolved.class);
        two.b().close();
        seen.awaitDone(10, TimeUnit.SECONDS).assertComplete();
    }
}
