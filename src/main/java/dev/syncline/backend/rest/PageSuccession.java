package dev.syncline.backend.rest;

/** What leads from one page of a list to the next. */
enum PageSuccession {
    CURSOR,
    OFFSET,
    NUMBER,
    LINK,
    KEYSET;

    /** Whether each page says itself if it is the last one. */
    boolean isTold() {
        return this == CURSOR || this == LINK;
    }

    /** Whether a page can be asked for that lies behind the last one. */
    boolean isCounted() {
        return this == OFFSET || this == NUMBER;
    }

    /** Whether a walk may pass over rows that were there all the time, because others came or went; links may be counted pages. */
    boolean shifts() {
        return isCounted() || this == LINK;
    }
}
