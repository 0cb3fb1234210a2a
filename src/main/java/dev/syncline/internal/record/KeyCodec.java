package dev.syncline.internal.record;

import dev.syncline.internal.capture.Affinity;
import dev.syncline.internal.capture.SqliteValues;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Turns a row's key into its id text and back, without loss: two keys share an id only if they are the same bytes. A single
 * text key is its own id; several parts are joined by commas, with {@code %} and {@code ,} inside a part escaped as in a URL.
 */
public final class KeyCodec {
    private static final int UUID_LENGTH = 36;
    private static final Pattern INTEGER_TEXT = Pattern.compile("0|-?[1-9][0-9]{0,18}");
    private static final String BLOB_MARK = "~";

    private final List<Affinity> affinities;

    /**
     * Makes a codec.
     *
     * @param affinities the affinity of each key column, in the order of the key
     */
    public KeyCodec(List<Affinity> affinities) {
        this.affinities = List.copyOf(affinities);
    }

    /**
     * Writes a key as text.
     *
     * @param key one value for each key column: Long, String or byte[]
     * @return the id, or empty if a value is of a kind that its column cannot give back (null, a real, text in an integer
     *     column, text that SQLite takes for a number), so that the row has no identity that could travel
     */
    public Optional<String> encode(@Nullable Object[] key) {
        if (key.length == 1) {
            return part(affinities.get(0), key[0]);
        }
        StringBuilder id = new StringBuilder();
        for (int i = 0; i < key.length; i++) {
            Optional<String> part = part(affinities.get(i), key[i]);
            if (part.isEmpty()) {
                return Optional.empty();
            }
            if (i > 0) {
                id.append(',');
            }
            id.append(escape(part.get()));
        }
        return Optional.of(id.toString());
    }

    /**
     * Reads a key from text.
     *
     * @param id an id, from a server perhaps
     * @return the key values, or empty if no row of this table can have this id
     */
    public Optional<Object[]> decode(String id) {
        List<String> parts = affinities.size() == 1 ? List.of(id) : split(id);
        if (parts.size() != affinities.size()) {
            return Optional.empty();
        }
        Object[] key = new Object[parts.size()];
        for (int i = 0; i < key.length; i++) {
            Object value = value(affinities.get(i), parts.get(i));
            if (value == null) {
                return Optional.empty();
            }
            key[i] = value;
        }
        if (key.length == 1 && id.equals(key[0])) {
            return Optional.of(key);
        }
        // What does not come back as the same text is another id, and identity is bytewise.
        return encode(key).filter(id::equals).isPresent() ? Optional.of(key) : Optional.empty();
    }

    /**
     * Gives the shortest form of an id for the state table.
     *
     * @param id an id of this table
     * @return a Long for an integer, 16 bytes for a lower-case UUID, else the text
     */
    public Object compact(String id) {
        if (affinities.size() == 1
                && affinities.get(0) != Affinity.TEXT
                && value(affinities.get(0), id) instanceof Long number) {
            return number;
        }
        byte[] uuid = id.length() == UUID_LENGTH ? uuid(id) : null;
        return uuid == null ? id : uuid;
    }

    /**
     * Gives the id that a short form stands for.
     *
     * @param compact what {@link #compact} gave
     * @return the id
     */
    public String expand(Object compact) {
        if (compact instanceof byte[] bytes) {
            String digits = HexFormat.of().formatHex(bytes);
            return digits.substring(0, 8) + "-" + digits.substring(8, 12) + "-" + digits.substring(12, 16) + "-"
                    + digits.substring(16, 20) + "-" + digits.substring(20);
        }
        return compact.toString();
    }

    /** The 16 bytes of a lower-case UUID, else null. By hand, because every pulled record passes here. */
    private static byte @Nullable [] uuid(String id) {
        byte[] bytes = new byte[16];
        int digits = 0;
        for (int i = 0; i < UUID_LENGTH; i++) {
            char c = id.charAt(i);
            if (i == 8 || i == 13 || i == 18 || i == 23) {
                if (c != '-') {
                    return null;
                }
                continue;
            }
            int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
            if (digit < 0) {
                return null;
            }
            bytes[digits / 2] = (byte) (digits % 2 == 0 ? digit << 4 : bytes[digits / 2] | digit);
            digits++;
        }
        return bytes;
    }

    private static Optional<String> part(Affinity affinity, @Nullable Object value) {
        if (value instanceof Long number && affinity != Affinity.TEXT && affinity != Affinity.REAL) {
            return Optional.of(number.toString());
        }
        if (value instanceof String text) {
            return isText(affinity, text) ? Optional.of(text) : Optional.empty();
        }
        if (value instanceof byte[] bytes && affinity != Affinity.TEXT) {
            return Optional.of(BLOB_MARK + HexFormat.of().formatHex(bytes));
        }
        return Optional.empty();
    }

    private static @Nullable Object value(Affinity affinity, String part) {
        if (isText(affinity, part)) {
            return part;
        }
        if (affinity == Affinity.TEXT) {
            return null;
        }
        if (INTEGER_TEXT.matcher(part).matches()) {
            return whole(part);
        }
        if (part.startsWith(BLOB_MARK)) {
            try {
                return HexFormat.of().parseHex(part.substring(BLOB_MARK.length()));
            } catch (IllegalArgumentException noHex) {
                return null;
            }
        }
        return null;
    }

    /** Whether a text in such a column stays this text, and no number or blob has the same id. */
    private static boolean isText(Affinity affinity, String text) {
        if (SqliteValues.loneSurrogate(text)) {
            // The driver would store it as a question mark, which is another key.
            return false;
        }
        return affinity == Affinity.TEXT
                || (affinity != Affinity.INTEGER
                        && !text.startsWith(BLOB_MARK)
                        && !INTEGER_TEXT.matcher(text).matches()
                        && !NumericText.isConverted(affinity, text));
    }

    private static @Nullable Long whole(String digits) {
        try {
            return Long.valueOf(digits);
        } catch (NumberFormatException beyond64Bits) {
            return null;
        }
    }

    private static String escape(String part) {
        return part.replace("%", "%25").replace(",", "%2C");
    }

    private static List<String> split(String id) {
        List<String> parts = new ArrayList<>();
        for (String part : id.split(",", -1)) {
            parts.add(part.replace("%2C", ",").replace("%25", "%"));
        }
        return parts;
    }
}
