package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.SyncManager;
import dev.syncline.config.SyncedTable;
import dev.syncline.progress.SyncResult;
import dev.syncline.testing.Device;
import dev.syncline.testing.PagedServer;
import dev.syncline.testing.PagingStyle;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A first pull that is interrupted at a page, by whatever a network or server does to it, goes on there when the file is opened again, and
 * ends with every row once. Defends G4, G5, G10 and G13.
 */
class ResumedPagesTest {
    private static final int ROWS = 23;
    private static final int PAGE = 5;

    @TempDir
    private Path folder;

    private final PagedServer server = new PagedServer(ROWS);

    @AfterEach
    void stop() {
        server.close();
    }

    static Stream<Arguments> everyStyleEveryPageEveryTrouble() {
        return Stream.of(PagingStyle.values())
                .flatMap(style -> Stream.of(1, 2, 3, 4, 5)
                        .flatMap(page -> Stream.of(PagedServer.Trouble.values())
                                .map(trouble -> Arguments.of(style, page, trouble))));
    }

    private SyncManager open(PagingStyle style) {
        return style.open(
                server,
                folder.resolve("a.db"),
                List.of(SyncedTable.named("note").key("id").build()),
                PAGE);
    }

    @ParameterizedTest
    @MethodSource("everyStyleEveryPageEveryTrouble")
    void an_interrupted_pull_goes_on_at_its_page(PagingStyle style, int page, PagedServer.Trouble trouble) {
        Device host = new Device(
                folder.resolve("a.db"),
                server.url(),
                List.of(),
                "CREATE TABLE note(id TEXT PRIMARY KEY, title TEXT, amount TEXT)");
        server.troubleAt(page, trouble);
        try (SyncManager sync = open(style)) {
            SyncResult interrupted = sync.synchronize().blockingGet();
            assertThat(interrupted.success()).isFalse();
        }
        assertThat(host.rows("note")).hasSize((page - 1) * PAGE);
        server.calm();
        try (SyncManager sync = open(style)) {
            SyncResult resumed = sync.synchronize().blockingGet();
            assertThat(resumed.errors()).isEmpty();
            assertThat(resumed.success()).isTrue();
        }
        assertThat(server.starts()).as("asked for from the start").isEqualTo(page == 1 ? 1 : 0);
        Map<String, Object> here = new TreeMap<>();
        host.query("SELECT id, title || '/' || amount AS content FROM note")
                .forEach(row -> here.put((String) row.get("id"), row.get("content")));
        assertThat(here).isEqualTo(server.contents());
    }
}
