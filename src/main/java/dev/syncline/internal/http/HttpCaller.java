package dev.syncline.internal.http;

import dev.syncline.exception.StorageException;
import dev.syncline.exception.SyncException;
import dev.syncline.internal.json.JsonFormatException;
import java.io.IOException;
import java.time.Duration;
import okhttp3.Call;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.ForwardingSource;
import okio.Okio;
import okio.Source;

/** Sends one request once and lets its answer be read before the connection goes back. Thread-safe. */
public final class HttpCaller {

    /**
     * Reads an answer while its connection is open.
     *
     * @param <T> what it gives
     */
    public interface Reading<T> {
        /**
         * Reads it.
         *
         * @param answer the answer; of no use afterwards
         * @return what it says
         * @throws IOException if it breaks off
         */
        T of(HttpAnswer answer) throws IOException;
    }

    private final OkHttpClient client;
    private final HttpFailures failures;
    private final long maxBytes;
    private volatile ByteCount meter = ByteCount.NONE;
    private volatile boolean closed;

    /**
     * Makes a caller.
     *
     * @param client the client, {@linkplain HardenedClient hardened}; closed with this
     * @param failures names what goes wrong
     * @param maxBytes the largest body, decompressed, that is read
     */
    public HttpCaller(OkHttpClient client, HttpFailures failures, long maxBytes) {
        this.client = client.newBuilder().addNetworkInterceptor(this::metered).build();
        this.failures = failures;
        this.maxBytes = maxBytes;
    }

    /**
     * Sets what counts the bytes of calls from now on.
     *
     * @param counts what counts
     */
    public void meter(ByteCount counts) {
        meter = counts;
    }

    /** Next to the wire, so that bodies are counted as they are compressed. */
    private Response metered(Interceptor.Chain chain) throws IOException {
        ByteCount counts = meter;
        Request request = chain.request();
        RequestBody body = request.body();
        long length = body == null ? 0 : Math.max(0, body.contentLength());
        counts.exchanged(request.headers().byteCount() + length, 0);
        Response response = chain.proceed(request);
        counts.exchanged(0, response.headers().byteCount());
        ResponseBody answer = response.body();
        return response.newBuilder()
                .body(ResponseBody.create(
                        Okio.buffer(new Metered(answer.source(), counts)),
                        answer.contentType(),
                        answer.contentLength()))
                .build();
    }

    /** A body that is counted while it is read. */
    private static final class Metered extends ForwardingSource {
        private final ByteCount counts;

        Metered(Source body, ByteCount counts) {
            super(body);
            this.counts = counts;
        }

        @Override
        public long read(Buffer sink, long byteCount) throws IOException {
            long read = super.read(sink, byteCount);
            if (read > 0) {
                counts.exchanged(0, read);
            }
            return read;
        }
    }

    /**
     * Sends a request once.
     *
     * @param <T> what the answer is read as
     * @param what the call, for messages
     * @param request the request
     * @param reading reads the answer
     * @return what was read
     * @throws dev.syncline.exception.SyncException if no answer came, or none that the reading could use
     */
    public <T> T call(String what, Request request, Reading<T> reading) {
        Call call = client.newCall(request);
        if (closed) {
            throw failures.unreachable(what + " was not sent: the backend is closed", null);
        }
        try (Response response = send(what, call)) {
            try {
                return reading.of(new HttpAnswer(response, maxBytes));
            } catch (MalformedAnswer | JsonFormatException e) {
                // Closing a body that was not read to its end would read on to save the connection.
                call.cancel();
                throw failures.malformed(what, response.code(), e.getMessage());
            } catch (StorageException e) {
                call.cancel();
                throw e;
            } catch (IOException e) {
                throw failures.transport(what, e);
            }
        }
    }

    private Response send(String what, Call call) {
        try {
            return call.execute();
        } catch (IOException e) {
            throw failures.transport(what, e);
        } catch (SyncException e) {
            throw e;
        } catch (Exception e) {
            // An interceptor of the host, or the client itself on input that it did not foresee. While it connects, an
            // InterruptedException that its Kotlin does not declare.
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            throw failures.unreachable(what + " failed in the HTTP client", e);
        }
    }

    /**
     * A client for answers without an end: closed with this one, but patient with the whole call.
     *
     * @param silence how long an answer may be without a byte
     * @return the client
     */
    public OkHttpClient patient(Duration silence) {
        return client.newBuilder()
                .callTimeout(Duration.ZERO)
                .readTimeout(silence)
                .build();
    }

    /** Ends calls under way and releases connections. Idempotent. */
    public void close() {
        closed = true;
        client.dispatcher().cancelAll();
        client.connectionPool().evictAll();
    }
}
