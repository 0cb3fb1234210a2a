package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.backend.Capabilities;
import dev.syncline.backend.OutgoingChange;
import dev.syncline.backend.PullPage;
import dev.syncline.backend.PullRequest;
import dev.syncline.backend.PushResult;
import dev.syncline.backend.RemoteRecord;
import dev.syncline.backend.VersionKind;
import dev.syncline.config.SyncedTable;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.testing.Device;
import dev.syncline.testing.ForwardingBackend;
import dev.syncline.testing.MemoryBackend;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A backend that tells no versions and compares nothing: the engine reads and compares content before it writes. Defends G1, G5, G6.
 */
class WithoutVersionsTest {

    private static final SyncedTable NOTE = SyncedTable.named("note")
            .key("id")
            .strategy(ResolutionStrategy.MERGE)
            .build();

    @TempDir
    private Path folder;

    private final MemoryBackend memory = new MemoryBackend("memory");
    private final AtomicInteger reads = new AtomicInteger();
    private int meddleAfter = -1;
    private Device device;

    /** Shows what is in memory without versions; another program writes right after one of the reads. */
    private final class Versionless extends ForwardingBackend {
        Versionless() {
            super(memory);
        }

        @Override
        public Capabilities capabilities() {
            return new Capabilities(false, false, false, true, Duration.ofDays(1), true, 1, false, VersionKind.OPAQUE);
        }

        @Override
        public PullPage fetchPage(PullRequest request) {
            PullPage page = memory.fetchPage(request);
            List<RemoteRecord> records =
                    page.records().stream().map(WithoutVersionsTest::bare).toList();
            return new PullPage(records, page.next(), page.more(), page.total(), page.serverTime());
        }

        @Override
        public Optional<RemoteRecord> fetch(String entity, String id) {
            Optional<RemoteRecord> there = memory.fetch(entity, id).map(WithoutVersionsTest::bare);
            if (reads.incrementAndGet() == meddleAfter) {
                memory.put("note", "r", Map.of("title", "theirs", "amount", 1L));
            }
            return there;
        }

        @Override
        public PushResult push(OutgoingChange change) {
            PushResult result = memory.push(change);
            return result instanceof PushResult.Accepted accepted
                    ? new PushResult.Accepted(
                            accepted.id(), null, accepted.copy() == null ? null : bare(accepted.copy()))
                    : result;
        }
    }

    private static RemoteRecord bare(RemoteRecord record) {
        return new RemoteRecord(record.id(), null, record.deleted(), record.fields(), null);
    }

    @BeforeEach
    void pull() {
        memory.put("note", "r", Map.of("title", "first", "amount", 1L));
        device = new Device(
                        folder.resolve("a.db"),
                        "unused",
                        List.of(NOTE),
                        "CREATE TABLE note(id TEXT PRIMARY KEY, title TEXT, amount INTEGER)")
                .with(new Versionless());
        device.sync();
    }

    @AfterEach
    void close() {
        device.close();
    }

    @Test
    void a_change_is_sent_once_the_record_was_compared() {
        device.sql("UPDATE note SET amount = 2 WHERE id = 'r'");
        settle();
        assertThat(row()).containsEntry("title", "first").containsEntry("amount", 2L);
        device.sql("DELETE FROM note");
        settle();
        assertThat(memory.rows("note")).isEmpty();
    }

    @Test
    void what_changed_since_it_was_compared_is_compared_again() {
        device.sql("UPDATE note SET amount = 2 WHERE id = 'r'");
        meddleAfter = 1;
        settle();
        assertThat(row()).containsEntry("title", "theirs").containsEntry("amount", 2L);
        assertThat(device.value("SELECT title FROM note")).isEqualTo("theirs");
    }

    private void settle() {
        for (int run = 0; run < 3; run++) {
            assertThat(device.sync().errors()).isEmpty();
        }
        assertThat(device.manager().pendingChanges()).isZero();
        assertThat(device.manager().conflicts().open()).isEmpty();
    }

    private Map<String, @Nullable Object> row() {
        return memory.rows("note").getOrDefault("r", Map.of());
    }
}
