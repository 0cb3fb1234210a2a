package dev.syncline.backend.rest;

import static dev.syncline.backend.rest.ScriptedServer.json;
import static dev.syncline.backend.rest.ScriptedServer.status;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.backend.PullPage;
import dev.syncline.backend.PullRequest;
import dev.syncline.backend.RemoteRecord;
import dev.syncline.exception.AuthenticationException;
import dev.syncline.exception.ClientException;
import dev.syncline.exception.NetworkException;
import dev.syncline.exception.RateLimitException;
import dev.syncline.exception.ServerException;
import dev.syncline.exception.SyncException;
import dev.syncline.exception.SyncTimeoutException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import mockwebserver3.MockResponse;
import mockwebserver3.SocketEffect;
import okio.Buffer;
import okio.BufferedSink;
import okio.GzipSink;
import okio.Okio;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Pages no server should send. Each is refused whole with the exception of its kind, after one request, in bounded time, and
 * without a word of its content in the message. Defends G9 (bounded), G13 (a hostile backend stays harmless).
 */
class HostilePageTest {

    private static final String CANARY = "private-words";
    private static final String ROW = "{\"id\":\"a\",\"version\":1,\"title\":\"" + CANARY + "\"}";

    private final ScriptedServer server = new ScriptedServer();

    record Case(String name, Class<? extends SyncException> expected, MockResponse.Builder answer) {
        @Override
        public String toString() {
            return name;
        }
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource({"notAPage", "notARow", "notWhole", "notServed"})
    void is_refused_whole(Case hostile) {
        server.says(hostile.answer());
        try (RestBackend backend = server.client()
                .largePages(LargePages.standard().refusedAbove(1 << 20))
                .build()) {
            assertThatThrownBy(() -> backend.fetchPage(new PullRequest("note", "c1", 10)))
                    .isExactlyInstanceOf(hostile.expected())
                    .satisfies(e -> assertThat(((SyncException) e).timestamp()).isEqualTo(ScriptedServer.NOW))
                    .satisfies(e -> assertThat(printed(e)).doesNotContain(CANARY, ScriptedServer.TOKEN));
        }
        assertThat(server.requests()).isEqualTo(1);
    }

    static Stream<Case> notAPage() {
        return Stream.of(
                malformed("B01 empty body", ""),
                malformed("B02 only blanks", " \n\t "),
                malformed("B03 null", "null"),
                malformed("B04 array", "[" + ROW + "]"),
                malformed("B04 text", "\"" + CANARY + "\""),
                malformed("B04 number", "7"),
                malformed("B07 trailing bytes", page(ROW) + "x"),
                malformed("B08 two documents", page(ROW) + page(ROW)),
                malformed("B09 byte order mark", "\uFEFF" + page(ROW)),
                encoded("B10 UTF-16", page(ROW).getBytes(StandardCharsets.UTF_16LE)),
                encoded("B10 UTF-32", page(ROW).getBytes(java.nio.charset.Charset.forName("UTF-32BE"))),
                encoded("B11 invalid UTF-8", replaced(page(ROW), 0xFF)),
                encoded("B12 overlong UTF-8", replaced(page(ROW), 0xC0, 0xAF)),
                malformed("B21 deep nesting", page("{\"id\":\"a\",\"x\":" + "[".repeat(1001) + "]".repeat(1001) + "}")),
                malformed(
                        "B21 very deep nesting beside the items",
                        "{\"x\":" + "[".repeat(100_000) + "]".repeat(100_000) + ",\"items\":[],\"more\":false}"),
                malformed("B22 overlong name", page("{\"id\":\"a\",\"" + "n".repeat(60_000) + "\":1}")),
                malformed("B24 number of 1001 digits", page("{\"id\":\"a\",\"n\":" + "9".repeat(1001) + "}")),
                malformed("B24 huge exponent", page("{\"id\":\"a\",\"n\":1e999999999}")),
                malformed("B25 name twice in a row", page("{\"id\":\"a\",\"id\":\"b\"}")),
                malformed("B25 items twice", "{\"items\":[],\"items\":[],\"cursor\":\"c\",\"more\":false}"),
                malformed("B26 no items", "{\"cursor\":\"c\",\"more\":false}"),
                malformed("B26 no cursor", "{\"items\":[],\"more\":false}"),
                malformed("B26 no cursor though more", "{\"items\":[],\"more\":true}"),
                malformed("B26 no more", "{\"items\":[],\"cursor\":\"c\"}"),
                malformed("B27 items null", "{\"items\":null,\"cursor\":\"c\",\"more\":false}"),
                malformed("B27 items object", "{\"items\":{},\"cursor\":\"c\",\"more\":false}"),
                malformed("B28 cursor number", "{\"items\":[],\"cursor\":7,\"more\":false}"),
                malformed("B28 cursor object", "{\"items\":[],\"cursor\":{},\"more\":false}"),
                malformed("B28 cursor empty", "{\"items\":[],\"cursor\":\"\",\"more\":false}"),
                malformed("B28 cursor with control character", "{\"items\":[],\"cursor\":\"a\\r\\nb\",\"more\":false}"),
                malformed(
                        "B28 cursor of 100 kB",
                        "{\"items\":[],\"cursor\":\"" + "c".repeat(100_000) + "\",\"more\":false}"),
                malformed("B29 more is text", "{\"items\":[],\"cursor\":\"c\",\"more\":\"true\"}"),
                malformed("B29 more is 1", "{\"items\":[],\"cursor\":\"c\",\"more\":1}"),
                malformed("total is text", "{\"items\":[],\"cursor\":\"c\",\"more\":false,\"total\":\"9\"}"),
                malformed("total is negative", "{\"items\":[],\"cursor\":\"c\",\"more\":false,\"total\":-1}"),
                malformed(
                        "total beyond 64 bits",
                        "{\"items\":[],\"cursor\":\"c\",\"more\":false,\"total\":1" + "0".repeat(30) + "}"),
                malformed("S14 error object", "{\"error\":\"" + CANARY + "\"}"),
                malformed("S18 more at its own cursor", "{\"items\":[],\"cursor\":\"c1\",\"more\":true}"),
                malformed("B52 NaN", page("{\"id\":\"a\",\"n\":NaN}")),
                malformed("B52 Infinity", page("{\"id\":\"a\",\"n\":-Infinity}")));
    }

