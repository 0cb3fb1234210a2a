package dev.syncline.bench;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Waits until nobody else uses the machine, for what others compute is measured along. */
final class QuietMachine {

    private static final Duration LOOK = Duration.ofMillis(250);
    private static final int PATIENCE = 240;
    private static final double QUIET = 0.10;

    private final OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private final int mostLooks;
    private int givenUp;

    QuietMachine(boolean patient) {
        mostLooks = patient ? PATIENCE : 1;
    }

    /** Returns once the machine was quiet for a moment; if it never is, after a minute, or at once if not patient. */
    void await() throws InterruptedException {
        system.getCpuLoad();
        for (int looks = 0; looks < mostLooks; looks++) {
            pause();
            if (system.getCpuLoad() < QUIET) {
                return;
            }
        }
        givenUp++;
    }

    /** How many measurements began although the machine was busy. */
    int givenUp() {
        return givenUp;
    }

    private static void pause() throws InterruptedException {
        // A latch that nobody opens: a wait with a limit, on the monotonic clock.
        new CountDownLatch(1).await(LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }
}
