package dev.syncline.backend.rest;

/** How an update travels. */
public enum UpdateForm {
    /** {@code PATCH} with the changed fields; each named field is replaced whole, the others stay. */
    PATCH("PATCH", "application/json", true),
    /** {@code PATCH} as {@code application/merge-patch+json} (RFC 7396), for servers that insist on the name. */
    MERGE_PATCH("PATCH", "application/merge-patch+json", true),
    /** {@code PATCH} as {@code application/json-patch+json} (RFC 6902): one {@code add} for each changed field, which replaces it. */
    JSON_PATCH("PATCH", "application/json-patch+json", true),
    /** {@code PUT} with the changed fields; the others stay, as at Parse Server or Strapi. It must not create. */
    PUT_CHANGED("PUT", "application/json", true),
    /** {@code POST} to the row's own address with the changed fields; the others stay. */
    POST("POST", "application/json", true),
    /** {@code PUT} with all fields; only with a precondition, since an unconditional PUT can create. */
    PUT("PUT", "application/json", false),
    /** {@code PUT} with all fields at a server that answers 404 where there is no row: it never creates. */
    PUT_EXISTING("PUT", "application/json", false);

    private final String method;
    private final String type;
    private final boolean partial;

    UpdateForm(String method, String type, boolean partial) {
        this.method = method;
        this.type = type;
        this.partial = partial;
    }

    String method() {
        return method;
    }

    String type() {
        return type;
    }

    boolean isPartial() {
        return partial;
    }
}
