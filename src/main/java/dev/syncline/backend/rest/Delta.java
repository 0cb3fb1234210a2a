package dev.syncline.backend.rest;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How the server tells what changed since the last pull. Immutable; each method returns a changed copy. */
public final class Delta {

    enum Style {
        CURSOR,
        UPDATED_SINCE,
        TOKEN,
        NONE
    }

    private final Style style;
    private final @Nullable SinceQuery since;
    private final @Nullable String parameter;
    private final @Nullable String tokenPlace;
    private final @Nullable String tokenHeader;
    private final Set<Integer> refusals;

    private Delta(
            Style style,
            @Nullable SinceQuery since,
            @Nullable String parameter,
            @Nullable String tokenPlace,
            @Nullable String tokenHeader,
            Set<Integer> refusals) {
        this.style = style;
        this.since = since;
        this.parameter = parameter;
        this.tokenPlace = tokenPlace;
        this.tokenHeader = tokenHeader;
        this.refusals = refusals;
    }

    /**
     * The cursor of the last page is where the next delta starts. Nothing is told twice and nothing depends on clocks.
     *
     * @return this style, the default
     */
    public static Delta cursor() {
        return new Delta(Style.CURSOR, null, null, null, null, Set.of());
    }

    /**
     * Records changed at or after a time of the server are asked for. The time comes from the server's lists only, taken
     * before the first page of a pull; the overlap covers transactions that were stamped before they became visible, and a server that
     * leaves out what changed at that very time. What lies in the overlap is told again and recognised by its version.
     *
     * @param parameter the query parameter, {@code updated_since} in the documented protocol
     * @param overlap how far to reach back; 5 minutes is a usual value, not negative
     * @return this style
     * @throws IllegalArgumentException if the parameter is empty or the overlap negative
     */
    public static Delta updatedSince(String parameter, Duration overlap) {
        if (overlap.isNegative()) {
            throw new IllegalArgumentException("overlap is " + overlap + ", but must not be negative");
        }
        SinceQuery query = new SinceQuery(named(parameter), SinceQuery.SINCE, overlap, TimeFormat.iso(), Map.of());
        return new Delta(Style.UPDATED_SINCE, query, parameter, null, null, Set.of());
    }

    /**
     * A member of a pull's answers holds what the next pull is asked with: a sync token, a sequence number.
     *
     * @param parameter the query parameter, such as {@code syncToken}
     * @param place where the answers hold it, such as {@code nextSyncToken}; of several pages the first that does counts
     * @return this style
     * @throws IllegalArgumentException if one of both is empty
     */
    public static Delta token(String parameter, String place) {
        return new Delta(Style.TOKEN, null, named(parameter), named(place), null, Set.of());
    }

    /**
     * A header of a pull's answers holds what the next pull is asked with, such as Kinto's {@code ETag} for {@code _since}.
     *
     * @param parameter the query parameter
     * @param header the header of the first page
     * @return this style
     * @throws IllegalArgumentException if one of both is empty
     */
    public static Delta tokenInHeader(String parameter, String header) {
        return new Delta(Style.TOKEN, null, named(parameter), null, named(header), Set.of());
    }

    /**
     * A member of a pull's last page holds the address of the next pull, such as {@code /@odata.deltaLink}. It is followed as links of pages are.
     *
     * @param place where the answers hold it
     * @return this style
     * @throws IllegalArgumentException if the place is empty
     */
    public static Delta link(String place) {
        return new Delta(Style.TOKEN, null, null, named(place), null, Set.of());
    }

    /**
     * The server cannot tell: every pull walks over all records.
     *
     * @return this style
     */
    public static Delta none() {
        return new Delta(Style.NONE, null, null, null, null, Set.of());
    }

    /**
     * Gives the value of the parameter of {@link #updatedSince} another form, such as {@code gte.{since}} or
     * {@code {"updatedAt":{"$gte":{"__type":"Date","iso":"{since}"}}}}.
     *
     * @param template the value, where <code>{since}</code> stands for the time
     * @return a changed copy
     * @throws IllegalArgumentException if the template has no place for the time, or the style is another one
     */
    public Delta value(String template) {
        if (!template.contains(SinceQuery.SINCE)) {
            throw new IllegalArgumentException("the value " + template + " has no place {since} for the time");
        }
        SinceQuery old = byTime();
        return with(new SinceQuery(old.parameter(), template, old.overlap(), old.format(), old.also()));
    }

    /**
     * Writes the time of {@link #updatedSince} in this format.
     *
     * @param format default {@link TimeFormat#iso()}
     * @return a changed copy
     * @throws IllegalArgumentException if the style is another one
     */
    public Delta times(TimeFormat format) {
        SinceQuery old = byTime();
        return with(new SinceQuery(old.parameter(), old.template(), old.overlap(), format, old.also()));
    }

    /**
     * Adds a parameter to the requests of {@link #updatedSince} that ask for changes, such as {@code show_deleted}.
     *
     * @param name the parameter
     * @param text its value
     * @return a changed copy
     * @throws IllegalArgumentException if the name is empty, or the style is another one
     */
    public Delta also(String name, String text) {
        SinceQuery old = byTime();
        Map<String, String> more = new LinkedHashMap<>(old.also());
        more.put(named(name), text);
        return with(new SinceQuery(old.parameter(), old.template(), old.overlap(), old.format(), more));
    }

    /**
     * Names the statuses by which the server refuses a cursor or token that it no longer knows, beside 410; everything is read again then.
     *
     * @param statuses such as 400 or 403; they must not mean anything else in answer to a delta
     * @return a changed copy
     * @throws IllegalArgumentException if one of them says that the credentials are refused or the server is busy: 401, 408, 429, 5xx
     */
    public Delta refusedBy(int... statuses) {
        Set<Integer> all = ClientErrors.of("a cursor that is not known", statuses);
        return new Delta(style, since, parameter, tokenPlace, tokenHeader, all);
    }

    private Delta with(SinceQuery query) {
        return new Delta(style, query, parameter, tokenPlace, tokenHeader, refusals);
    }

    private SinceQuery byTime() {
        if (since == null) {
            throw new IllegalArgumentException("only Delta.updatedSince(…) asks by time");
        }
        return since;
    }

    private static String named(String name) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a parameter, header or place of the delta has no name");
        }
        return name;
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

    /** Where pages hold the token; null if they do not. */
    @Nullable
    String tokenPlace() {
        return tokenPlace;
    }

    @Nullable
    String tokenHeader() {
        return tokenHeader;
    }

    /** Whether the token is an address. */
    boolean isLink() {
        return style == Style.TOKEN && parameter == null;
    }

    Set<Integer> refusals() {
        return refusals;
    }

    PageFeed over(Pager pager) {
        return switch (style) {
            case CURSOR -> new CursorFeed(pager);
            case UPDATED_SINCE -> new UpdatedSinceFeed(pager, Objects.requireNonNull(since));
            case TOKEN -> new TokenFeed(pager, parameter);
            case NONE -> new WalkFeed(pager);
        };
    }
}
