package dev.syncline.backend.rest;

/**
 * How a long list is split into pages, and what the parts of a page are called. Immutable; each method returns a changed
 * copy.
 */
public final class Pagination {

    private final String limitParameter;
    private final String cursorParameter;
    private final String itemsField;
    private final String cursorField;
    private final String moreField;
    private final String totalField;

    private Pagination(
            String limitParameter,
            String cursorParameter,
            String itemsField,
            String cursorField,
            String moreField,
            String totalField) {
        this.limitParameter = named(limitParameter);
        this.cursorParameter = named(cursorParameter);
        this.itemsField = named(itemsField);
        this.cursorField = named(cursorField);
        this.moreField = named(moreField);
        this.totalField = named(totalField);
    }

    /**
     * Each page holds an opaque cursor for what follows, as in the documented protocol: {@code ?limit=&cursor=} and {@code
     * {"items":[…],"cursor":"…","more":true,"total":123}}.
     *
     * @return this style, the default
     */
    public static Pagination cursor() {
        return new Pagination("limit", "cursor", "items", "cursor", "more", "total");
    }

    /**
     * Names the query parameters.
     *
     * @param limit the page size; default {@code limit}
     * @param cursor the place to go on; default {@code cursor}
     * @return a changed copy
     * @throws IllegalArgumentException if a name is empty
     */
    public Pagination parameters(String limit, String cursor) {
        return new Pagination(limit, cursor, itemsField, cursorField, moreField, totalField);
    }

    /**
     * Names the members of a page.
     *
     * @param items the array of records; default {@code items}
     * @param cursor the place of what follows, text; default {@code cursor}
     * @param more whether another page of this walk follows, a boolean; default {@code more}
     * @return a changed copy
     * @throws IllegalArgumentException if a name is empty
     */
    public Pagination fields(String items, String cursor, String more) {
        return new Pagination(limitParameter, cursorParameter, items, cursor, more, totalField);
    }

    /**
     * Names the member with the number of records in the whole walk; a page may lack it.
     *
     * @param total the name; default {@code total}
     * @return a changed copy
     * @throws IllegalArgumentException if the name is empty
     */
    public Pagination totalField(String total) {
        return new Pagination(limitParameter, cursorParameter, itemsField, cursorField, moreField, total);
    }

    String limitParameter() {
        return limitParameter;
    }

    String cursorParameter() {
        return cursorParameter;
    }

    String itemsField() {
        return itemsField;
    }

    String cursorField() {
        return cursorField;
    }

    String moreField() {
        return moreField;
    }

    String totalField() {
        return totalField;
    }

    private static String named(String name) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a name of the pagination is empty");
        }
        return name;
    }
}
