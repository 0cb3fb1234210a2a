package dev.syncline.backend.rest;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How the server tells what changed since the last pull. Immutable. */
public final class Delta {

    enum Style {
        CURSOR,
        UPDATED_SINCE,
        NONE
    }

    private final Style style;
    private final @Nullable String parameter;
    private final Duration overlap;

    private Delta(Style style, @Nullable String parameter, Duration overlap) {
        this.style = style;
        this.parameter = parameter;
        this.overlap = overlap;
    }

    /**
     * The cursor of the last page is where the next delta starts. Nothing is told twice and nothing depends on clocks.
     *
     * @return this style, the default
     */
    public static Delta cursor() {
        return new Delta(Style.CURSOR, null, Duration.ZERO);
    }

    /**
     * Records changed at or after a time of the server are asked for. The time comes from the server's answers only, taken
     * before the first page of a pull; the overlap covers transactions that were stamped before they became visible. What
     * lies in the overlap is told again and recognised by its version.
     *
     * @param parameter the query parameter, {@code updated_since} in the documented protocol
     * @param overlap how far to reach back; 5 minutes is a usual value, not negative
     * @return this style
     * @throws IllegalArgumentException if the parameter is empty or the overlap negative
     */
    public static Delta updatedSince(String parameter, Duration overlap) {
        if (parameter.isEmpty()) {
            throw new IllegalArgumentException("the updated-since parameter has no name");
        }
        if (overlap.isNegative()) {
            throw new IllegalArgumentException("overlap is " + overlap + ", but must not be negative");
        }
        return new Delta(Style.UPDATED_SINCE, parameter, overlap);
    }

    /**
     * The server cannot tell: every pull walks over all records.
     *
     * @return this style
     */
    public static Delta none() {
        return new Delta(Style.NONE, null, Duration.ZERO);
    }

    boolean needsCursor() {
        return style == Style.CURSOR;
    }

    @Nullable
    String parameter() {
        return parameter;
    }

    boolean tellsChanges() {
        return style != Style.NONE;
    }

    boolean goesByTime() {
        return style == Style.UPDATED_SINCE;
    }

    PageFeed over(Pager pager) {
        return switch (style) {
            case CURSOR -> new CursorFeed(pager);
            case UPDATED_SINCE -> new UpdatedSinceFeed(pager, Objects.requireNonNull(parameter), overlap);
            case NONE -> new WalkFeed(pager);
        };
    }
}
