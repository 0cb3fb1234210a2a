package dev.syncline.internal.http;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a server says about its rate limit, in the headers most of them use.
 *
 * @param limit how many requests it takes in a while; null if it does not say
 * @param remaining how many of them are left; null if it does not say
 * @param reset when the count begins anew; null if it does not say
 */
public record Quota(
        @Nullable Long limit,
        @Nullable Long remaining,
        @Nullable Instant reset) {

    /** Nothing was said. */
    public static final Quota UNTOLD = new Quota(null, null, null);

    /** A reset beyond this is a time since 1970, below it a wait: both are in use under the same name. */
    private static final long EPOCH_SECONDS = 1_000_000_000L;

    private static final int MOST_DIGITS = 11;

    static Quota of(HttpAnswer answer, Instant now) {
        Long reset = number(answer, "Reset");
        Instant at =
                reset == null ? null : reset > EPOCH_SECONDS ? Instant.ofEpochSecond(reset) : now.plusSeconds(reset);
        return new Quota(number(answer, "Limit"), number(answer, "Remaining"), at);
    }

    private static @Nullable Long number(HttpAnswer answer, String name) {
        String value = answer.header("RateLimit-" + name);
        if (value == null) {
            value = answer.header("X-RateLimit-" + name);
        }
        boolean number = value != null
                && !value.isEmpty()
                && value.length() <= MOST_DIGITS
                && value.chars().allMatch(c -> c >= '0' && c <= '9');
        return number ? Long.valueOf(value) : null;
    }
}
