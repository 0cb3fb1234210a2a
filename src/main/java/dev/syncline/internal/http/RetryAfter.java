package dev.syncline.internal.http;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/** The wait a server asks for: seconds or a date (RFC 9110), brought into [0, {@link #LONGEST}]. */
final class RetryAfter {

    /** Where the header is kept while OkHttp handles the answer. */
    static final String HEADER = "Syncline-Retry-After";

    /** No slip of a server parks a device for longer. */
    static final Duration LONGEST = Duration.ofHours(24);

    private static final int MOST_DIGITS = 9;

    private RetryAfter() {}

    /**
     * Reads the header.
     *
     * @param value the header; null if there was none
     * @param now the server's clock where the answer told it, since a date is meant by that clock; else ours
     * @return the wait; null if none is asked for or the value says nothing
     */
    static @Nullable Duration parse(@Nullable String value, Instant now) {
        if (value == null) {
            return null;
        }
        String text = value.strip();
        if (!text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return text.length() > MOST_DIGITS ? LONGEST : clamp(Duration.ofSeconds(Long.parseLong(text)));
        }
        try {
            Instant until = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            return clamp(Duration.between(now, until));
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static Duration clamp(Duration wait) {
        if (wait.isNegative()) {
            return Duration.ZERO;
        }
        return wait.compareTo(LONGEST) > 0 ? LONGEST : wait;
    }
}
