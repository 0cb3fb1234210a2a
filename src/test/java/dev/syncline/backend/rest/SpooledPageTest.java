package dev.syncline.backend.rest;

import static dev.syncline.backend.rest.ScriptedServer.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.syncline.backend.PullPage;
import dev.syncline.backend.PullRequest;
import dev.syncline.backend.RemoteRecord;
import dev.syncline.backend.SpooledRecords;
import dev.syncline.exception.ServerException;
import dev.syncline.exception.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import okio.Buffer;
import okio.BufferedSink;
import okio.GzipSink;
import okio.Okio;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Pages that are too large for memory: they go to a file, are checked there to their end, and the file is gone whatever comes of
 * the pull. Defends G9 (bounded) and G13 (a hostile backend stays harmless).
 */
class SpooledPageTest {

    private static final PullRequest FIRST = new PullRequest("note", null, 1000);
    private static final String TAIL = "],\"cursor\":\"c2\",\"more\":false,\"total\":400}";

    @TempDir
    Path folder;

    private final ScriptedServer server = new ScriptedServer();

    @AfterEach
    void stop() throws IOException {
        server.close();
        assertThat(files()).isEmpty();
    }

    @Test
    void gives_its_rows_as_often_as_asked_and_only_from_the_file() {
        server.says(json(200, page(400)));
        try (RestBackend backend = client().build();
                PullPage page = backend.fetchPage(FIRST)) {
            assertThat(page.records()).isInstanceOf(SpooledRecords.class).hasSize(400);
            assertThat(page.next()).isEqualTo("c2");
            assertThat(page.total()).isEqualTo(400);
            assertThat(ids(page)).isEqualTo(ids(0, 400));
            assertThat(ids(page)).isEqualTo(ids(0, 400));
            assertThat(page.records().iterator().next().fields()).containsEntry("title", "title 0");
            assertThat(backend.spooledPages()).isOne();
        }
    }

    @Test
    void a_page_just_within_the_limit_stays_in_memory() {
        String body = page(400);
        server.says(json(200, body)).says(json(200, body + " "));
        try (RestBackend backend = client().largePages(
                        LargePages.standard().in(folder).spooledAbove(body.length()))
                .build()) {
            try (PullPage within = backend.fetchPage(FIRST);
                    PullPage beyond = backend.fetchPage(FIRST)) {
                assertThat(within.records()).isInstanceOf(List.class);
                assertThat(beyond.records()).isInstanceOf(SpooledRecords.class);
                assertThat(List.copyOf(beyond.records())).isEqualTo(within.records());
            }
            assertThat(backend.spooledPages()).isZero();
        }
    }

    @Test
    void a_page_of_few_bytes_and_very_many_rows_is_spooled_as_well() {
        String rows =
                IntStream.range(0, 90_000).mapToObj(i -> "{\"id\":" + i + "}").collect(Collectors.joining(","));
        server.says(json(200, "{\"items\":[" + rows + TAIL));
        try (RestBackend backend = server.client()
                        .largePages(LargePages.standard().in(folder))
                        .callTimeout(Duration.ofSeconds(30))
                        .build();
                PullPage page = backend.fetchPage(FIRST)) {
            assertThat(page.records()).isInstanceOf(SpooledRecords.class);
            assertThat(ids(page)).isEqualTo(ids(0, 90_000));
        }
    }

    @Test
    void rows_are_found_wherever_the_page_has_them() {
        server.says(json(
                200,
                "{\"a\":{\"rows\":[{\"id\":\"not this\"}]},\"b\":[{\"data\":1}],\"data\":{\"x\":[[{}]],\"note\":"
                        + array(400) + ",\"y\":{}},\"z\":null}"));
        try (RestBackend backend = client().delta(Delta.none())
                        .pagination(Pagination.offset().items("data.{entity}"))
                        .build();
                PullPage page = backend.fetchPage(FIRST)) {
            assertThat(page.records()).isInstanceOf(SpooledRecords.class);
            assertThat(ids(page)).isEqualTo(ids(0, 400));
        }
    }

    @Test
    void a_page_that_is_nothing_but_rows_tells_the_paging_what_it_asks() {
        server.says(json(200, array(400)));
        try (RestBackend backend = client().delta(Delta.none())
                        .pagination(Pagination.offset().items(""))
                        .build();
                PullPage page = backend.fetchPage(FIRST)) {
            assertThat(ids(page)).isEqualTo(ids(0, 400));
            assertThat(page.next()).isEqualTo("400 0 399");
        }
    }

