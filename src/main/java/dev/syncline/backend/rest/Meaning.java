package dev.syncline.backend.rest;

/** What an answer means that is no success, where its status alone says something else. See {@link Errors#means}. */
public enum Meaning {
    /** The row has moved on since the version that the write was made on. */
    CONFLICT,
    /** A create of something that is there: its id, or a value that must be unique. */
    EXISTS,
    /** There is no such row. Where the status is 401 or 403, the credentials are tried before it is believed. */
    GONE,
    /** Refused for good as it stands, whatever the status suggests. */
    REFUSED,
    /** Not now; the same request may succeed later. */
    RETRY,
    /** The same request was served before: a repetition was recognised, but the answer is not told again. */
    DONE,
    /** The credentials are not accepted, or no longer. */
    UNAUTHORIZED
}
