package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.backend.Capabilities;
import dev.syncline.backend.OutgoingChange;
import dev.syncline.backend.PullPage;
import dev.syncline.backend.PullRequest;
import dev.syncline.backend.PushReceipt;
import dev.syncline.backend.PushResult;
import dev.syncline.backend.RemoteRecord;
import dev.syncline.backend.rest.RestBackend;
import dev.syncline.config.SyncedTable;
import dev.syncline.conflict.Conflict;
import dev.syncline.conflict.ConflictFilter;
import dev.syncline.conflict.ConflictType;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.exception.ClientException;
import dev.syncline.testing.ForwardingBackend;
import dev.syncline.testing.TwoDevices;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What many changes collide with is read in few calls, each record within its entity, and nothing is taken for gone because an answer left
 * it out. Defends G5, G7 and G12.
 */
class BulkReadTest {
    private static final int MANY = 40;
    private static final String GONE = "7";
    private static final List<String> TABLES = List.of("account", "transfer");

    @RegisterExtension
    final TwoDevices two = TwoDevices.with(
            rules -> rules,
            List.of(table("account"), table("transfer")),
            "CREATE TABLE account(id TEXT PRIMARY KEY, note TEXT)",
            "CREATE TABLE transfer(id TEXT PRIMARY KEY, note TEXT)");

    private static SyncedTable table(String name) {
        return SyncedTable.named(name)
                .key("id")
                .strategy(ResolutionStrategy.MANUAL)
                .build();
    }

    /** Answers to pushes tell that there is a conflict, not with what, and pulls tell of nothing. */
    private class Silent extends ForwardingBackend {
        private final boolean conditional;
        final Queue<String> calls = new ConcurrentLinkedQueue<>();

        Silent(boolean conditional) {
            super(RestBackend.at(two.server().url()).bulkRead("ids", 100).build());
            this.conditional = conditional;
        }

        @Override
        public Capabilities capabilities() {
            Capabilities real = super.capabilities();
            return new Capabilities(
                            real.delta(),
                            real.tombstones(),
                            conditional,
                            real.idempotencyKeys(),
                            real.keyRetention(),
                            real.partialUpdates(),
                            real.batch(),
                            real.search(),
                            real.versions())
                    .withBulkRead(real.bulkRead());
        }

        @Override
        public PullPage fetchPage(PullRequest request) {
            return request.cursor() == null ? super.fetchPage(request) : PullPage.unchanged(request, null);
        }

        @Override
        public Optional<RemoteRecord> fetch(String entity, String id) {
            calls.add("read " + entity);
            return super.fetch(entity, id);
        }

        @Override
        public List<RemoteRecord> fetchAll(String entity, List<String> ids) {
            calls.add("read many of " + entity);
            return super.fetchAll(entity, ids);
        }

        @Override
        public PushResult push(OutgoingChange change) {
            calls.add("send " + change.entity());
            return silenced(super.push(change));
        }

        @Override
        public List<PushReceipt> pushBatch(List<OutgoingChange> changes) {
            calls.add("send many of " + changes.get(0).entity());
            return super.pushBatch(changes).stream()
                    .map(receipt -> new PushReceipt(receipt.key(), silenced(receipt.result())))
                    .toList();
        }

        private PushResult silenced(PushResult result) {
            return result instanceof PushResult.Conflicted ? new PushResult.Conflicted(null) : result;
        }
    }

    /** Both tables have rows 0 to 39, which both sides have changed since; one of account was deleted at the backend. */
    private void collide() {
        for (String table : TABLES) {
            for (int i = 0; i < MANY; i++) {
                two.a().sql("INSERT INTO " + table + " VALUES(?, 'base')", Integer.toString(i));
            }
        }
        two.sync(two.a());
        two.sync(two.b());
        two.b().close();
        for (String table : TABLES) {
            for (int i = 0; i < MANY; i++) {
                two.server().rows(table).update(Integer.toString(i), Map.of("note", "theirs in " + table));
            }
            two.b().sql("UPDATE " + table + " SET note = 'mine in ' || ? || id", table);
        }
        two.server().rows("account").delete(GONE);
    }

