package dev.syncline.backend;

import org.jspecify.annotations.Nullable;

/**
 * What a backend holds of one entity, in two figures.
 *
 * @param count how many records it has, deleted ones not among them
 * @param digest the {@link RecordDigest} of these records; null if the backend makes none
 */
public record EntitySummary(long count, @Nullable String digest) {

    /**
     * Checks the figures.
     *
     * @param count as above; not negative
     * @param digest as above; 64 hexadecimal digits, taken in lower case
     * @throws IllegalArgumentException if one of them is anything else
     */
    public EntitySummary {
        if (count < 0) {
            throw new IllegalArgumentException("a count of records is " + count + ", but must not be negative");
        }
        if (digest != null) {
            digest = RecordDigest.checked(digest);
        }
    }
}
