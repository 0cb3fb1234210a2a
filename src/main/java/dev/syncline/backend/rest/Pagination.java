package dev.syncline.backend.rest;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How a long list is split into pages, and where the parts of a page are found. Immutable; each method returns a changed copy.
 *
 * <p>A place in a page is a path of member names, as in {@code meta.pagination.total}; the empty path is the answer itself.
 */
public final class Pagination {

    /** How the next page is found. */
    enum Style {
        CURSOR,
        OFFSET,
        NUMBER,
        LINK
    }

    private final Style style;
    private final String limitParameter;
    private final String positionParameter;
    private final int firstNumber;
    private final PageParts parts;
    private final @Nullable String totalHeader;
    private final boolean shortPageEnds;
    private final Map<String, String> fixed;

    private Pagination(
            Style style,
            String limitParameter,
            String positionParameter,
            int firstNumber,
            PageParts parts,
            @Nullable String totalHeader,
            boolean shortPageEnds,
            Map<String, String> fixed) {
        this.style = style;
        this.limitParameter = named(limitParameter);
        this.positionParameter = named(positionParameter);
        this.firstNumber = firstNumber;
        this.parts = parts;
        this.totalHeader = totalHeader;
        this.shortPageEnds = shortPageEnds;
        this.fixed = fixed;
    }

    /**
     * Each page holds an opaque cursor for what follows, as in the documented protocol: {@code ?limit=&cursor=} and {@code
     * {"items":[…],"cursor":"…","more":true,"total":123}}.
     *
     * @return this style, the default
     */
    public static Pagination cursor() {
        return of(Style.CURSOR, "cursor", 0, new PageParts("items", "cursor", "more", "total", null));
    }

    /**
     * Pages are asked for by how many rows lie before them, {@code ?limit=&offset=}. Rows that come or go during a walk shift
     * the pages behind them; so each page asks for the last row of the one before it as well, and where that is another one by
     * then the walk starts again. The list needs a fixed order: see {@link #fixed}.
     *
     * @return this style; the rows are in {@code items}, the number of all rows in {@code total} where it is told
     */
    public static Pagination offset() {
        return of(Style.OFFSET, "offset", 0, PageParts.of("items", "total"));
    }

    /**
     * Pages are numbered, {@code ?limit=&page=}. Where the server tells the number of all rows, a walk during which it changed,
     * or that met another number, starts again. The list needs a fixed order: see {@link #fixed}.
     *
     * @param first the number of the first page, 0 or 1
     * @return this style; the rows are in {@code items}, the number of all rows in {@code total} where it is told
     * @throws IllegalArgumentException if {@code first} is neither
     */
    public static Pagination numbered(int first) {
        if (first != 0 && first != 1) {
            throw new IllegalArgumentException("pages are numbered from 0 or 1, not from " + first);
        }
        return of(Style.NUMBER, "page", first, PageParts.of("items", "total"));
    }

    /**
     * Each answer says where the next page is: in its {@code Link} header with {@code rel="next"} (RFC 8288), or in a member, see
     * {@link #linkField}. A link is followed as it is, relative ones from the address of their page, and only to the base
     * address's own scheme, host and port: credentials go nowhere else.
     *
     * @return this style; the answer itself is the array of rows
     */
    public static Pagination links() {
        return of(Style.LINK, "page", 0, PageParts.of("", "total"));
    }

    private static Pagination of(Style style, String position, int first, PageParts parts) {
        return new Pagination(style, "limit", position, first, parts, null, false, Map.of());
    }

    private Pagination with(UnaryOperator<PageParts> change) {
        return new Pagination(
                style,
                limitParameter,
                positionParameter,
                firstNumber,
                change.apply(parts),
                totalHeader,
                shortPageEnds,
                fixed);
    }

    /**
     * Names the query parameters.
     *
     * @param limit the page size; default {@code limit}
     * @param position the place to go on: cursor, offset or number of the page; default {@code cursor}, {@code offset} or
     *     {@code page}; not used by {@link #links()}
     * @return a changed copy
     * @throws IllegalArgumentException if a name is empty
     */
    public Pagination parameters(String limit, String position) {
        return new Pagination(style, limit, position, firstNumber, parts, totalHeader, shortPageEnds, fixed);
    }

