package dev.syncline.backend.rest;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/**
 * Reads ISO-8601 times with an offset. The form that servers write, in UTC with {@code Z}, is read by hand: it stands in
 * every row, and the general parser costs more than the rest of the row.
 */
final class Timestamps {

    private static final int MIN = "2026-01-01T00:00:00Z".length();
    private static final int MAX_NANO_DIGITS = 9;

    private Timestamps() {}

    static @Nullable Instant parse(String text) {
        Instant quick = utc(text);
        if (quick != null || text.length() > 64) {
            return quick;
        }
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static @Nullable Instant utc(String text) {
        int length = text.length();
        if (length < MIN
                || text.charAt(length - 1) != 'Z'
                || text.charAt(4) != '-'
                || text.charAt(7) != '-'
                || text.charAt(10) != 'T'
                || text.charAt(13) != ':'
                || text.charAt(16) != ':') {
            return null;
        }
        int nano = length == MIN ? 0 : nano(text, length);
        int year = number(text, 0, 4);
        int month = number(text, 5, 7);
        int day = number(text, 8, 10);
        int hour = number(text, 11, 13);
        int minute = number(text, 14, 16);
        int second = number(text, 17, 19);
        if (nano < 0 || year < 0 || month < 0 || day < 0 || bad(hour, 23) || bad(minute, 59) || bad(second, 59)) {
            return null;
        }
        try {
            long days = LocalDate.of(year, month, day).toEpochDay();
            return Instant.ofEpochSecond(days * 86_400 + hour * 3_600L + minute * 60L + second, nano);
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static int nano(String text, int length) {
        int digits = length - MIN - 1;
        if (text.charAt(MIN - 1) != '.' || digits < 1 || digits > MAX_NANO_DIGITS) {
            return -1;
        }
        int nano = number(text, MIN, length - 1);
        for (int i = digits; nano >= 0 && i < MAX_NANO_DIGITS; i++) {
            nano *= 10;
        }
        return nano;
    }

    private static boolean bad(int value, int most) {
        return value < 0 || value > most;
    }

    private static int number(String text, int from, int to) {
        int number = 0;
        for (int i = from; i < to; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = number * 10 + digit;
        }
        return number;
    }
}
