package dev.syncline.backend;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One record as the backend has it.
 *
 * <p>Values of {@code fields} are JSON values: null, {@link Boolean}, {@link Long} (or {@link java.math.BigInteger} beyond
 * 64 bits), {@link java.math.BigDecimal}, {@link String}, {@link java.util.List} and {@link java.util.Map} of such. Binary
 * floating point never occurs, so that no digit is lost on the way.
 *
 * @param id the remote id; compared byte by byte
 * @param version number, ETag or revision of this state; null if the backend did not tell it with the record
 * @param deleted whether this is a tombstone; its fields are then ignored
 * @param fields the fields by their names at the backend, without id and version; a field that is absent was not told
 * @param changedAt when the backend says this state came about; used for last-write-wins only
 */
public record RemoteRecord(
        String id,
        @Nullable String version,
        boolean deleted,
        Map<String, @Nullable Object> fields,
        @Nullable Instant changedAt) {

    /**
     * Makes a tombstone.
     *
     * @param id the remote id
     * @param version the version of the deletion, if the backend told it
     * @return a deleted record without fields
     */
    public static RemoteRecord tombstone(String id, @Nullable String version) {
        return new RemoteRecord(id, version, true, Map.of(), null);
    }

    /** Names the record without its values, so that logging one never shows what is in it. */
    @Override
    public String toString() {
        return "RemoteRecord[id=" + id + ", version=" + version + (deleted ? ", deleted" : "") + ", fields="
                + fields.keySet() + "]";
    }
}
