package dev.syncline.backend;

import java.time.Instant;
import java.util.List;
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
 * @param rivals versions of this record that other writers left beside this one, where the backend lets several stand and shows one; a
 *     person is asked about the first. What such a version holds beyond the columns of its table goes out with what was decided,
 *     by which the backend can tell which one is settled
 */
public record RemoteRecord(
        String id,
        @Nullable String version,
        boolean deleted,
        Map<String, @Nullable Object> fields,
        @Nullable Instant changedAt,
        List<RemoteRecord> rivals) {

    /**
     * Makes a record that stands alone.
     *
     * @param id the remote id
     * @param version number, ETag or revision of this state, if told
     * @param deleted whether this is a tombstone
     * @param fields the fields by their names at the backend
     * @param changedAt when this state came about, if told
     */
    public RemoteRecord(
            String id,
            @Nullable String version,
            boolean deleted,
            Map<String, @Nullable Object> fields,
            @Nullable Instant changedAt) {
        this(id, version, deleted, fields, changedAt, List.of());
    }

    /**
     * Gives the same record with versions beside it.
     *
     * @param others what other writers left, the one to be asked about first
     * @return a changed copy
     */
    public RemoteRecord withRivals(List<RemoteRecord> others) {
        return new RemoteRecord(id, version, deleted, fields, changedAt, List.copyOf(others));
    }

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
