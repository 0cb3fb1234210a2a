package dev.syncline.internal.engine;

import dev.syncline.internal.store.CommitNotice;
import dev.syncline.internal.store.QueryConnection;
import dev.syncline.internal.store.QueryConnection.Reading;
import dev.syncline.progress.LiveQueries;
import dev.syncline.progress.RowMapper;
import io.reactivex.rxjava3.core.Completable;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Scheduler;
import io.reactivex.rxjava3.processors.FlowableProcessor;
import io.reactivex.rxjava3.processors.PublishProcessor;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Streams of what stands in the file. Commits of this library are told by the transactions themselves; for those of others the version
 * of the file is looked at every second while somebody listens, which reads no table. Safe for any thread.
 */
final class FileQueries implements LiveQueries, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(FileQueries.class);
    private static final long LOOK_EVERY_MILLIS = 1000;
    private static final long LEAST_DISTANCE_MILLIS = 100;
    private static final long SOON_MILLIS = 5;
    private static final long NEVER = -1;

    private final QueryConnection connection;
    private final Supplier<Completable> closed;
    private final Scheduler ticking;
    private final Scheduler delivery;
    private final Runnable followed;
    private final FlowableProcessor<Long> committed =
            PublishProcessor.<Long>create().toSerialized();

    FileQueries(
            QueryConnection connection,
            Supplier<Completable> closed,
            Scheduler ticking,
            Scheduler delivery,
            Runnable followed) {
        this.followed = followed;
        this.connection = connection;
        this.closed = closed;
        this.ticking = ticking;
        this.delivery = delivery;
    }

    /** A unit of this library's has been stored. */
    void committed() {
        committed.onNext(0L);
    }

    @Override
    public void follow(Connection host) {
        CommitNotice.of(host, () -> {
            // The commit comes only after this. One that takes longer than the second look is seen by the one of each
            // second.
            ticking.scheduleDirect(this::changed, SOON_MILLIS, TimeUnit.MILLISECONDS);
            ticking.scheduleDirect(this::changed, LEAST_DISTANCE_MILLIS, TimeUnit.MILLISECONDS);
        });
    }

    private void changed() {
        committed();
        followed.run();
    }

    @Override
    public Flowable<String> watch(String table) {
        return commits().map(version -> table);
    }

    @Override
    public <T> Flowable<List<T>> watchQuery(String sql, List<?> arguments, RowMapper<? extends T> mapper) {
        List<?> fixed = List.copyOf(arguments);
        Reading<T> reading = mapper::map;
        return Flowable.defer(() -> {
            AtomicLong looks = new AtomicLong();
            return commits()
                    .concatMap(version -> looks.getAndIncrement() == 0
                            ? Flowable.just(connection.rows(sql, fixed, reading))
                            : again(sql, fixed, reading))
                    .distinctUntilChanged();
        });
    }

    private <T> Flowable<List<T>> again(String sql, List<?> arguments, Reading<T> reading) {
        try {
            return Flowable.just(connection.rows(sql, arguments, reading));
        } catch (SQLException | RuntimeException e) {
            log.warn("A live query could not be looked at; it is after the next commit", e);
            return Flowable.empty();
        }
    }

    /** At once, then after commits; looks that come while the subscriber is busy are one. */
    private Flowable<Long> commits() {
        return Flowable.defer(() -> {
            AtomicLong seen = new AtomicLong(NEVER);
            Flowable<Long> ticks = Flowable.interval(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS, ticking);
            return Flowable.merge(ticks.onBackpressureLatest(), committed.onBackpressureLatest())
                    .startWithItem(0L)
                    .throttleLatest(LEAST_DISTANCE_MILLIS, TimeUnit.MILLISECONDS, ticking)
                    .takeUntil(closed.get().toFlowable())
                    .onBackpressureLatest()
                    .observeOn(delivery, false, 1)
                    .concatMap(look -> news(seen));
        });
    }

    private Flowable<Long> news(AtomicLong seen) {
        try {
            long version = connection.version();
            return seen.getAndSet(version) == version ? Flowable.empty() : Flowable.just(version);
        } catch (SQLException | RuntimeException e) {
            log.debug("The version of the file could not be read just now", e);
            // Whoever has just begun to listen is told what is wrong by the first query.
            return seen.get() == NEVER ? Flowable.just(NEVER) : Flowable.empty();
        }
    }

    @Override
    public void close() {
        committed.onComplete();
        connection.close();
    }
}
