package dev.syncline.internal.http;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import okhttp3.Authenticator;
import okhttp3.ConnectionPool;
import okhttp3.CookieJar;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;
import okhttp3.Response;

/**
 * Turns an OkHttp client into one that sends each request once, to the host it was made for, and gives up in time. What a
 * host set for TLS, pinning, proxy, DNS and its own interceptors stays.
 */
public final class HardenedClient {

    private static final int IDLE_CONNECTIONS = 10;
    private static final Duration PING = Duration.ofSeconds(30);

    private HardenedClient() {}

    /**
     * Makes the client.
     *
     * @param client the host's, or a plain one; it is not changed
     * @param connectTimeout how long a connection may take
     * @param callTimeout how long a whole call may take, its answer included
     * @return a client with a pool and threads of its own
     */
    public static OkHttpClient of(OkHttpClient client, Duration connectTimeout, Duration callTimeout) {
        return client.newBuilder()
                // A connection that dies after the server did the work would otherwise mean a second POST.
                .retryOnConnectionFailure(false)
                // OkHttp strips only Authorization on its way to another host; other credentials would travel on.
                .followRedirects(false)
                .followSslRedirects(false)
                .authenticator(Authenticator.NONE)
                .cookieJar(CookieJar.NO_COOKIES)
                // A stored page would be a stale page.
                .cache(null)
                .connectTimeout(connectTimeout)
                // A drip feed beats any read timeout; only the limit on the whole call ends it.
                .callTimeout(callTimeout)
                .readTimeout(callTimeout)
                .writeTimeout(callTimeout)
                // A dead HTTP/2 connection stays in the pool until something notices.
                .pingInterval(PING)
                .socketFactory(new NoDelaySockets(client.socketFactory()))
                // Own ones, so that closing this backend touches nothing of the host's.
                .dispatcher(new Dispatcher())
                .connectionPool(new ConnectionPool(IDLE_CONNECTIONS, 5, TimeUnit.MINUTES))
                .addNetworkInterceptor(chain -> withoutRetryAfter(chain.proceed(chain.request())))
                .build();
    }

    /**
     * Takes Retry-After out of OkHttp's sight: a 503 with the value 0 makes it send again, and a value beyond an int makes
     * it throw.
     */
    private static Response withoutRetryAfter(Response response) {
        String value = response.header("Retry-After");
        return value == null
                ? response
                : response.newBuilder()
                        .removeHeader("Retry-After")
                        .header(RetryAfter.HEADER, value)
                        .build();
    }
}
