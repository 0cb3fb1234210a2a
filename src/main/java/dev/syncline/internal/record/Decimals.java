package dev.syncline.internal.record;

import dev.syncline.internal.json.Json;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import org.jspecify.annotations.Nullable;

/** Numbers by their exact value, whichever of their forms they come in. */
final class Decimals {
    /** A sign, the digits, a point and an exponent; what is longer is no number that anybody wrote. */
    private static final int LONGEST_TEXT = Json.MAX_DIGITS + 16;
    /** Decimals of so many digits come back from a double as they were. */
    private static final int DIGITS_OF_A_DOUBLE = 15;

    private static final int LONG_BITS = 63;

    private Decimals() {}

    /**
     * Reads a number.
     *
     * @param value a Long, Double, BigInteger, BigDecimal, or text of a number
     * @return its value; null if it is none, is not finite, or would fill memory once it is written out
     */
    static @Nullable BigDecimal of(@Nullable Object value) {
        if (value instanceof Long whole) {
            return BigDecimal.valueOf(whole);
        }
        if (value instanceof Double real) {
            return real.isInfinite() || real.isNaN() ? null : new BigDecimal(real.toString());
        }
        if (value instanceof BigInteger whole) {
            return bounded(new BigDecimal(whole));
        }
        if (value instanceof BigDecimal number) {
            return bounded(number);
        }
        return value instanceof String text ? parse(text.strip()) : null;
    }

    private static @Nullable BigDecimal parse(String text) {
        if (text.length() > LONGEST_TEXT) {
            return null;
        }
        try {
            return bounded(new BigDecimal(text));
        } catch (NumberFormatException e) {
            return null;
        }
    }

    private static @Nullable BigDecimal bounded(BigDecimal number) {
        return Math.abs((long) number.scale()) <= Json.MAX_DIGITS && number.precision() <= Json.MAX_DIGITS
                ? number
                : null;
    }

    /** The number as a Long, or null if it has a fraction or is too large. */
    static @Nullable Long whole(BigDecimal number) {
        if (number.stripTrailingZeros().scale() > 0) {
            return null;
        }
        BigInteger whole = number.toBigInteger();
        return whole.bitLength() <= LONG_BITS ? whole.longValue() : null;
    }

    /** The number as a Double that shows as this number again, or null if there is none. */
    static @Nullable Double real(BigDecimal number) {
        double real = number.doubleValue();
        if (Double.isInfinite(real)) {
            return null;
        }
        return shows(real, number) ? real : null;
    }

    private static boolean shows(double real, BigDecimal number) {
        if (new BigDecimal(Double.toString(real)).compareTo(number) == 0) {
            return true;
        }
        // Some Java versions write a digit or two more than the double needs.
        int digits = number.stripTrailingZeros().precision();
        return digits <= DIGITS_OF_A_DOUBLE
                && new BigDecimal(real).round(new MathContext(digits)).compareTo(number) == 0;
    }

    /** Compares two stored numbers; SQLite itself keeps 3.0 as 3 in some columns, so a number is its value. */
    static boolean same(Number a, Number b) {
        if (a instanceof Double x && b instanceof Double y) {
            return x.doubleValue() == y.doubleValue();
        }
        BigDecimal x = exactly(a);
        BigDecimal y = exactly(b);
        return x != null && y != null && x.compareTo(y) == 0;
    }

    /** To the last bit, unlike {@link #of}, which takes a double for the decimal that it shows as. */
    private static @Nullable BigDecimal exactly(Number number) {
        boolean finite = !(number instanceof Double real) || !(real.isInfinite() || real.isNaN());
        return number instanceof Double real && finite ? new BigDecimal(real) : of(number);
    }
}