    /**
     * Adds a query parameter to every page of every walk, above all the order of the list, such as {@code fixed("sort",
     * "id")}: pages of a list whose order changes between two requests can lose rows.
     *
     * @param parameter the name
     * @param value the value
     * @return a changed copy
     * @throws IllegalArgumentException if the name is empty
     */
    public Pagination fixed(String parameter, String value) {
        Map<String, String> more = new LinkedHashMap<>(fixed);
        more.put(named(parameter), value);
        return new Pagination(
                style, limitParameter, positionParameter, firstNumber, parts, totalHeader, shortPageEnds, more);
    }

    /**
     * Says where the rows are.
     *
     * @param path the array, such as {@code data} or {@code _embedded.{entity}}, where the braces stand for the entity's name; empty
     *     if the answer itself is the array
     * @return a changed copy
     */
    public Pagination items(String path) {
        return with(changed -> changed.withItems(path));
    }

    /**
     * Says where a page of {@link #cursor()} has its parts; the other styles know no cursor and no such flag.
     *
     * @param items the array of records; default {@code items}
     * @param cursor the place of what follows, text; default {@code cursor}
     * @param more whether another page of this walk follows, a boolean; default {@code more}
     * @return a changed copy
     * @throws IllegalArgumentException if the style is another one or the path of cursor or flag empty
     */
    public Pagination fields(String items, String cursor, String more) {
        if (style != Style.CURSOR) {
            throw new IllegalArgumentException("only pages of cursor() have a cursor; use items(…)");
        }
        return with(changed -> new PageParts(items, named(cursor), named(more), changed.total(), null));
    }

    /**
     * Says where the number of records in the whole walk is; a page may lack it.
     *
     * @param total the path; default {@code total}
     * @return a changed copy
     * @throws IllegalArgumentException if the path is empty
     */
    public Pagination totalField(String total) {
        return with(changed -> changed.withTotal(named(total)));
    }

    /**
     * Names the header with the number of records in the whole walk, such as {@code X-Total-Count}. Default: none.
     *
     * @param name the header
     * @return a changed copy
     * @throws IllegalArgumentException if the name is empty
     */
    public Pagination totalHeader(String name) {
        return new Pagination(
                style, limitParameter, positionParameter, firstNumber, parts, named(name), shortPageEnds, fixed);
    }

    /**
     * Says where a page of {@link #links()} has the address of the next one, such as {@code _links.next.href}. Default: in the
     * {@code Link} header.
     *
     * @param path the member, text or null
     * @return a changed copy
     * @throws IllegalArgumentException if the style is another one or the path empty
     */
    public Pagination linkField(String path) {
        if (style != Style.LINK) {
            throw new IllegalArgumentException("only pages of links() have the address of the next one");
        }
        return with(changed -> changed.withLink(named(path)));
    }

    /**
     * Says that a page with fewer rows than were asked for is the last one, which saves a request where the number of all rows is
     * not told. Only for a server that never cuts a page on its own account. Default: the list ends with an empty page, or when
     * as many rows came as there are.
     *
     * @return a changed copy
     * @throws IllegalArgumentException if the style is neither {@link #offset()} nor {@link #numbered}
     */
    public Pagination shortPageEnds() {
        if (style != Style.OFFSET && style != Style.NUMBER) {
            throw new IllegalArgumentException("pages of this style say themselves which is the last one");
        }
        return new Pagination(style, limitParameter, positionParameter, firstNumber, parts, totalHeader, true, fixed);
    }

    boolean hasCursor() {
        return style == Style.CURSOR;
    }

    boolean hasLinks() {
        return style == Style.LINK;
    }

    /** Whether a walk may pass over rows that were there all the time, because others came or went; links may be counted pages. */
    boolean shifts() {
        return style != Style.CURSOR;
    }

    PageParts parts() {
        return parts;
    }

    @Nullable
    String totalHeader() {
        return totalHeader;
    }

    Map<String, String> fixed() {
        return fixed;
    }

    String limitParameter() {
        return limitParameter;
    }

    String positionParameter() {
        return positionParameter;
    }

    /** The way from one page to the next. */
    Pager pager() {
        return switch (style) {
            case CURSOR -> new CursorPager(positionParameter);
            case OFFSET -> new OffsetPager(positionParameter, shortPageEnds);
            case NUMBER -> new NumberPager(positionParameter, firstNumber, shortPageEnds);
            case LINK -> new LinkPager();
        };
    }

    private static String named(String name) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a name of the pagination is empty");
        }
        return name;
    }
}
