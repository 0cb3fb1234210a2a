package dev.syncline.internal.record;

import dev.syncline.config.ValueType;
import dev.syncline.internal.capture.Affinity;
import dev.syncline.internal.json.Json;
import dev.syncline.internal.json.JsonFormatException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One synced column: how its values travel as JSON and when two of them are the same. Conversions lose nothing or refuse.
 *
 * @param column the column's name
 * @param field its name at the backend
 * @param type what its values mean
 * @param affinity how SQLite stores them
 * @param derived whether the backend or the host's triggers compute it, so that it is never sent and never conflicts
 */
public record ColumnMapping(String column, String field, ValueType type, Affinity affinity, boolean derived) {

    /**
     * Turns a stored value into what travels.
     *
     * @param stored null, Long, Double, String or byte[]
     * @return the JSON value
     * @throws UnstorableValueException if the value is not of the column's declared type
     */
    public @Nullable Object toJson(@Nullable Object stored) {
        if (stored == null) {
            return null;
        }
        return switch (type) {
            case PLAIN, INSTANT -> plainToJson(stored);
            case DECIMAL -> decimal(stored).toPlainString();
            case BOOL -> {
                if (stored instanceof Long number && (number == 0 || number == 1)) {
                    yield number == 1;
                }
                throw refuse("a value is neither 0 nor 1", "store 0 or 1, or leave bool(…) out");
            }
            case BLOB -> {
                if (stored instanceof byte[] bytes) {
                    yield Base64.getEncoder().encodeToString(bytes);
                }
                throw refuse("a value is not a blob", "store blobs only, or leave blob(…) out");
            }
            case JSON -> parsed(stored);
        };
    }

    /**
     * Turns what travelled into the value to store.
     *
     * @param json a JSON value
     * @return null, Long, Double, String or byte[], such that SQLite keeps it as it is
     * @throws UnstorableValueException if the column cannot hold the value without loss
     */
    public @Nullable Object fromJson(@Nullable Object json) {
        if (json == null) {
            return null;
        }
        return switch (type) {
            case PLAIN -> plainFromJson(json);
            case DECIMAL -> decimalFromJson(json);
            case INSTANT -> instantFromJson(json);
            case BOOL -> {
                if (json instanceof Boolean flag) {
                    yield flag ? 1L : 0L;
                }
                if (json instanceof Long number && (number == 0 || number == 1)) {
                    yield number;
                }
                throw refuse("the backend sent neither true nor false", "correct the record at the backend");
            }
            case BLOB -> {
                try {
                    if (json instanceof String text) {
                        yield Base64.getDecoder().decode(text);
                    }
                } catch (IllegalArgumentException e) {
                    throw refuse("the backend sent invalid Base64", "correct the record at the backend");
                }
                throw refuse("the backend sent no Base64 text", "correct the record at the backend");
            }
            case JSON -> Json.write(json);
        };
    }

    /**
     * Shows a stored value to a person: as it would travel, or by what it is where it could not.
     *
     * @param stored null, Long, Double, String or byte[]
     * @return a JSON value
     */
    public @Nullable Object describe(@Nullable Object stored) {
        try {
            return type == ValueType.DECIMAL && stored != null ? decimal(stored) : toJson(stored);
        } catch (UnstorableValueException e) {
            if (stored instanceof byte[] bytes) {
                return Base64.getEncoder().encodeToString(bytes);
            }
            return stored instanceof Double real ? (Object) real.toString() : stored;
        }
    }

    /**
     * Compares two stored values by what they mean.
     *
     * @param a one value
     * @param b the other
     * @return true if neither an edit nor a conflict lies between them
     */
    public boolean same(@Nullable Object a, @Nullable Object b) {
        if (a == null || b == null) {
            return a == b || (type == ValueType.JSON && Objects.equals(jsonOrText(a), jsonOrText(b)));
        }
        if (a.equals(b)) {
            return true;
        }
        return switch (type) {
            case PLAIN -> samePlain(a, b);
            case DECIMAL -> samePlain(a, b) || sameDecimal(a, b);
            case INSTANT -> samePlain(a, b) || sameInstant(a, b);
            case BOOL, BLOB -> samePlain(a, b);
            case JSON -> Objects.equals(jsonOrText(a), jsonOrText(b));
        };
    }

    private Object plainToJson(Object stored) {
        if (stored instanceof Double real) {
            return exactDecimal(real);
        }
        if (stored instanceof byte[]) {
            throw refuse("a value is a blob, which JSON has no form for", "declare the column with blob(…)");
        }
        return stored;
    }

    private BigDecimal exactDecimal(Double real) {
        if (real.isInfinite() || real.isNaN()) {
            throw refuse("a value is not a finite number", "store a finite number");
        }
        return new BigDecimal(real.toString());
    }

    private Object plainFromJson(Object json) {
        if (json instanceof String text) {
            return textFromJson(text);
        }
        if (json instanceof Boolean) {
            throw refuse("the backend sent a boolean", "declare the column with bool(…)");
        }
        if (json instanceof List || json instanceof Map) {
            throw refuse("the backend sent a JSON structure", "declare the column with json(…)");
        }
        if (affinity == Affinity.TEXT) {
            throw refuse("the backend sent a number for a text column", "declare the column with decimal(…)");
        }
        return numberFromJson(json);
    }

