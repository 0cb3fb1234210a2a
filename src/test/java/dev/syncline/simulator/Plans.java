package dev.syncline.simulator;

import io.reactivex.rxjava3.disposables.Disposable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What a device's process wants to do later by itself. It goes with the process. */
final class Plans {
    private final List<Plan> plans = new ArrayList<>();

    private record Plan(Instant due, Runnable task) {}

    Disposable add(Instant due, Runnable task) {
        Plan plan = new Plan(due, task);
        plans.add(plan);
        return Disposable.fromAction(() -> plans.remove(plan));
    }

    /** When the next is due; empty if nothing is planned. */
    Optional<Instant> next() {
        return plans.stream().map(Plan::due).min(Comparator.naturalOrder());
    }

    /** Takes out what is due; empty if nothing is. */
    Optional<Runnable> take(Instant now) {
        Optional<Plan> due =
                plans.stream().filter(plan -> !plan.due().isAfter(now)).min(Comparator.comparing(Plan::due));
        due.ifPresent(plans::remove);
        return due.map(Plan::task);
    }

    void clear() {
        plans.clear();
    }
}
