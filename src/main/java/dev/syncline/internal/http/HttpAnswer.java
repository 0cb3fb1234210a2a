package dev.syncline.internal.http;

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
public final class HttpAnswer {

    private static final int LOOKED_AT = 64;
    /** Of an answer that is no page: a record, what became of a batch, an error. */
    private static final long LARGEST_WHOLE = 64L << 20;

    private final Response response;
    private final BufferedSource body;

    /**
     * Takes an answer over.
     *
     * @param response the answer, as it came
     * @param maxBytes the largest body, decompressed, that is read
     * @throws MalformedAnswer if it is compressed in a way that was not asked for
     */
    public HttpAnswer(Response response, long maxBytes) {
        this.response = response;
        body = Okio.buffer(new Bounded(decoded(response), maxBytes));
    }

    /**
     * Gives the status.
     *
     * @return the HTTP status
     */
    public int status() {
        return response.code();
    }

    /**
     * Gives a header.
     *
     * @param name its name, in any case
     * @return its value; null if there is none
     */
    public @Nullable String header(String name) {
        return response.header(name);
    }

    /**
     * Gives the target of a link in the header.
     *
     * @param relation the relation, in lower case
     * @return its address, resolved against the one that was asked; null if there is none
     * @throws MalformedAnswer if it is no address
     */
    public @Nullable String link(String relation) {
        String target = LinkHeader.target(response.headers("Link"), relation);
        return target == null ? null : resolved(target);
    }

    /**
     * Makes an address in the answer whole.
     *
     * @param address the address as it stands there
     * @return the same, resolved against the one that was asked
     * @throws MalformedAnswer if it is none
     */
    public String resolved(String address) {
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

    /**
     * Gives the server's clock.
     *
     * @return what its Date header says; null if there is none
     */
    public @Nullable Instant serverTime() {
        Date date = response.headers().getDate("Date");
        return date == null ? null : date.toInstant();
    }

    /**
     * Tells whether a person's page came where a machine's answer was expected: from a proxy or a login page in between.
     *
     * @return true if the body is one
     * @throws IOException if it breaks off
     */
    public boolean isMarkup() throws IOException {
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

    /**
     * Tells whether the body is larger than this, which is then in memory, as is a smaller one.
     *
     * @param bytes the bound
     * @return true if it is
     * @throws IOException if it breaks off
     */
    public boolean isLargerThan(long bytes) throws IOException {
        return body.request(bytes + 1);
    }

    /**
     * Gives the body.
     *
     * @return what was not read of it yet
     */
    public InputStream stream() {
        return body.inputStream();
    }

    /**
     * Reads what was not read yet, and leaves it to be read again.
     *
     * @return the body from here on
     */
    public InputStream preview() {
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
