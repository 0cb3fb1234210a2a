package dev.syncline.resilience;

import java.time.Duration;

/**
 * The numbers of a {@link CircuitBreaker}. An immutable value.
 *
 * @param failuresToOpen how many operations in a row must fail to open it
 * @param successesToClose how many trial calls in a row must succeed to close it
 * @param openTime how long no call is let through after it opened
 */
public record CircuitBreakerSettings(int failuresToOpen, int successesToClose, Duration openTime) {

    private static final int MOST = 1_000;
    private static final Duration LONGEST = Duration.ofDays(365);
    private static final CircuitBreakerSettings STANDARD = new CircuitBreakerSettings(5, 2, Duration.ofSeconds(60));

    /**
     * Checks the numbers.
     *
     * @param failuresToOpen as above; 1 to 1 000
     * @param successesToClose as above; 1 to 1 000
     * @param openTime as above; above zero, at most 365 days
     * @throws IllegalArgumentException if a number is out of range
     */
    public CircuitBreakerSettings {
        requireCount("failuresToOpen", failuresToOpen);
        requireCount("successesToClose", successesToClose);
        if (openTime.isZero() || openTime.isNegative() || openTime.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "openTime is " + openTime + ", but must be above zero and at most 365 days");
        }
    }

    /**
     * Gives the default: opens after 5 failures in a row for 60 s, closes after 2 successes in a row.
     *
     * @return the usual numbers
     */
    public static CircuitBreakerSettings standard() {
        return STANDARD;
    }

    private static void requireCount(String option, int value) {
        if (value < 1 || value > MOST) {
            throw new IllegalArgumentException(option + " is " + value + ", but must be from 1 to " + MOST);
        }
    }
}
