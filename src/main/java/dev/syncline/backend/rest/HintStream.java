package dev.syncline.backend.rest;

import dev.syncline.backend.ChangeHint;
import dev.syncline.exception.SyncException;
import dev.syncline.internal.http.HttpAnswer;
import dev.syncline.internal.http.HttpFailures;
import dev.syncline.internal.http.WholeAnswer;
import io.reactivex.rxjava3.core.BackpressureStrategy;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.FlowableEmitter;
import java.io.IOException;
import java.time.Clock;
import java.util.Locale;
import java.util.function.Supplier;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okio.BufferedSource;

/**
 * Server-sent events, of which only the ends matter: {@code HTML 9.2} says that an empty line ends an event, and that one without data
 * is none. Nothing of an event is kept, so a line without an end takes no memory. Fields that would tell a client how to connect
 * again are not followed: the engine knows its own distances, and a server that says {@code retry: 0} must not change them.
 */
final class HintStream {

    static final String TYPE = "text/event-stream";

    private static final int NO_CONTENT = 204;

    private final OkHttpClient client;
    private final Supplier<Request> request;
    private final HttpFailures failures;
    private final Clock clock;

    HintStream(OkHttpClient client, Supplier<Request> request, HttpFailures failures, Clock clock) {
        this.client = client;
        this.request = request;
        this.failures = failures;
        this.clock = clock;
    }

    /** A cold stream, see {@code RemoteBackend.hints()}. Hints that nobody has taken yet are one hint. */
    Flowable<ChangeHint> open() {
        return Flowable.create(this::listen, BackpressureStrategy.LATEST);
    }

    private void listen(FlowableEmitter<ChangeHint> listener) {
        String what = "the stream of hints";
        try {
            Call call = client.newCall(request.get());
            listener.setCancellable(call::cancel);
            try (Response response = call.execute()) {
                if (response.code() == NO_CONTENT) {
                    // The standard's way to say: do not connect again.
                    listener.onComplete();
                    return;
                }
                if (response.code() != 200) {
                    throw failures.refused(what, WholeAnswer.read(new HttpAnswer(response, 1 << 16), clock));
                }
                String type = response.header("Content-Type");
                if (type == null || !type.toLowerCase(Locale.ROOT).startsWith(TYPE)) {
                    call.cancel();
                    throw failures.intercepted(what);
                }
                listener.onNext(ChangeHint.LISTENING);
                follow(response.body().source(), listener);
                throw failures.unreachable(what + " has ended", null);
            }
        } catch (IOException e) {
            listener.tryOnError(failures.transport(what, e));
        } catch (SyncException e) {
            listener.tryOnError(e);
        }
    }

    private static void follow(BufferedSource source, FlowableEmitter<ChangeHint> listener) throws IOException {
        EventEnds ends = new EventEnds();
        while (!listener.isCancelled() && source.request(1)) {
            if (ends.isEnd(source.readByte())) {
                listener.onNext(ChangeHint.CHANGED);
            }
        }
    }
}
