package dev.syncline.backend.rest;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How a long list is split into pages, and where the parts of a page are found. Immutable; each method returns a changed copy.
 *
 * <p>A place in a page is a path of member names, as in {@code meta.pagination.total}, or a JSON Pointer, as in {@code /@odata.nextLink}; the empty
 * path is the answer itself.
 */
public final class Pagination {

    private final PageSuccession succession;
    private String limitParameter = "limit";
    private String positionParameter;
    private String template = "";
    private int firstNumber;
    private int most = Integer.MAX_VALUE;
    private PageParts parts;
    private @Nullable String totalHeader;
    private boolean shortPageEnds;
    private boolean keyed;
    private boolean continued;
    private Set<Integer> pastTheEnd = Set.of();
    private Map<String, String> fixed = Map.of();

    private Pagination(PageSuccession succession, String position, PageParts parts) {
        this.succession = succession;
        positionParameter = position;
        this.parts = parts;
    }

    /**
     * Each page holds an opaque cursor for what follows, as in the documented protocol: {@code ?limit=&cursor=} and {@code
     * {"items":[…],"cursor":"…","more":true,"total":123}}.
     *
     * @return this style, the default
     */
    public static Pagination cursor() {
        PageParts parts = PageParts.of("items", "total").withCursor("cursor").withMore("more");
        return new Pagination(PageSuccession.CURSOR, "cursor", parts);
    }

    /**
     * Pages are asked for by how many rows lie before them, {@code ?limit=&offset=}. Rows that come or go during a walk shift
     * the pages behind them; so each page asks for the last row of the one before it as well, and where that is another one by
     * then the walk starts again. The list needs a fixed order: see {@link #fixed}.
     *
     * @return this style; the rows are in {@code items}, the number of all rows in {@code total} where it is told
     */
    public static Pagination offset() {
        return new Pagination(PageSuccession.OFFSET, "offset", PageParts.of("items", "total"));
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
        return new Pagination(PageSuccession.NUMBER, "page", PageParts.of("items", "total"))
                .with(p -> p.firstNumber = first);
    }

    /**
     * Each answer says where the next page is: in its {@code Link} header with {@code rel="next"} (RFC 8288), or in a member, see
     * {@link #linkField}. A link is followed as it is, relative ones from the address of their page, and only to the base
     * address's own scheme, host and port: credentials go nowhere else.
     *
     * @return this style; the answer itself is the array of rows
     */
    public static Pagination links() {
        return new Pagination(PageSuccession.LINK, "page", PageParts.of("", "total"));
    }

    /**
     * Each page is asked for by the last row before it, in a list that is ordered by id: {@code starting_after={id}}, {@code where={"id":{"$gt":"{id}"}}}.
     * Rows that come or go do not shift such pages. The list needs that order: see {@link #fixed}. A page may begin with the row that it was asked for
     * behind. One with the very rows of an earlier page, as from a server that does not look at the parameter, is refused and fails the pull of its table:
     * it is no end of the list.
     *
     * @param parameter the query parameter
     * @param value its value, where <code>{id}</code> stands for the id of the last row
     * @return this style; the rows are in {@code items}
     * @throws IllegalArgumentException if the parameter is empty or the value has no place for the id
     */
    public static Pagination after(String parameter, String value) {
        if (!value.contains(AddressTemplate.ID)) {
            throw new IllegalArgumentException("the value " + value + " has no place {id} for the last row's id");
        }
        return new Pagination(PageSuccession.KEYSET, named(parameter), PageParts.of("items", "total"))
                .with(p -> p.template = value);
    }

    private Pagination with(Consumer<Pagination> change) {
        Pagination copy = new Pagination(succession, positionParameter, parts);
        copy.limitParameter = limitParameter;
        copy.template = template;
        copy.firstNumber = firstNumber;
        copy.most = most;
        copy.totalHeader = totalHeader;
        copy.shortPageEnds = shortPageEnds;
        copy.keyed = keyed;
        copy.continued = continued;
        copy.pastTheEnd = pastTheEnd;
        copy.fixed = fixed;
        change.accept(copy);
        return copy;
    }

    private Pagination withParts(UnaryOperator<PageParts> change) {
        return with(p -> p.parts = change.apply(parts));
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
        named(limit);
        named(position);
        return with(p -> {
            p.limitParameter = limit;
            p.positionParameter = position;
        });
    }

    /**
     * Sends no page size: for servers that refuse the parameter.
     *
     * @return a changed copy
     */
    public Pagination withoutLimit() {
        return with(p -> p.limitParameter = "");
    }

    /**
     * Asks for no more rows than the server gives in one page, where it refuses a larger number instead of cutting it.
     *
     * @param rows the most, at least 2
     * @return a changed copy
     * @throws IllegalArgumentException if it is below 2
     */
    public Pagination most(int rows) {
        if (rows < 2) {
            throw new IllegalArgumentException(
                    "a page of at most " + rows + " rows cannot overlap with the one before");
        }
        return with(p -> p.most = rows);
    }

    /**
     * Says that the rows are the members of an object, {@code {"17": {…}, "18": {…}}}, and not the elements of an array. Each holds its id itself.
     *
     * @return a changed copy
     */
    public Pagination keyed() {
        return with(p -> p.keyed = true);
    }

