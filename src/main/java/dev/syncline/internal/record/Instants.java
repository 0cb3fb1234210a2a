package dev.syncline.internal.record;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Points in time in the forms that hosts store: ISO 8601 text, with a blank for the T as SQLite writes it, or milliseconds. */
final class Instants {
    private static final Pattern BLANK_FOR_T = Pattern.compile("^(\\d{4}-\\d{2}-\\d{2}) ");
    private static final int DATE = 10;

    private Instants() {}

    /**
     * Reads a point in time; text without a zone is UTC, as SQLite means it.
     *
     * @param value a Long or text
     * @return the instant, or null if it is none
     */
    static @Nullable Instant of(@Nullable Object value) {
        if (value instanceof Long millis) {
            return Instant.ofEpochMilli(millis);
        }
        return value instanceof String text ? parse(text.strip()) : null;
    }

    private static @Nullable Instant parse(String text) {
        String iso = BLANK_FOR_T.matcher(text).replaceFirst("$1T");
        try {
            if (iso.length() == DATE) {
                return LocalDate.parse(iso).atStartOfDay().toInstant(ZoneOffset.UTC);
            }
            boolean zoned = iso.endsWith("Z") || iso.lastIndexOf('+') > DATE || iso.lastIndexOf('-') > DATE;
            return zoned
                    ? OffsetDateTime.parse(iso).toInstant()
                    : LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            return null;
        }
    }

    /** The instant in milliseconds, or null if they cannot tell it exactly. */
    static @Nullable Long millis(Instant instant) {
        try {
            long millis = instant.toEpochMilli();
            return Instant.ofEpochMilli(millis).equals(instant) ? millis : null;
        } catch (ArithmeticException beyond64Bits) {
            return null;
        }
    }
}
