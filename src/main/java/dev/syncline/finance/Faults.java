package dev.syncline.finance;

import dev.syncline.config.OutgoingRow;
import dev.syncline.exception.FieldFault;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Collects what is wrong with one row: each method checks one rule. Used by one thread. */
final class Faults {
    private static final int DATE = 10;

    private final OutgoingRow row;
    private final List<FieldFault> found = new ArrayList<>();

    Faults(OutgoingRow row) {
        this.row = row;
    }

    List<FieldFault> all() {
        return List.copyOf(found);
    }

    void add(String column, String rule, String fix) {
        found.add(new FieldFault(column, rule, fix));
    }

    /** The value as text; empty where there is none. */
    String text(String column) {
        Object value = row.get(column);
        return value == null ? "" : value.toString();
    }

    boolean has(String column) {
        return !text(column).isBlank();
    }

    void length(String column, int least, int most) {
        String text = text(column);
        int length = text.isBlank() ? 0 : text.codePointCount(0, text.length());
        if (length < least || length > most) {
            add(column, least + " to " + most + " characters", "Give it a text of that length");
        }
    }

    /** A name that a table holds once, among rows that agree in the other columns. */
    void uniqueName(String... within) {
        length("name", 1, 255);
        Map<String, @Nullable Object> twin = new java.util.LinkedHashMap<>();
        twin.put("name", row.get("name"));
        for (String column : within) {
            twin.put(column, row.get(column));
        }
        if (has("name") && row.hasTwin(twin)) {
            add("name", "a name is used once", "Choose another name, or use the entry that has it");
        }
    }

    void oneOf(String column, Set<String> values) {
        if (!values.contains(text(column))) {
            add(column, "one of " + values.stream().sorted().toList(), "Choose one of them");
        }
    }

    void currency(String column) {
        if (has(column) && !text(column).matches("[A-Z]{3}")) {
            add(column, "three capital letters", "Use the currency's ISO 4217 code, such as EUR");
        }
    }

    void present(String column, String fix) {
        if (row.get(column) == null) {
            add(column, "required", fix);
        }
    }

    /** The exact number in a column; null if there is none. */
    @Nullable
    BigDecimal number(String column) {
        try {
            return has(column) ? new BigDecimal(text(column).strip()) : null;
        } catch (NumberFormatException noNumber) {
            return null;
        }
    }

    void above(String column, BigDecimal limit) {
        BigDecimal number = number(column);
        if (number == null || number.compareTo(limit) <= 0) {
            add(column, "more than " + limit, "Enter an amount above " + limit);
        }
    }

    void atLeast(String column, BigDecimal limit) {
        BigDecimal number = number(column);
        if (number == null || number.compareTo(limit) < 0) {
            add(column, "at least " + limit, "Enter an amount from " + limit + " up");
        }
    }

    void atMost(String column, BigDecimal limit) {
        BigDecimal number = number(column);
        if (number != null && number.compareTo(limit) > 0) {
            add(column, "at most " + limit.toPlainString(), "Enter a smaller amount");
        }
    }

    /** Checks that a column holds a day or a time; gives it, or null if it does not. */
    @Nullable
    Instant date(String column) {
        Instant read = instant(row.get(column));
        if (read == null) {
            add(column, "a date", "Enter a date as yyyy-MM-dd, or a time in ISO 8601");
        }
        return read;
    }

    /** Gives the day or time of a column that may be empty; null if it is, or if it is none, which is then a fault. */
    @Nullable
    Instant optionalDate(String column) {
        return has(column) ? date(column) : null;
    }

    private static @Nullable Instant instant(@Nullable Object value) {
        if (value instanceof Long millis) {
            return Instant.ofEpochMilli(millis);
        }
        String text = value == null ? "" : value.toString().strip();
        try {
            if (text.length() == DATE) {
                return LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC);
            }
            String iso = text.length() > DATE && text.charAt(DATE) == ' '
                    ? text.substring(0, DATE) + 'T' + text.substring(DATE + 1)
                    : text;
            boolean zoned = iso.endsWith("Z") || iso.lastIndexOf('+') > DATE || iso.lastIndexOf('-') > DATE;
            return zoned
                    ? OffsetDateTime.parse(iso).toInstant()
                    : LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC);
        } catch (DateTimeException noDate) {
            return null;
        }
    }
}