    private void expectEachToMeetItsOwn() {
        assertThat(two.b().manager().conflicts().open(ConflictFilter.ALL))
                .extracting(Conflict::operationId)
                .as("each was met by an operation of its own")
                .doesNotContainNull()
                .doesNotHaveDuplicates()
                .allSatisfy(operation -> assertThat(two.b()
                                .manager()
                                .conflicts()
                                .open(ConflictFilter.ALL.operation(String.valueOf(operation))))
                        .hasSize(1));
        for (String table : TABLES) {
            assertThat(two.b().manager().conflicts().open(ConflictFilter.ALL.entity(table)))
                    .hasSize(MANY)
                    .allSatisfy(conflict -> {
                        boolean gone =
                                table.equals("account") && conflict.entityId().equals(GONE);
                        assertThat(conflict.localData())
                                .containsEntry("note", "mine in " + table + conflict.entityId());
                        assertThat(conflict.remoteData()).isEqualTo(gone ? null : Map.of("note", "theirs in " + table));
                        assertThat(conflict.conflictType())
                                .isEqualTo(gone ? ConflictType.UPDATE_DELETE : ConflictType.UPDATE_UPDATE);
                    });
        }
    }

    private Queue<String> sendThrough(Silent backend) {
        two.b().with(backend);
        two.b().sync();
        expectEachToMeetItsOwn();
        return backend.calls;
    }

    @Test
    void forty_collisions_of_a_table_cost_one_batch_and_one_read_and_meet_their_own_records() {
        collide();
        assertThat(sendThrough(new Silent(true)))
                .containsExactly(
                        "send many of account",
                        "read many of account",
                        "send many of transfer",
                        "read many of transfer");
    }

    @Test
    void where_no_precondition_protects_a_write_all_are_compared_in_one_read_and_none_is_written() {
        collide();
        assertThat(sendThrough(new Silent(false))).containsExactly("read many of account", "read many of transfer");
        assertThat(two.server()
                        .rows("transfer")
                        .find("3")
                        .orElseThrow()
                        .path("note")
                        .asText())
                .isEqualTo("theirs in transfer");
    }

    @Test
    void what_an_answer_leaves_out_is_asked_for_by_itself_and_not_taken_for_gone() {
        collide();
        Silent forgetful = new Silent(true) {
            @Override
            public List<RemoteRecord> fetchAll(String entity, List<String> ids) {
                return super.fetchAll(entity, ids).stream()
                        .filter(record -> record.id().length() == 2)
                        .toList();
            }
        };
        assertThat(sendThrough(forgetful))
                .filteredOn(call -> call.startsWith("read ") && !call.contains("many"))
                .hasSize(20);
    }

    @Test
    void where_the_read_of_many_is_refused_each_is_read_by_itself() {
        collide();
        Silent refusing = new Silent(true) {
            @Override
            public List<RemoteRecord> fetchAll(String entity, List<String> ids) {
                throw new ClientException("no such parameter", 400, "", Instant.EPOCH, null);
            }
        };
        assertThat(sendThrough(refusing))
                .filteredOn(call -> call.startsWith("read "))
                .hasSize(2 * MANY);
    }

    @Test
    void ids_that_an_address_cannot_list_are_read_by_themselves() {
        for (String id : List.of("a,b", "a", "b", " c", "d/e", "x".repeat(900), "y".repeat(900), "z".repeat(900))) {
            two.a().sql("INSERT INTO account VALUES(?, 'base')", id);
        }
        two.sync(two.a());
        two.sync(two.b());
        two.b().close();
        two.a().sql("UPDATE account SET note = 'theirs ' || id");
        two.sync(two.a());
        two.b().sql("UPDATE account SET note = 'mine'");
        two.b().with(new Silent(true));
        two.b().sync();
        assertThat(two.b().manager().conflicts().open())
                .hasSize(8)
                .allSatisfy(conflict ->
                        assertThat(conflict.remoteData()).containsEntry("note", "theirs " + conflict.entityId()));
    }
}