    static Stream<Case> notARow() {
        return Stream.of(
                malformed("B33 row is text", page("\"" + CANARY + "\"")),
                malformed("B33 row is null", page("null")),
                malformed("B34 no id", page("{\"version\":1,\"title\":\"" + CANARY + "\"}")),
                malformed("B34 id null", page("{\"id\":null}")),
                malformed("B35 id empty", page("{\"id\":\"\"}")),
                malformed("B36 id with a fraction", page("{\"id\":1.0}")),
                malformed("B37 id true", page("{\"id\":true}")),
                malformed("B37 id array", page("{\"id\":[\"" + CANARY + "\"]}")),
                malformed("B37 id object", page("{\"id\":{}}")),
                malformed("B41 id of 10 kB", page("{\"id\":\"" + CANARY.repeat(1000) + "\"}")),
                malformed("B64 version negative", page("{\"id\":\"a\",\"version\":-1}")),
                malformed("B64 version no number", page("{\"id\":\"a\",\"version\":\"x\"}")),
                malformed("B64 version object", page("{\"id\":\"a\",\"version\":{}}")),
                malformed("B64 version beyond bounds", page("{\"id\":\"a\",\"version\":" + "9".repeat(30) + "}")),
                malformed("B39 version with a line break", page("{\"id\":\"a\",\"version\":\"7\\r\\nX-Evil: 1\"}")),
                malformed("B56 deleted is text", page("{\"id\":\"a\",\"deleted\":\"true\"}")),
                malformed("B56 deleted is 1", page("{\"id\":\"a\",\"deleted\":1}")),
                malformed(
                        "B19 row of 20 000 columns",
                        page("{\"id\":\"a\"" + numbered(20_000, i -> ",\"c" + i + "\":" + i) + "}")));
    }

