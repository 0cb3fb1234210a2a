package dev.syncline.backend.rest;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How a server writes times, and wants them written. A time that is sent is cut to the precision, never rounded, so that asking for what
 * changed since then cannot begin too late. Immutable.
 */
public final class TimeFormat {

    private enum Style {
        ISO,
        TEXT,
        SECONDS,
        MILLIS
    }

    private static final int LONGEST = 64;
    private static final BigDecimal NANOS = BigDecimal.valueOf(1_000_000_000L);

    private final Style style;
    private final @Nullable DateTimeFormatter formatter;
    private final @Nullable ZoneId zone;
    private final @Nullable ChronoUnit precision;

    private TimeFormat(
            Style style, @Nullable DateTimeFormatter formatter, @Nullable ZoneId zone, @Nullable ChronoUnit precision) {
        this.style = style;
        this.formatter = formatter;
        this.zone = zone;
        this.precision = precision;
    }

    /**
     * ISO-8601 with {@code Z} or an offset, as in {@code 2026-11-23T10:00:00.123Z}.
     *
     * @return this format, the default
     */
    public static TimeFormat iso() {
        return new TimeFormat(Style.ISO, null, null, null);
    }

    /**
     * ISO-8601 without zone or offset, as in {@code 2026-11-23T10:00:00.123}.
     *
     * @param zone the zone that the server means
     * @return this format
     */
    public static TimeFormat isoIn(ZoneId zone) {
        return new TimeFormat(Style.TEXT, DateTimeFormatter.ISO_LOCAL_DATE_TIME, zone, null);
    }

    /**
     * A form of its own, such as {@code yyyy-MM-dd HH:mm:ss.SSSX}.
     *
     * @param pattern as {@link DateTimeFormatter} has it
     * @param zone what is meant where the text tells no zone, and what is written
     * @return this format
     * @throws IllegalArgumentException if the pattern is none
     */
    public static TimeFormat pattern(String pattern, ZoneId zone) {
        return new TimeFormat(Style.TEXT, DateTimeFormatter.ofPattern(pattern, Locale.ROOT), zone, null);
    }

    /**
     * The form of HTTP's headers, {@code Mon, 23 Nov 2026 10:00:00 GMT}.
     *
     * @return this format
     */
    public static TimeFormat httpDate() {
        return pattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", ZoneOffset.UTC);
    }

    /**
     * Seconds since 1970, with or without a fraction, as a number or text.
     *
     * @return this format
     */
    public static TimeFormat epochSeconds() {
        return new TimeFormat(Style.SECONDS, null, null, null);
    }

    /**
     * Milliseconds since 1970, as a number or text.
     *
     * @return this format
     */
    public static TimeFormat epochMillis() {
        return new TimeFormat(Style.MILLIS, null, null, null);
    }

    /**
     * Writes ISO times with just so many digits: some servers compare times as texts, others refuse more digits than they keep.
     *
     * @param unit seconds, milliseconds, microseconds or nanoseconds
     * @return a changed copy
     * @throws IllegalArgumentException if it is another unit, or the form is not that of {@link #iso()}
     */
    public TimeFormat to(ChronoUnit unit) {
        if (style != Style.ISO || unit.compareTo(ChronoUnit.SECONDS) > 0) {
            throw new IllegalArgumentException(
                    "a precision of " + unit + " cannot be set; only of iso(), to seconds or less");
        }
        return new TimeFormat(style, formatter, zone, unit);
    }

    /** Reads a time; null if it is none. */
    @Nullable
    Instant read(@Nullable Object value) {
        try {
            return switch (style) {
                case ISO -> value instanceof String text ? Timestamps.parse(text) : null;
                case TEXT -> value instanceof String text && text.length() <= LONGEST ? parsed(text) : null;
                case SECONDS -> epoch(value, 1);
                case MILLIS -> epoch(value, 1_000);
            };
        } catch (DateTimeException | ArithmeticException | NumberFormatException e) {
            return null;
        }
    }

    private @Nullable Instant parsed(String text) {
        if (formatter == null || zone == null) {
            return null;
        }
        TemporalAccessor best = formatter.parseBest(text, ZonedDateTime::from, LocalDateTime::from);
        return best instanceof LocalDateTime local ? local.atZone(zone).toInstant() : Instant.from(best);
    }

    private static @Nullable Instant epoch(@Nullable Object value, int each) {
        String text = String.valueOf(value);
        if (!(value instanceof Number || value instanceof String) || text.length() > 30) {
            return null;
        }
        BigDecimal nanos = new BigDecimal(text).multiply(NANOS).divideToIntegralValue(BigDecimal.valueOf(each));
        BigDecimal[] parts = nanos.divideAndRemainder(NANOS);
        return Instant.ofEpochSecond(parts[0].longValueExact(), parts[1].longValueExact());
    }

    /** Writes a time. */
    String write(Instant time) {
        return switch (style) {
            case ISO -> precision == null ? time.toString() : digits(time, precision);
            case TEXT -> formatter == null || zone == null ? time.toString() : formatter.format(time.atZone(zone));
            case SECONDS -> Long.toString(time.getEpochSecond());
            case MILLIS -> Long.toString(time.toEpochMilli());
        };
    }

    private static String digits(Instant time, ChronoUnit precision) {
        String pattern = switch (precision) {
            case SECONDS -> "uuuu-MM-dd'T'HH:mm:ssX";
            case MILLIS -> "uuuu-MM-dd'T'HH:mm:ss.SSSX";
            case MICROS -> "uuuu-MM-dd'T'HH:mm:ss.SSSSSSX";
            default -> "uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSSX";
        };
        return DateTimeFormatter.ofPattern(pattern, Locale.ROOT).format(time.atZone(ZoneOffset.UTC));
    }
}
