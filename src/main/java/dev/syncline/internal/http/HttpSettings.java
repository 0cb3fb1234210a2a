package dev.syncline.internal.http;

import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import okhttp3.Headers;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * What every adapter over HTTP lets its host set: address, time limits, client, clock, credentials and fixed headers. The builders
 * of the adapters show it under their own names. Not thread-safe until nothing is set any more.
 */
public final class HttpSettings {

    private static final Pattern HEADER_NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");

    /** What requests set by themselves, and what would change how they are framed. */
    private static final Set<String> RESERVED = Set.of(
            "authorization",
            "if-match",
            "if-none-match",
            "host",
            "content-length",
            "content-type",
            "content-encoding",
            "transfer-encoding",
            "connection",
            "expect",
            "accept-encoding");

    private final HttpUrl base;
    private final Headers.Builder headers =
            new Headers.Builder().add("Accept", "application/json").add("Accept-Encoding", "gzip");
    private Authorization authorization = Authorization.NONE;
    private Duration connectTimeout = Duration.ofSeconds(10);
    private Duration callTimeout = Duration.ofSeconds(30);
    private Clock clock = Clock.systemUTC();
    private @Nullable OkHttpClient client;

    /**
     * Starts with every default.
     *
     * @param baseAddress {@code https} or {@code http}, host and path
     * @throws IllegalArgumentException if it is anything else, or holds credentials, a query or a fragment
     */
    public HttpSettings(String baseAddress) {
        base = BaseAddress.parse(baseAddress);
    }

    /**
     * Sets how requests show who asks.
     *
     * @param how default: not at all
     */
    public void authorization(Authorization how) {
        authorization = how;
    }

    /**
     * Shows a secret in a header of its own with each request.
     *
     * @param name the header
     * @param secret asked before each request, on the thread that sends it
     * @throws IllegalArgumentException if the name is reserved or none
     */
    public void secretHeader(String name, Supplier<String> secret) {
        authorization = Authorization.header(headerName(name), secret);
    }

    /**
     * Adds a header to every request.
     *
     * @param name the header
     * @param value printable ASCII
     * @throws IllegalArgumentException if the name is reserved or one of both holds a character that no header may
     */
    public void header(String name, String value) {
        headerName(name);
        if (!value.chars().allMatch(c -> c >= ' ' && c < 0x7F)) {
            throw new IllegalArgumentException("the value of header " + name + " is not printable ASCII");
        }
        headers.set(name, value);
    }

    /**
     * Checks that a header may be set.
     *
     * @param name the header
     * @return the same name
     * @throws IllegalArgumentException if requests set it by themselves, or it is none
     */
    public static String headerName(String name) {
        if (!HEADER_NAME.matcher(name).matches() || RESERVED.contains(name.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException("header " + name + " is reserved or no header name");
        }
        return name;
    }

    /**
     * Limits the time for making a connection.
     *
     * @param limit default 10 s
     * @throws IllegalArgumentException if it is not positive
     */
    public void connectTimeout(Duration limit) {
        connectTimeout = positive("connectTimeout", limit);
    }

    /**
     * Limits the time of one whole call.
     *
     * @param limit default 30 s
     * @throws IllegalArgumentException if it is not positive
     */
    public void callTimeout(Duration limit) {
        callTimeout = positive("callTimeout", limit);
    }

    /**
     * Sets the clock that exceptions are stamped with.
     *
     * @param clock default the system's
     */
    public void clock(Clock clock) {
        this.clock = clock;
    }

    /**
     * Sets the client to start from.
     *
     * @param client default a new one
     */
    public void client(OkHttpClient client) {
        this.client = client;
    }

    /**
     * Checks the settings against each other.
     *
     * @throws IllegalArgumentException if connecting may take longer than the call that it belongs to
     */
    public void check() {
        if (connectTimeout.compareTo(callTimeout) > 0) {
            throw new IllegalArgumentException("connectTimeout " + connectTimeout + " is longer than callTimeout "
                    + callTimeout + ", which includes it");
        }
    }

    /**
     * Gives the address.
     *
     * @return without a slash at its end
     */
    public HttpUrl base() {
        return base;
    }

    /**
     * Gives the clock.
     *
     * @return the clock
     */
    public Clock clock() {
        return clock;
    }

    /**
     * Prepares the names of failures.
     *
     * @return they know address, clock and time limit
     */
    public HttpFailures failures() {
        return new HttpFailures(clock, callTimeout, base.toString());
    }

    /**
     * Makes the client that sends.
     *
     * @param failures names what goes wrong
     * @param maxBytes the largest body, decompressed, that is read
     * @return a caller; the adapter closes it
     */
    public HttpCaller caller(HttpFailures failures, long maxBytes) {
        OkHttpClient start = client == null ? new OkHttpClient() : client;
        return new HttpCaller(HardenedClient.of(start, connectTimeout, callTimeout), failures, maxBytes);
    }

    /**
     * Prepares how every request begins: with the fixed headers, signed.
     *
     * @param failures names what goes wrong
     * @return makes requests; what is set later changes it no more
     */
    public Signature signature(HttpFailures failures) {
        Headers fixed = headers.build();
        Authorization signed = authorization;
        return url -> {
            Request.Builder request = new Request.Builder().url(url).headers(fixed);
            signed.sign(request, failures);
            return request;
        };
    }

    /** Begins a request. */
    public interface Signature {
        /**
         * Begins a request.
         *
         * @param url where it goes
         * @return with the fixed headers and the credentials
         * @throws dev.syncline.exception.AuthenticationException if there are no credentials to show
         */
        Request.Builder to(HttpUrl url);
    }

    /**
     * Checks a duration.
     *
     * @param what names it
     * @param value the duration
     * @return the same
     * @throws IllegalArgumentException if it is not positive
     */
    public static Duration positive(String what, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(what + " is " + value + ", but must be positive");
        }
        return value;
    }
}