    /**
     * Names the statuses by which the server answers a page behind the last one. Default: such a page is empty.
     *
     * @param statuses such as 400 or 404
     * @return a changed copy
     * @throws IllegalArgumentException if the style is neither {@link #offset()} nor {@link #numbered}, or one of them has another meaning: 401, 408,
     *     429, 5xx
     */
    public Pagination pastTheEnd(int... statuses) {
        if (!succession.isCounted()) {
            throw new IllegalArgumentException("pages of this style are never behind the last one");
        }
        Set<Integer> all = ClientErrors.of("a page behind the last one", statuses);
        return with(p -> p.pastTheEnd = all);
    }

    /**
     * Says that the cursor is an object whose members all go back as parameters, as MediaWiki's {@code continue}.
     *
     * @param place where it is; a page without it is the last one
     * @return a changed copy
     * @throws IllegalArgumentException if the style is another one than {@link #cursor()} or the place empty
     */
    public Pagination continuedBy(String place) {
        return cursorOnly(place).with(p -> p.continued = true);
    }

    /**
     * Says where the cursor is, in pages that do not say whether another one follows: a page without one, or with an empty one, is the last.
     *
     * @param place such as {@code nextPageToken}
     * @return a changed copy
     * @throws IllegalArgumentException if the style is another one than {@link #cursor()} or the place empty
     */
    public Pagination cursorOnly(String place) {
        requireCursor();
        return withParts(changed -> changed.withCursor(named(place)).withMore(null));
    }

    /**
     * Says where pages of {@link #after} say whether another one follows. Default: the list ends with an empty page.
     *
     * @param place such as {@code has_more}, a boolean
     * @return a changed copy
     * @throws IllegalArgumentException if the style is another one or the place empty
     */
    public Pagination moreField(String place) {
        if (succession != PageSuccession.KEYSET) {
            throw new IllegalArgumentException("only pages of after(…) say so; those of cursor() by fields(…)");
        }
        return withParts(changed -> changed.withMore(named(place)));
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
        return with(p -> p.fixed = more);
    }

    /**
     * Says where the rows are.
     *
     * @param path the array, such as {@code data} or {@code _embedded.{entity}}, where the braces stand for the entity's name; empty
     *     if the answer itself is the array
     * @return a changed copy
     */
    public Pagination items(String path) {
        return withParts(changed -> changed.withItems(path));
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
        requireCursor();
        return withParts(
                changed -> changed.withItems(items).withCursor(named(cursor)).withMore(named(more)));
    }

    /**
     * Says where the number of records in the whole walk is; a page may lack it.
     *
     * @param total the path; default {@code total}
     * @return a changed copy
     * @throws IllegalArgumentException if the path is empty
     */
    public Pagination totalField(String total) {
        return withParts(changed -> changed.withTotal(named(total)));
    }

    /**
     * Names the header with the number of records in the whole walk, such as {@code X-Total-Count}. Default: none.
     *
     * @param name the header
     * @return a changed copy
     * @throws IllegalArgumentException if the name is empty
     */
    public Pagination totalHeader(String name) {
        named(name);
        return with(p -> p.totalHeader = name);
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
        if (succession != PageSuccession.LINK) {
            throw new IllegalArgumentException("only pages of links() have the address of the next one");
        }
        return withParts(changed -> changed.withLink(named(path)));
    }

    /**
     * Says that a page with fewer rows than were asked for is the last one, which saves a request where the number of all rows is
     * not told. Only for a server that never cuts a page on its own account. Default: the list ends with an empty page, or when
     * as many rows came as there are.
     *
     * @return a changed copy
     * @throws IllegalArgumentException if the style is {@link #cursor()} or {@link #links()}
     */
    public Pagination shortPageEnds() {
        if (succession.isTold()) {
            throw new IllegalArgumentException("pages of this style say themselves which is the last one");
        }
        return with(p -> p.shortPageEnds = true);
    }

    PageSuccession succession() {
        return succession;
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

    /** The page size that goes into a request. */
    int limit(int wanted) {
        return Math.min(wanted, most);
    }

    boolean isKeyed() {
        return keyed;
    }

    boolean isContinued() {
        return continued;
    }

    Set<Integer> pastTheEnd() {
        return pastTheEnd;
    }

    /** The same with a place for what the next delta is asked for with. */
    Pagination withToken(@Nullable String place) {
        return withParts(changed -> changed.withToken(place));
    }

    /** The way from one page to the next. */
    Pager pager() {
        return switch (succession) {
            case CURSOR -> new CursorPager(positionParameter, continued);
            case OFFSET -> new OffsetPager(positionParameter, shortPageEnds);
            case NUMBER -> new NumberPager(positionParameter, firstNumber, shortPageEnds);
            case LINK -> new LinkPager();
            case KEYSET -> new KeysetPager(positionParameter, template, parts.more() != null, shortPageEnds);
        };
    }

    private void requireCursor() {
        if (succession != PageSuccession.CURSOR) {
            throw new IllegalArgumentException("only pages of cursor() have a cursor; use items(…)");
        }
    }

    private static String named(String name) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a name of the pagination is empty");
        }
        return name;
    }
}