    static Stream<Case> notWhole() {
        String whole = page(ROW);
        return Stream.of(
                new Case(
                        "B06 cut off, end told by closing",
                        ServerException.class,
                        json(200, whole.substring(0, whole.length() - 1))
                                .removeHeader("Content-Length")
                                .onResponseEnd(SocketEffect.ShutdownConnection.INSTANCE)),
                new Case(
                        "B14 Content-Length too large",
                        NetworkException.class,
                        json(200, whole)
                                .setHeader("Content-Length", whole.length() + 10)
                                .onResponseEnd(SocketEffect.ShutdownConnection.INSTANCE)),
                malformedAnswer(
                        "B14 Content-Length too small",
                        json(200, whole).setHeader("Content-Length", whole.length() - 10)),
                malformedAnswer("B15 gzip bomb", json(200, bomb()).setHeader("Content-Encoding", "gzip")),
                malformedAnswer("B15 gzip in gzip", json(200, gzip(gzip(whole))).setHeader("Content-Encoding", "gzip")),
                malformedAnswer("B15 unknown encoding", json(200, whole).setHeader("Content-Encoding", "br")),
                malformedAnswer("B17 larger than the limit", json(200, page("\"" + "x".repeat(2 << 20) + "\""))),
                new Case(
                        "B16 corrupt gzip",
                        NetworkException.class,
                        json(200, corrupt()).setHeader("Content-Encoding", "gzip")),
                new Case(
                        "B16 truncated gzip",
                        NetworkException.class,
                        json(200, truncatedGzip()).setHeader("Content-Encoding", "gzip")),
                new Case(
                        "B76 300 kB of headers",
                        NetworkException.class,
                        json(200, whole).addHeader("X-Long", "x".repeat(300_000))),
                new Case(
                        "N06 reset within the answer",
                        NetworkException.class,
                        json(200, page(numbered(5000, i -> (i == 0 ? "" : ",") + "{\"id\":" + i + "}")))
                                .onResponseBody(new SocketEffect.CloseSocket())),
                new Case(
                        "N03 reset before the answer",
                        NetworkException.class,
                        status(200).onResponseStart(new SocketEffect.CloseSocket())),
                new Case(
                        "N11 silence",
                        SyncTimeoutException.class,
                        status(200).onResponseStart(SocketEffect.Stall.INSTANCE)),
                new Case(
                        "N10 one byte at a time",
                        SyncTimeoutException.class,
                        json(200, whole.repeat(100)).throttleBody(1, 50, java.util.concurrent.TimeUnit.MILLISECONDS)),
                new Case(
                        "status line is no HTTP",
                        NetworkException.class,
                        status(200).status("GOPHER 200 OK")));
    }

    static Stream<Case> notServed() {
        String login = "<!DOCTYPE html><title>" + CANARY + "</title>";
        return Stream.of(
                new Case("B05 N16 login page", NetworkException.class, html(200, login)),
                new Case("B05 N16 login page said to be JSON", NetworkException.class, json(200, "  \n" + login)),
                new Case(
                        "N16 S24 redirect to a login page",
                        ClientException.class,
                        status(302).setHeader("Location", "http://login.example.net/")),
                new Case(
                        "S24 redirect that keeps the method",
                        ClientException.class,
                        status(307).setHeader("Location", "/v1/elsewhere")),
                new Case("S24 redirect without a place", ClientException.class, status(301)),
                new Case("N18 407", NetworkException.class, status(407)),
                new Case("S01 500", ServerException.class, json(500, "{\"error\":\"" + CANARY + "\"}")),
                new Case("N18 502 with a page", ServerException.class, html(502, login)),
                new Case("S01 503", ServerException.class, status(503)),
                new Case("N18 504", ServerException.class, status(504)),
                new Case("S02 429", RateLimitException.class, status(429)),
                new Case("S03 408", SyncTimeoutException.class, status(408)),
                new Case("S03 425", RateLimitException.class, status(425)),
                new Case(
                        "S05 401",
                        AuthenticationException.class,
                        json(401, "{\"was\":\"" + ScriptedServer.TOKEN + "\"}")),
                new Case("S06 403", ClientException.class, json(403, "{\"x\":\"" + CANARY + "\"}")),
                new Case("404", ClientException.class, status(404)),
                new Case("S19 410 cursor gone", ClientException.class, status(410)),
                new Case("S12 426", ClientException.class, status(426)),
                malformedAnswer("S23 304 that was not asked for", status(304)),
                malformedAnswer("204 in place of a page", status(204)),
                malformedAnswer("206", json(206, page(ROW))),
                malformedAnswer("status 600", status(600)));
    }

    @Test
    void B06_cut_off_at_any_byte_is_refused() {
        String whole = page(ROW + "," + ROW.replace("\"a\"", "2"));
        try (RestBackend backend = server.client().build()) {
            for (int length = 0; length < whole.length(); length++) {
                server.says(json(200, whole.substring(0, length)));
                assertThatThrownBy(() -> backend.fetchPage(new PullRequest("note", null, 10)))
                        .isInstanceOfAny(ServerException.class, NetworkException.class);
            }
            server.says(json(200, whole));
            assertThat(backend.fetchPage(new PullRequest("note", null, 10)).records())
                    .hasSize(2);
        }
    }

