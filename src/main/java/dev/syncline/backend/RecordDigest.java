package dev.syncline.backend;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A digest of the ids and versions of records, whatever their order: the SHA-256 of each {@code id}, a zero byte and {@code version}, both
 * in UTF-8, joined by exclusive or. So a server can keep it up with each write, by the digest of the old version and that of the new one.
 * It is no protection against a forger. Not thread-safe.
 */
public final class RecordDigest {
    private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");

    private final MessageDigest sha256;
    private final byte[] sum;

    /** Begins with no record. */
    public RecordDigest() {
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java platform has SHA-256", impossible);
        }
        sum = new byte[sha256.getDigestLength()];
    }

    /**
     * Takes a record in. Taken in a second time it is out again.
     *
     * @param id its id
     * @param version its version
     * @return this
     */
    public RecordDigest add(String id, String version) {
        sha256.update(id.getBytes(StandardCharsets.UTF_8));
        sha256.update((byte) 0);
        byte[] one = sha256.digest(version.getBytes(StandardCharsets.UTF_8));
        for (int i = 0; i < sum.length; i++) {
            sum[i] ^= one[i];
        }
        return this;
    }

    /** {@return the digest as 64 hexadecimal digits in lower case; all zeros for no record} */
    public String value() {
        return HexFormat.of().formatHex(sum);
    }

    static String checked(String digest) {
        String lower = digest.toLowerCase(Locale.ROOT);
        if (!HEX.matcher(lower).matches()) {
            throw new IllegalArgumentException("a digest of records is not 64 hexadecimal digits");
        }
        return lower;
    }
}
