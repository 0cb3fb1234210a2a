package dev.syncline.backend;

/** How two versions of one record compare. */
public enum VersionKind {
    /** A whole number that grows with each change of the record; an older page is recognised and skipped. */
    ORDERED,
    /** An ETag or revision: equal means the same content, different means only that something changed. */
    OPAQUE
}