    @Test
    void a_compressed_page_counts_by_what_it_holds() throws IOException {
        server.says(json(200, zipped(page(400))).setHeader("Content-Encoding", "gzip"))
                .says(json(200, zipped(page(4000))).setHeader("Content-Encoding", "gzip"));
        try (RestBackend backend = client().largePages(LargePages.standard()
                        .in(folder)
                        .spooledAbove(1024)
                        .refusedAbove(page(400).length()))
                .build()) {
            try (PullPage page = backend.fetchPage(FIRST)) {
                assertThat(ids(page)).isEqualTo(ids(0, 400));
            }
            assertThatThrownBy(() -> backend.fetchPage(FIRST))
                    .isInstanceOf(ServerException.class)
                    .hasMessageContaining("larger than");
            assertThat(backend.spooledPages()).isZero();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "],\"cursor\":\"c2\"}|more is missing",
                "],\"more\":false}|no cursor",
                "],\"cursor\":\"c1\",\"more\":true}|at its own cursor",
                ",{\"id\":null}],\"cursor\":\"c2\",\"more\":false}|no usable id",
                "],\"cursor\":\"c2\",\"more\":false}x|JSON",
                "],\"items\":[],\"cursor\":\"c2\",\"more\":false}|JSON",
                "],\"cursor\":\"c2\"|cut off"
            })
    void a_fault_at_its_end_refuses_it_whole(String end, String fault) {
        server.says(json(200, page(400).replace(TAIL, end)));
        try (RestBackend backend = client().build()) {
            assertThatThrownBy(() -> backend.fetchPage(new PullRequest("note", "c1", 1000)))
                    .isInstanceOf(ServerException.class)
                    .hasMessageContaining("none of it was used")
                    .hasMessageContaining(fault);
            assertThat(backend.spooledPages()).isZero();
        }
    }

    @Test
    void the_file_is_for_its_owner_only_and_has_no_name_while_it_is_read() throws IOException {
        Path handles = Path.of("/proc/self/fd");
        assumeTrue(Files.isDirectory(handles), "shows open files");
        server.says(json(200, page(400)));
        try (RestBackend backend = client().build();
                PullPage page = backend.fetchPage(FIRST);
                Stream<Path> open = Files.list(handles)) {
            assertThat(page.records()).hasSize(400);
            List<Path> spools = open.filter(this::isInFolder).toList();
            assertThat(spools).hasSize(1);
            assertThat(Files.getPosixFilePermissions(spools.get(0)))
                    .containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
            assertThat(files()).isEmpty();
        }
    }

    private boolean isInFolder(Path handle) {
        try {
            return Files.readSymbolicLink(handle).startsWith(folder);
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }

    @Test
    void the_file_is_gone_with_the_page() {
        server.says(json(200, page(400)));
        try (RestBackend backend = client().build()) {
            PullPage page = backend.fetchPage(FIRST);
            Iterator<RemoteRecord> reading = page.records().iterator();
            reading.next();
            page.close();
            page.close();
            assertThat(backend.spooledPages()).isZero();
            assertThatThrownBy(() -> page.records().iterator()).isInstanceOf(StorageException.class);
        }
    }

    @Test
    void closing_the_backend_gives_up_pages_that_nobody_closed() {
        server.says(json(200, page(400)));
        RestBackend backend = client().build();
        PullPage page = backend.fetchPage(FIRST);
        backend.close();
        assertThat(backend.spooledPages()).isZero();
        assertThatThrownBy(() -> page.records().iterator()).isInstanceOf(StorageException.class);
    }

    @Test
    void a_directory_that_cannot_be_written_is_told_as_trouble_of_this_device() {
        server.says(json(200, page(400)));
        try (RestBackend backend = client().largePages(
                        LargePages.standard().in(folder.resolve("missing")).spooledAbove(1024))
                .build()) {
            assertThatThrownBy(() -> backend.fetchPage(FIRST))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("LargePages.in");
        }
    }

    @Test
    void the_answer_to_a_search_has_to_fit_in_memory() {
        server.says(json(200, page(400)));
        try (RestBackend backend = client().search(Search.byField()).build()) {
            assertThatThrownBy(() -> backend.find("note", Map.of("title", "x"), 5))
                    .isInstanceOf(ServerException.class)
                    .hasMessageContaining("larger than");
        }
    }

    private RestBackendBuilder client() {
        return server.client().largePages(LargePages.standard().in(folder).spooledAbove(1024));
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }

    private static List<String> ids(PullPage page) {
        return page.records().stream().map(RemoteRecord::id).toList();
    }

    private static List<String> ids(int from, int to) {
        return IntStream.range(from, to).mapToObj(Integer::toString).toList();
    }

    private static String page(int rows) {
        String array = array(rows);
        return "{\"items\":" + array.substring(0, array.length() - 1) + TAIL;
    }

    private static String array(int rows) {
        return IntStream.range(0, rows)
                .mapToObj(i -> "{\"id\":\"" + i + "\",\"version\":1,\"title\":\"title " + i + "\"}")
                .collect(Collectors.joining(",", "[", "]"));
    }

    private static Buffer zipped(String body) throws IOException {
        Buffer zipped = new Buffer();
        try (BufferedSink sink = Okio.buffer(new GzipSink(zipped))) {
            sink.writeUtf8(body);
        }
        return zipped;
    }
}
