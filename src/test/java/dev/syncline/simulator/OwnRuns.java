package dev.syncline.simulator;

import dev.syncline.progress.AbortReason;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The runs that devices start by themselves after one that left something. Once everything has healed, they have to empty the queue
 * without another call (I02), and then to end.
 */
final class OwnRuns {
    /** More than the distances between runs take to grow to their longest, and than a change has tries. */
    private static final int RUNS = 40;

    private static final Set<AbortReason> FOR_A_PERSON =
            EnumSet.of(AbortReason.AUTHENTICATION, AbortReason.CANCELLED, AbortReason.CONSISTENCY);

    private final VirtualTime time;
    private final BiConsumer<SimulatedDevice, Runnable> during;
    private final BiConsumer<SimulatedDevice, End> judge;
    private final Consumer<Violation> found;
    private final Set<SimulatedDevice> eager = new LinkedHashSet<>();
    /** Runs that ended, and after which the host has not written. */
    private final Map<SimulatedDevice, End> ends = new HashMap<>();

    /**
     * How a run ended.
     *
     * @param reason why early; null if it did not
     * @param errors what went wrong
     */
    record End(@Nullable AbortReason reason, List<? extends Throwable> errors) {}

    OwnRuns(
            VirtualTime time,
            BiConsumer<SimulatedDevice, Runnable> during,
            BiConsumer<SimulatedDevice, End> judge,
            Consumer<Violation> found) {
        this.time = time;
        this.during = during;
        this.judge = judge;
        this.found = found;
    }

    /** From its next manager on, a device starts runs by itself. */
    void allow(SimulatedDevice device) {
        eager.add(device);
        device.followUps();
    }

    Set<SimulatedDevice> eager() {
        return eager;
    }

    /** Whoever writes during a run or after it may do so too late for it. */
    void edited(SimulatedDevice device) {
        ends.remove(device);
    }

    void begun(SimulatedDevice device) {
        ends.remove(device);
    }

    void ended(SimulatedDevice device, End end) {
        ends.put(device, end);
    }

    /** Does what is due on each device. */
    void due(List<SimulatedDevice> devices) {
        for (SimulatedDevice device : devices) {
            if (eager.contains(device) && device.hasDue(time.now())) {
                run(device);
            }
        }
    }

    private void run(SimulatedDevice device) {
        during.accept(device, () -> {
            End end = device.runDue(time.now());
            if (end != null && !device.hasCrashed()) {
                judge.accept(device, end);
            }
        });
    }

    /** Lets time pass until a device starts nothing any more; what it was to send must be gone then. */
    void drain(SimulatedDevice device) {
        if (!ends.containsKey(device) || device.isOpening()) {
            return;
        }
        for (int run = 0; run < RUNS && device.plans().next().isPresent(); run++) {
            Duration left = Duration.between(time.now(), device.plans().next().get());
            time.pass(left.isNegative() ? Duration.ZERO : left);
            run(device);
        }
        End last = ends.get(device);
        if (device.plans().next().isPresent()) {
            found.accept(new Violation("I02", device.number() + " runs again and again though nothing goes wrong"));
        } else if (last != null && !needsAPerson(device, last)) {
            long left = device.manager().pendingChanges();
            if (left > 0) {
                found.accept(new Violation(
                        "I02", device.number() + " has " + left + " pending changes and starts no run for them"));
            }
        }
    }

    private static boolean needsAPerson(SimulatedDevice device, End last) {
        return (last.reason() != null && FOR_A_PERSON.contains(last.reason()))
                || device.manager().conflicts().count() > 0
                || !device.query("SELECT 1 FROM syncline_queue WHERE status = 'failed'")
                        .isEmpty();
    }
}