    @Test
    void a_page_with_harmless_oddities_is_taken() {
        server.says(json(
                        200,
                        "{\"extra\":{\"a\":[1]},\"items\":[{\"__proto__\":{\"x\":1},\"@class\":\"java.lang.Object\","
                                + "\"x\\\") VALUES(1);--\":1,\"rowid\":9,\"n\":9007199254740993,\"id\":12,"
                                + "\"big\":18446744073709551616,\"d\":0.1234567890123456789,\"s\":\"\\ud800\","
                                + "\"version\":\"3\",\"updated_at\":\"2026-11-23T10:00:00.5+02:00\"},"
                                + "{\"id\":\"..\",\"deleted\":true,\"title\":\"data\",\"updated_at\":\"yesterday\"}],"
                                + "\"more\":false,\"cursor\":\"c €\",\"total\":null}")
                .setHeader("Content-Type", "text/plain"));
        try (RestBackend backend = server.client().build()) {
            PullPage page = backend.fetchPage(new PullRequest("note", null, 10));
            assertThat(page.next()).isEqualTo("c €");
            assertThat(page.total()).isEqualTo(-1);
            List<RemoteRecord> records = List.copyOf(page.records());
            assertThat(records.get(0).id()).isEqualTo("12");
            assertThat(records.get(0).version()).isEqualTo("3");
            assertThat(records.get(0).changedAt()).isEqualTo("2026-11-23T08:00:00.500Z");
            assertThat(records.get(0).fields())
                    .containsOnlyKeys("__proto__", "@class", "x\") VALUES(1);--", "rowid", "n", "big", "d", "s")
                    .containsEntry("n", 9_007_199_254_740_993L)
                    .containsEntry("s", "\ud800");
            assertThat(records.get(1).deleted()).isTrue();
            assertThat(records.get(1).fields()).isEmpty();
            assertThat(records.get(1).changedAt()).isNull();
        }
    }

    @Test
    void S02_the_wait_asked_for_is_told_and_bounded() {
        try (RestBackend backend = server.client().build()) {
            assertThat(waitFor(backend, "7")).isEqualTo(Duration.ofSeconds(7));
            assertThat(waitFor(backend, "0")).isEqualTo(Duration.ZERO);
            assertThat(waitFor(backend, "99999999999")).isEqualTo(Duration.ofHours(24));
            assertThat(waitFor(backend, "-5")).isEqualTo(Duration.ofSeconds(60));
            assertThat(waitFor(backend, "soon")).isEqualTo(Duration.ofSeconds(60));
            assertThat(waitFor(backend, "Mon, 23 Nov 2026 10:00:07 GMT")).isEqualTo(Duration.ofSeconds(7));
            assertThat(waitFor(backend, "Mon, 23 Nov 2026 09:00:00 GMT")).isEqualTo(Duration.ZERO);
        }
    }

    private Duration waitFor(RestBackend backend, String retryAfter) {
        server.says(status(429).setHeader("Retry-After", retryAfter));
        try {
            backend.fetchPage(new PullRequest("note", null, 10));
            throw new AssertionError("a 429 was no failure");
        } catch (RateLimitException e) {
            return e.retryDelay();
        }
    }

    private static String page(String rows) {
        return "{\"items\":[" + rows + "],\"cursor\":\"c2\",\"more\":false,\"total\":2}";
    }

    private static Case malformed(String name, String body) {
        return malformedAnswer(name, json(200, body));
    }

    private static Case encoded(String name, byte[] body) {
        return malformedAnswer(name, json(200, new Buffer().write(body)));
    }

    private static Case malformedAnswer(String name, MockResponse.Builder answer) {
        return new Case(name, ServerException.class, answer);
    }

    private static MockResponse.Builder html(int status, String body) {
        return json(status, body).setHeader("Content-Type", "text/html");
    }

    private static String numbered(int count, java.util.function.IntFunction<String> part) {
        StringBuilder text = new StringBuilder();
        IntStream.range(0, count).forEach(i -> text.append(part.apply(i)));
        return text.toString();
    }

    /** Puts bytes in place of the canary's first letter. */
    private static byte[] replaced(String text, int... bytes) {
        int at = text.indexOf(CANARY);
        Buffer buffer = new Buffer().writeUtf8(text.substring(0, at));
        for (int b : bytes) {
            buffer.writeByte(b);
        }
        return buffer.writeUtf8(text.substring(at + 1)).readByteArray();
    }

    private static Buffer gzip(String text) {
        return gzip(new Buffer().writeUtf8(text));
    }

    private static Buffer gzip(Buffer content) {
        Buffer packed = new Buffer();
        try (BufferedSink sink = Okio.buffer(new GzipSink(packed))) {
            sink.writeAll(content);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return packed;
    }

    private static Buffer bomb() {
        return gzip(page("\"" + "x".repeat(64 << 20) + "\""));
    }

    private static Buffer corrupt() {
        byte[] bytes = gzip(page(ROW)).readByteArray();
        bytes[bytes.length - 6] ^= 0x55;
        return new Buffer().write(bytes);
    }

    private static Buffer truncatedGzip() {
        byte[] bytes = gzip(page(ROW)).readByteArray();
        return new Buffer().write(bytes, 0, bytes.length - 9);
    }

    /** Everything a log would show. */
    private static String printed(Throwable e) {
        StringWriter text = new StringWriter();
        e.printStackTrace(new PrintWriter(text));
        return text + " " + ((SyncException) e).context();
    }
}
