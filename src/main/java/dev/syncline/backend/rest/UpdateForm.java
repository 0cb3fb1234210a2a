package dev.syncline.backend.rest;

/** How an update travels. */
public enum UpdateForm {
    /** {@code PATCH} with the changed fields; each named field is replaced whole, the others stay. */
    PATCH,
    /** {@code PUT} with all fields; only with a precondition, since an unconditional PUT can create. */
    PUT
}
