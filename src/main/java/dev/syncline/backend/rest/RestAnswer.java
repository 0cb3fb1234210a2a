package dev.syncline.backend.rest;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Date;
import java.util.Locale;
import okhttp3.HttpUrl;
import okhttp3.Response;
import okio.Buffer;
import okio.BufferedSource;
import okio.ForwardingSource;
import okio.GzipSource;
import okio.Okio;
import okio.Source;
import org.jspecify.annotations.Nullable;

/**
 * An answer on the wire. Its body is decompressed here and not by OkHttp, whose own way knows no bound: 260 kB can become
 * 260 MB.
 */
final class RestAnswer {

    private static final int LOOKED_AT = 64;
    /** Of an answer that is no page: a record, what became of a batch, an error. */
    private static final long LARGEST_WHOLE = 64L << 20;

    private final Response response;
    private final BufferedSource body;

    RestAnswer(Response response, long maxBytes) {
        this.response = response;
        body = Okio.buffer(new Bounded(decoded(response), maxBytes));
    }

    int status() {
        return response.code();
    }

    @Nullable
    String header(String name) {
        return response.header(name);
    }

    /** The target of a link in the header, resolved against the address that was asked; null if there is none. */
    @Nullable
    String link(String relation) {
        String target = LinkHeader.target(response.headers("Link"), relation);
        return target == null ? null : resolved(target);
    }

    /** An address in the answer, made whole. */
    String resolved(String address) {
        HttpUrl whole = response.request().url().resolve(address);
        if (whole == null) {
            throw new MalformedAnswer("an address in the answer is none");
        }
        return whole.toString();
    }

    /** The wait that is asked for; an interceptor of the host's that answers by itself uses the header's usual name. */
    @Nullable
    String retryAfter() {
        String kept = response.header(RetryAfter.HEADER);
        return kept == null ? response.header("Retry-After") : kept;
    }

    /** The server's clock, from the Date header. */
    @Nullable
    Instant serverTime() {
        Date date = response.headers().getDate("Date");
        return date == null ? null : date.toInstant();
    }

    /** Whether a person's page came where a machine's answer was expected: from a proxy or a login page in between. */
    boolean isMarkup() throws IOException {
        String type = response.header("Content-Type");
        if (type != null && type.toLowerCase(Locale.ROOT).contains("html")) {
            return true;
        }
        for (int i = 0; i < LOOKED_AT && body.request(i + 1L); i++) {
            byte first = body.getBuffer().getByte(i);
            if (first != ' ' && first != '\t' && first != '\r' && first != '\n') {
                return first == '<';
            }
        }
        return false;
    }

    /** Whether the body is larger than this, which is then in memory, as is a smaller one. */
    boolean isLargerThan(long bytes) throws IOException {
        return body.request(bytes + 1);
    }

    InputStream stream() {
        return body.inputStream();
    }

    /** Reads what was not read yet, and leaves it to be read again. */
    InputStream preview() {
        return body.peek().inputStream();
    }

    /** The whole body, which has to fit in memory. */
    byte[] bytes() throws IOException {
        if (isLargerThan(LARGEST_WHOLE)) {
            throw new MalformedAnswer("the answer is larger than " + LARGEST_WHOLE + " bytes");
        }
        return body.readByteArray();
    }

    private static Source decoded(Response response) {
        String encoding = response.header("Content-Encoding");
        Source source = response.body().source();
        if (encoding == null || encoding.equalsIgnoreCase("identity")) {
            return source;
        }
        if (encoding.equalsIgnoreCase("gzip")) {
            return new GzipSource(source);
        }
        throw new MalformedAnswer("the answer is encoded in a way that was not asked for");
    }

    /** Ends the reading of a body that does not end itself. */
    private static final class Bounded extends ForwardingSource {

        private final long most;
        private long passed;

        Bounded(Source source, long most) {
            super(source);
            this.most = most;
        }

        @Override
        public long read(Buffer sink, long byteCount) throws IOException {
            long count = super.read(sink, byteCount);
            passed += Math.max(0, count);
            if (passed > most) {
                throw new MalformedAnswer("the answer is larger than " + most + " bytes");
            }
            return count;
        }
    }
}
