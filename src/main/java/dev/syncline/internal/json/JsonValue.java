package dev.syncline.internal.json;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Brings values into the one form that reading JSON gives (see {@link Json}), so that a value equals itself after a round
 * trip: a whole number without fraction or exponent is a {@link Long}, beyond 64 bits a {@link BigInteger}, never a {@link
 * BigDecimal} of scale 0.
 */
public final class JsonValue {

    private static final int LONG_BITS = 63;

    private JsonValue() {}

    /**
     * Copies a value deeply into unmodifiable collections.
     *
     * @param value null, a {@link Boolean}, a {@link String}, any whole number type of the JDK, a {@link BigDecimal}, or a
     *     {@link List} or {@link Map} of such
     * @return the copy in the one form; null for null
     * @throws IllegalArgumentException if anything else is in it, binary floating point above all, or it is nested deeper
     *     than {@link Json#MAX_DEPTH}
     */
    public static @Nullable Object copy(@Nullable Object value) {
        return copy(value, 0);
    }

    /**
     * Copies the members of an object deeply into an unmodifiable map of the same order.
     *
     * @param members names and values as for {@link #copy(Object)}
     * @return the copy in the one form
     * @throws IllegalArgumentException as for {@link #copy(Object)}
     */
    public static Map<String, @Nullable Object> copyOf(Map<String, ? extends @Nullable Object> members) {
        return object(members, 1);
    }

    /** Readers of JSON, ours included, accept half a character in a value but not in a name. */
    static String name(@Nullable Object name) {
        if (name instanceof String text && isWellFormed(text)) {
            return text;
        }
        throw new IllegalArgumentException("the name of a member must be text of whole characters");
    }

    static boolean isBounded(BigDecimal number) {
        return Math.abs((long) number.scale()) <= Json.MAX_DIGITS && number.precision() <= Json.MAX_DIGITS;
    }

    static boolean isWellFormed(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                boolean paired = Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (!paired) {
                    return false;
                }
                i++;
            }
        }
        return true;
    }

    private static @Nullable Object copy(@Nullable Object value, int depth) {
        if (value instanceof Map<?, ?> members) {
            return object(members, nested(depth));
        }
        if (value instanceof List<?> elements) {
            return list(elements, nested(depth));
        }
        return scalar(value);
    }

    /** Brings what is neither list nor map into the one form. */
    static @Nullable Object scalar(@Nullable Object value) {
        if (value == null || value instanceof String || value instanceof Boolean || value instanceof Long) {
            return value;
        }
        if (value instanceof BigDecimal number) {
            return decimal(number);
        }
        if (value instanceof BigInteger number) {
            return integer(number);
        }
        if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return ((Number) value).longValue();
        }
        throw new IllegalArgumentException("a " + value.getClass().getName()
                + " is no JSON value here; use text, Boolean, a whole number, BigDecimal, List or Map");
    }

    private static Map<String, @Nullable Object> object(Map<?, ? extends @Nullable Object> members, int depth) {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>();
        members.forEach((name, value) -> copy.put(name(name), copy(value, depth)));
        return Collections.unmodifiableMap(copy);
    }

    private static List<@Nullable Object> list(List<?> elements, int depth) {
        List<@Nullable Object> copy = new ArrayList<>(elements.size());
        for (Object element : elements) {
            copy.add(copy(element, depth));
        }
        return Collections.unmodifiableList(copy);
    }

    private static Number decimal(BigDecimal number) {
        if (!isBounded(number)) {
            throw new IllegalArgumentException("a number has more than " + Json.MAX_DIGITS + " digits");
        }
        return number.scale() == 0 ? integer(number.unscaledValue()) : number;
    }

    private static Number integer(BigInteger number) {
        if (number.bitLength() <= LONG_BITS) {
            return number.longValue();
        }
        if (!isBounded(new BigDecimal(number))) {
            throw new IllegalArgumentException("a number has more than " + Json.MAX_DIGITS + " digits");
        }
        return number;
    }

    private static int nested(int depth) {
        if (depth == Json.MAX_DEPTH) {
            throw new IllegalArgumentException("a value is nested deeper than " + Json.MAX_DEPTH);
        }
        return depth + 1;
    }
}
