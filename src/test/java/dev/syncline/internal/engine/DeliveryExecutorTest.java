package dev.syncline.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivex.rxjava3.processors.PublishProcessor;
import io.reactivex.rxjava3.schedulers.Schedulers;
import io.reactivex.rxjava3.subscribers.TestSubscriber;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Defends the promise that streams end at the close of their manager, however many steps they have. */
class DeliveryExecutorTest {

    @Test
    void a_stream_of_several_steps_ends_also_when_its_threads_are_ended_in_between() {
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try {
            PublishProcessor<Integer> told = PublishProcessor.create();
            DeliveryExecutor delivery = new DeliveryExecutor(threads);
            TestSubscriber<Integer> seen = told.onBackpressureBuffer()
                    .observeOn(Schedulers.from(delivery))
                    .doOnComplete(threads::shutdown)
                    .observeOn(Schedulers.from(delivery))
                    .test();
            told.onNext(1);
            seen.awaitCount(1);
            told.onComplete();
            seen.awaitDone(10, TimeUnit.SECONDS).assertResult(1);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void what_is_not_refused_runs_where_it_shall() {
        List<Runnable> given = new ArrayList<>();
        List<String> ran = new ArrayList<>();
        new DeliveryExecutor(given::add).execute(() -> ran.add("told"));
        assertThat(ran).isEmpty();
        given.get(0).run();
        assertThat(ran).containsExactly("told");
    }
}
