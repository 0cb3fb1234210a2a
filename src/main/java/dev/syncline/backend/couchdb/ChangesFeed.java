package dev.syncline.backend.couchdb;

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
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/**
 * The continuous form of {@code _changes}, of which only the ends of lines matter: a line with something in it is a change, an empty one a
 * sign of life. Nothing of a line is kept, so one without an end takes no memory. Each database has a connection; the first
 * waits on the subscriber's thread, the others on the client's, and one that is lost ends the others, so that listening begins anew for all.
 */
final class ChangesFeed {

    private static final String WHAT = "the feed of changes";
    private static final int LONGEST_REFUSAL = 1 << 16;

    private final OkHttpClient client;
    private final CouchRequests requests;
    private final List<String> entities;
    private final Duration heartbeat;
    private final HttpFailures failures;
    private final Clock clock;

    /**
     * Makes a feed.
     *
     * @param silence after which a connection counts as dead; three signs of life are asked for within it
     */
    ChangesFeed(
            OkHttpClient client,
            CouchRequests requests,
            List<String> entities,
            Duration silence,
            HttpFailures failures,
            Clock clock) {
        this.client = client;
        this.requests = requests;
        this.entities = entities;
        this.failures = failures;
        this.clock = clock;
        heartbeat = silence.dividedBy(3);
        // More than a client follows at one host by itself; what waits for a place would never be listened to.
        client.dispatcher().setMaxRequestsPerHost(entities.size());
    }

    /** A cold stream, see {@code RemoteBackend.hints()}. Hints that nobody has taken yet are one hint. */
    Flowable<ChangeHint> open() {
        return Flowable.create(this::listen, BackpressureStrategy.LATEST);
    }

    private void listen(FlowableEmitter<ChangeHint> unordered) {
        FlowableEmitter<ChangeHint> listener = unordered.serialize();
        List<Call> calls;
        try {
            calls = entities.stream()
                    .map(entity -> client.newCall(requests.feed(entity, heartbeat)))
                    .toList();
        } catch (SyncException e) {
            listener.tryOnError(e);
            return;
        }
        listener.setCancellable(() -> calls.forEach(Call::cancel));
        Lines lines = new Lines(listener, new AtomicInteger(calls.size()));
        calls.stream().skip(1).forEach(call -> call.enqueue(lines));
        lines.follow(calls.get(0));
    }

    /** What connections tell, each followed by a thread of its own. */
    private final class Lines implements Callback {
        private final FlowableEmitter<ChangeHint> listener;
        private final AtomicInteger opening;

        Lines(FlowableEmitter<ChangeHint> listener, AtomicInteger opening) {
            this.listener = listener;
            this.opening = opening;
        }

        void follow(Call call) {
            try {
                onResponse(call, call.execute());
            } catch (IOException e) {
                onFailure(call, e);
            }
        }

        @Override
        public void onFailure(Call call, IOException e) {
            listener.tryOnError(failures.transport(WHAT, e));
        }

        @Override
        public void onResponse(Call call, Response response) {
            try (response) {
                @Nullable String type = response.header("Content-Type");
                if (response.code() != 200) {
                    throw failures.refused(WHAT, WholeAnswer.read(new HttpAnswer(response, LONGEST_REFUSAL), clock));
                }
                if (type != null && type.contains("html")) {
                    call.cancel();
                    throw failures.intercepted(WHAT);
                }
                if (opening.decrementAndGet() == 0) {
                    listener.onNext(ChangeHint.LISTENING);
                }
                follow(response.body().source());
                throw failures.unreachable(WHAT + " has ended", null);
            } catch (IOException e) {
                listener.tryOnError(failures.transport(WHAT, e));
            } catch (SyncException e) {
                listener.tryOnError(e);
            }
        }

        private void follow(BufferedSource source) throws IOException {
            boolean something = false;
            while (!listener.isCancelled() && source.request(1)) {
                byte next = source.readByte();
                if (next == '\n') {
                    if (something) {
                        listener.onNext(ChangeHint.CHANGED);
                    }
                    something = false;
                } else {
                    something |= next != '\r';
                }
            }
        }
    }
}
