package dev.syncline.backend.rest;

import org.jspecify.annotations.Nullable;

/** Where a server tells how many rows an entity has, and perhaps their digest. Immutable. */
public final class Summaries {
    private final boolean totals;
    private final @Nullable AddressTemplate path;
    private final JsonPlace count;
    private final @Nullable JsonPlace digest;

    private Summaries(boolean totals, @Nullable AddressTemplate path, JsonPlace count, @Nullable JsonPlace digest) {
        this.totals = totals;
        this.path = path;
        this.count = count;
        this.digest = digest;
    }

    /**
     * Nothing is told.
     *
     * @return this way, the default
     */
    public static Summaries none() {
        return new Summaries(false, null, JsonPlace.of("count"), null);
    }

    /**
     * The list of an entity says on its first page how many rows there are, where {@link Pagination} finds the total. A list without such a
     * number tells nothing.
     *
     * @return this way
     */
    public static Summaries totals() {
        return new Summaries(true, null, JsonPlace.of("count"), null);
    }

    /**
     * An address of its own answers with a JSON object such as <code>{"count": 12, "digest": "…"}</code>, where the digest is a {@link
     * dev.syncline.backend.RecordDigest} and may be missing.
     *
     * @param path below the base address, such as <code>{entity}/_summary</code> or <code>items/{entity}?aggregate=count</code>
     * @return this way, with the count at {@code count} and the digest at {@code digest}
     * @throws IllegalArgumentException if the path is not plain segments, one of which is <code>{entity}</code>
     */
    public static Summaries at(String path) {
        return new Summaries(
                false, AddressTemplate.of(path, AddressTemplate.ENTITY), JsonPlace.of("count"), JsonPlace.of("digest"));
    }

    /**
     * Says where the count stands in the answer.
     *
     * @param place with dots, such as {@code data.0.count}, or as a JSON Pointer; empty for the whole answer
     * @return a changed copy
     * @throws IllegalArgumentException if the place has an empty name in it, or there is no address that it could be at
     */
    public Summaries count(String place) {
        requirePath();
        return new Summaries(false, path, JsonPlace.of(place), digest);
    }

    /**
     * Says where the digest stands in the answer.
     *
     * @param place as for {@link #count}
     * @return a changed copy
     * @throws IllegalArgumentException as for {@link #count}
     */
    public Summaries digest(String place) {
        requirePath();
        return new Summaries(false, path, count, JsonPlace.of(place));
    }

    private void requirePath() {
        if (path == null) {
            throw new IllegalArgumentException(
                    "a place in an answer needs an address that gives one: Summaries.at(path)");
        }
    }

    boolean areTotals() {
        return totals;
    }

    @Nullable
    AddressTemplate path() {
        return path;
    }

    JsonPlace countPlace() {
        return count;
    }

    @Nullable
    JsonPlace digestPlace() {
        return digest;
    }
}