    private Object textFromJson(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                boolean pair = Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (!pair) {
                    throw refuse("the backend sent half a character", "correct the record at the backend");
                }
                i++;
            }
        }
        if (numeric() && looksNumeric(text)) {
            throw refuse(
                    "the backend sent a number as text, which SQLite would turn into a number",
                    "declare the column with decimal(…)");
        }
        return text;
    }

    private Object numberFromJson(Object json) {
        if (json instanceof Long number) {
            if (affinity == Affinity.REAL) {
                double real = number.doubleValue();
                if (new BigDecimal(real).compareTo(BigDecimal.valueOf(number)) != 0) {
                    throw tooPrecise();
                }
                return real;
            }
            return number;
        }
        if (json instanceof BigDecimal number) {
            double real = number.doubleValue();
            if (Double.isInfinite(real) || new BigDecimal(Double.toString(real)).compareTo(number) != 0) {
                throw tooPrecise();
            }
            return real;
        }
        throw tooPrecise();
    }

    private Object decimalFromJson(Object json) {
        BigDecimal number;
        if (json instanceof String text) {
            number = parseDecimal(text);
        } else if (json instanceof Long whole) {
            number = BigDecimal.valueOf(whole);
        } else if (json instanceof BigInteger whole) {
            number = new BigDecimal(whole);
        } else if (json instanceof BigDecimal decimal) {
            number = decimal;
        } else {
            throw refuse("the backend sent no number", "correct the record at the backend");
        }
        if (!numeric()) {
            return json instanceof String text ? text : number.toPlainString();
        }
        if (affinity != Affinity.REAL && number.stripTrailingZeros().scale() <= 0 && number.precision() < 19) {
            return number.longValueExact();
        }
        return numberFromJson(number);
    }

    private Object instantFromJson(Object json) {
        if (json instanceof String text) {
            if (affinity == Affinity.INTEGER) {
                Instant instant = instant(text);
                if (instant == null) {
                    throw refuse("the backend sent no ISO 8601 time", "correct the record at the backend");
                }
                return instant.toEpochMilli();
            }
            return textFromJson(text);
        }
        if (json instanceof Long millis) {
            return affinity == Affinity.TEXT ? Instant.ofEpochMilli(millis).toString() : millis;
        }
        throw refuse("the backend sent no point in time", "correct the record at the backend");
    }

    private BigDecimal decimal(Object stored) {
        if (stored instanceof Long number) {
            return BigDecimal.valueOf(number);
        }
        if (stored instanceof Double real) {
            return exactDecimal(real);
        }
        if (stored instanceof String text) {
            return parseDecimal(text);
        }
        throw refuse("a value is not a decimal number", "store a number, or leave decimal(…) out");
    }

    private BigDecimal parseDecimal(String text) {
        try {
            BigDecimal number = new BigDecimal(text.strip());
            if (Math.abs((long) number.scale()) > 1000) {
                throw refuse("a decimal has more than a thousand places", "store a number of reasonable size");
            }
            return number;
        } catch (NumberFormatException e) {
            throw refuse("a value is not a decimal number", "correct the value");
        }
    }

    private @Nullable Object parsed(Object stored) {
        try {
            if (stored instanceof String text) {
                return Json.parse(text);
            }
        } catch (JsonFormatException e) {
            throw refuse("a value is not valid JSON", "store valid JSON text, or leave json(…) out");
        }
        throw refuse("a value is not JSON text", "store JSON text, or leave json(…) out");
    }

    private static @Nullable Object jsonOrText(@Nullable Object stored) {
        if (!(stored instanceof String text)) {
            return stored;
        }
        try {
            return Json.canonical(Json.parse(text));
        } catch (JsonFormatException e) {
            return text;
        }
    }

    private static boolean samePlain(Object a, Object b) {
        if (a instanceof byte[] x && b instanceof byte[] y) {
            return Arrays.equals(x, y);
        }
        if (a instanceof Number x && b instanceof Number y) {
            // SQLite itself keeps 3.0 as 3 in a NUMERIC column, so a number is its value.
            boolean whole = x instanceof Long && y instanceof Long;
            return whole ? x.equals(y) : x.doubleValue() == y.doubleValue();
        }
        return a.equals(b);
    }

    private boolean sameDecimal(Object a, Object b) {
        try {
            return decimal(a).compareTo(decimal(b)) == 0;
        } catch (UnstorableValueException e) {
            return false;
        }
    }

    private static boolean sameInstant(Object a, Object b) {
        Instant x = instant(a);
        return x != null && x.equals(instant(b));
    }

    private static @Nullable Instant instant(Object stored) {
        if (stored instanceof Long millis) {
            return Instant.ofEpochMilli(millis);
        }
        if (!(stored instanceof String text)) {
            return null;
        }
        String iso = text.strip().replaceFirst("^(\\d{4}-\\d{2}-\\d{2}) ", "$1T");
        try {
            if (iso.length() == 10) {
                return LocalDate.parse(iso).atStartOfDay().toInstant(ZoneOffset.UTC);
            }
            boolean zoned = iso.endsWith("Z") || iso.lastIndexOf('+') > 10 || iso.lastIndexOf('-') > 10;
            return zoned
                    ? OffsetDateTime.parse(iso).toInstant()
                    : LocalDateTime.parse(iso).toInstant(ZoneOffset.UTC);
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static boolean looksNumeric(String text) {
        String stripped = text.strip();
        if (stripped.isEmpty()) {
            return false;
        }
        char last = stripped.charAt(stripped.length() - 1);
        if ((last < '0' || last > '9') && last != '.') {
            return false;
        }
        try {
            new BigDecimal(stripped);
            return true;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private boolean numeric() {
        return affinity == Affinity.INTEGER || affinity == Affinity.REAL || affinity == Affinity.NUMERIC;
    }

    private UnstorableValueException tooPrecise() {
        return refuse(
                "the backend sent a number with more digits than the column can hold",
                "declare the column with decimal(…) and give it TEXT affinity");
    }

    private UnstorableValueException refuse(String rule, String fix) {
        return new UnstorableValueException(column, rule, fix);
    }
}
