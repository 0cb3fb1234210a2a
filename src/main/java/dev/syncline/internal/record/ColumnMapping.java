package dev.syncline.internal.record;

import dev.syncline.config.TextRule;
import dev.syncline.config.ValueType;
import dev.syncline.internal.capture.Affinity;
import dev.syncline.internal.capture.SqliteValues;
import dev.syncline.internal.json.Json;
import dev.syncline.internal.json.JsonFormatException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One synced column: how its values travel as JSON and when two of them are the same. Conversions lose nothing or refuse.
 *
 * @param column the column's name
 * @param field its name at the backend
 * @param type what its values mean
 * @param affinity how SQLite stores them
 * @param derived whether the backend or the host's triggers compute it, so that it is never sent and never conflicts
 * @param texts when two of its texts are the same
 */
public record ColumnMapping(
        String column, String field, ValueType type, Affinity affinity, boolean derived, TextRule texts) {
    private static final String CORRECT_RECORD = "correct the record at the backend";

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
            case BOOL -> flag(stored);
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
            case BOOL -> flagFromJson(json);
            case BLOB -> bytesFromJson(json);
            case JSON ->
                json instanceof Number && NumericText.prefersNumbers(affinity) ? number(json) : Json.write(json);
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
        if (a == null ? b == null : b != null && samePlain(a, b)) {
            return true;
        }
        return switch (type) {
            case DECIMAL -> sameDecimal(a, b);
            case INSTANT -> sameInstant(a, b);
            case JSON -> JsonTrees.same(jsonOrText(a), jsonOrText(b));
            case PLAIN -> a instanceof String x && b instanceof String y && texts.same(x, y);
            case BOOL, BLOB -> false;
        };
    }

    private static boolean samePlain(Object a, Object b) {
        if (a instanceof byte[] x && b instanceof byte[] y) {
            return Arrays.equals(x, y);
        }
        return a.equals(b) || (a instanceof Number x && b instanceof Number y && Decimals.same(x, y));
    }

    private static boolean sameDecimal(@Nullable Object a, @Nullable Object b) {
        BigDecimal x = Decimals.of(a);
        BigDecimal y = Decimals.of(b);
        return x != null && y != null && x.compareTo(y) == 0;
    }

    private static boolean sameInstant(@Nullable Object a, @Nullable Object b) {
        Instant x = Instants.of(a);
        return x != null && x.equals(Instants.of(b));
    }

    private static @Nullable Object jsonOrText(@Nullable Object stored) {
        if (!(stored instanceof String text)) {
            return stored;
        }
        try {
            return Json.parse(text);
        } catch (JsonFormatException e) {
            return new Broken(text);
        }
    }

    private Object plainToJson(Object stored) {
        if (stored instanceof byte[]) {
            throw refuse("a value is a blob, which JSON has no form for", "declare the column with blob(…)");
        }
        return stored instanceof Double real ? finite(real) : stored;
    }

    private BigDecimal finite(Double real) {
        BigDecimal number = Decimals.of(real);
        if (number == null) {
            throw refuse("a value is not a finite number", "store a finite number");
        }
        return number;
    }

    private BigDecimal decimal(Object stored) {
        BigDecimal number = Decimals.of(stored);
        if (number == null) {
            throw refuse(
                    "a value is not a decimal number of reasonable size", "store a number, or leave decimal(…) out");
        }
        return number;
    }

    /** A column may prefer text or reals, and SQLite then keeps 1 as '1' or 1.0. */
    private boolean flag(Object stored) {
        BigDecimal number = Decimals.of(stored);
        Long whole = number == null ? null : Decimals.whole(number);
        if (whole == null || whole < 0 || whole > 1) {
            throw refuse("a value is neither 0 nor 1", "store 0 or 1, or leave bool(…) out");
        }
        return whole == 1;
    }

    private @Nullable Object parsed(Object stored) {
        if (stored instanceof Long) {
            return stored;
        }
        if (stored instanceof Double real) {
            return finite(real);
        }
        try {
            if (stored instanceof String text) {
                return Json.parse(text);
            }
        } catch (JsonFormatException e) {
            throw refuse("a value is not valid JSON", "store valid JSON text, or leave json(…) out");
        }
        throw refuse("a value is not JSON text", "store JSON text, or leave json(…) out");
    }

    private Object plainFromJson(Object json) {
        if (json instanceof String text) {
            return text(text);
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
        return number(json);
    }

    private String text(String text) {
        if (SqliteValues.loneSurrogate(text)) {
            throw refuse("the backend sent half a character", CORRECT_RECORD);
        }
        if (NumericText.isConverted(affinity, text)) {
            throw refuse(
                    "the backend sent a number as text, which SQLite would turn into a number",
                    "declare the column with decimal(…)");
        }
        return text;
    }

    /** The form in which SQLite would keep the number in this column, if that is exact. */
    private Object number(Object json) {
        if (json instanceof Long && affinity != Affinity.REAL) {
            return json;
        }
        BigDecimal number = Decimals.of(json);
        if (number == null) {
            throw tooPrecise();
        }
        boolean whole = affinity == Affinity.BLOB ? !(json instanceof BigDecimal) : affinity != Affinity.REAL;
        Object exact = whole ? Decimals.whole(number) : null;
        if (exact == null) {
            exact = Decimals.real(number);
        }
        if (exact == null) {
            throw tooPrecise();
        }
        return exact;
    }

    private Object decimalFromJson(Object json) {
        BigDecimal number = Decimals.of(json);
        if (number == null) {
            throw refuse("the backend sent no number of reasonable size", CORRECT_RECORD);
        }
        if (NumericText.prefersNumbers(affinity)) {
            return number(number);
        }
        return json instanceof String text ? text : number.toPlainString();
    }

    private Object instantFromJson(Object json) {
        if (json instanceof String text) {
            return affinity == Affinity.INTEGER ? millis(text) : text(text);
        }
        BigDecimal number = Decimals.of(json);
        Long millis = number == null ? null : Decimals.whole(number);
        if (millis == null) {
            throw refuse("the backend sent no point in time", CORRECT_RECORD);
        }
        return affinity == Affinity.TEXT ? Instant.ofEpochMilli(millis).toString() : number(millis);
    }

    private Long millis(String text) {
        Instant instant = Instants.of(text);
        if (instant == null) {
            throw refuse("the backend sent no ISO 8601 time", CORRECT_RECORD);
        }
        Long millis = Instants.millis(instant);
        if (millis == null) {
            throw refuse("the backend sent a time finer than milliseconds", "give the column TEXT affinity");
        }
        return millis;
    }

    private Object flagFromJson(Object json) {
        long flag;
        if (json instanceof Boolean truth) {
            flag = truth ? 1 : 0;
        } else if (json instanceof Long number && (number == 0 || number == 1)) {
            flag = number;
        } else {
            throw refuse("the backend sent neither true nor false", CORRECT_RECORD);
        }
        return affinity == Affinity.TEXT ? Long.toString(flag) : number(flag);
    }

    private byte[] bytesFromJson(Object json) {
        if (!(json instanceof String text)) {
            throw refuse("the backend sent no Base64 text", CORRECT_RECORD);
        }
        try {
            return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw refuse("the backend sent invalid Base64", CORRECT_RECORD);
        }
    }

    private UnstorableValueException tooPrecise() {
        return refuse(
                "the backend sent a number with more digits than the column can hold",
                "declare the column with decimal(…) and give it TEXT affinity");
    }

    private UnstorableValueException refuse(String rule, String fix) {
        return new UnstorableValueException(column, rule, fix);
    }

    /** Text that is no JSON, and so is not the same as any JSON text. */
    private record Broken(String text) {}
}
