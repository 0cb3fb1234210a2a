package dev.syncline.internal.record;

import dev.syncline.backend.VersionKind;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/** How a remote record stands to what is known of it here. */
public enum RemoteChange {
    /** Older than what is known. */
    STALE,
    /** The version that is known. */
    SAME,
    /** Later than what is known, or nothing is known. */
    NEWER,
    /** A tombstone that is not stale. */
    DELETED;

    private static final int LONG_DIGITS = 19;
    private static final int MOST_DIGITS = 1000;

    /**
     * Compares versions.
     *
     * @param kind how versions of this backend compare
     * @param known the version known here; null if none is
     * @param told the record's version; null if the backend told none
     * @param deleted whether the record is a tombstone
     * @return how the record stands
     */
    public static RemoteChange of(VersionKind kind, @Nullable String known, @Nullable String told, boolean deleted) {
        if (known != null && told != null) {
            if (kind == VersionKind.ORDERED) {
                int order = compare(told, known);
                if (order < 0) {
                    return STALE;
                }
                if (order == 0 && !deleted) {
                    return SAME;
                }
            } else if (known.equals(told) && !deleted) {
                return SAME;
            }
        }
        return deleted ? DELETED : NEWER;
    }

    /** Whole numbers of any length by value; almost all of them fit into a long. */
    private static int compare(String a, String b) {
        if (a.equals(b)) {
            return 0;
        }
        if (a.length() < LONG_DIGITS && b.length() < LONG_DIGITS && isWhole(a) && isWhole(b)) {
            return Long.compare(Long.parseLong(a), Long.parseLong(b));
        }
        // Where it is not the ordered kind after all, treat it as a change, which at worst compares contents once more.
        return isWhole(a) && isWhole(b) ? new BigInteger(a).compareTo(new BigInteger(b)) : 1;
    }

    /** By hand, because every pulled record passes here. */
    private static boolean isWhole(String text) {
        int first = text.startsWith("-") ? 1 : 0;
        int digits = text.length() - first;
        if (digits < 1 || digits > MOST_DIGITS) {
            return false;
        }
        for (int i = first; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                return false;
            }
        }
        return true;
    }
}
