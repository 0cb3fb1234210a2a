package dev.syncline.backend.rest;

import dev.syncline.internal.http.MalformedAnswer;
import java.util.Map;
import okhttp3.HttpUrl;

/**
 * Addresses below the base address. Whatever an entity or id holds, host, path prefix and number of segments stay what they
 * are; what cannot be said as one segment is refused, since {@code DELETE /notes/} has wiped a collection before.
 */
final class RestAddresses {

    /** The entity's name in the path of a list. */
    static final String ENTITY = "{entity}";

    /** Where an entity's rows are. */
    static final String COLLECTION = ENTITY;

    private final HttpUrl base;

    RestAddresses(HttpUrl base) {
        this.base = base;
    }

    /** Whether the text can be one segment of an address. */
    static boolean isSegment(String text) {
        return !text.isEmpty()
                && text.length() <= RowFormat.MAX_ID
                && !text.equals(".")
                && !text.equals("..")
                && isWholeText(text);
    }

    /** Below a fixed path of the settings, such as the batch endpoint. */
    HttpUrl path(String path) {
        return base.newBuilder().addPathSegments(path).build();
    }

    /** A list of an entity's. The path is of the settings, but for the entity's name in it. */
    HttpUrl list(String path, String entity, Map<String, String> query) {
        HttpUrl.Builder url = base.newBuilder();
        for (String segment : path.split("/", -1)) {
            append(url, segment.equals(ENTITY) ? entity : segment);
        }
        query.forEach(url::addQueryParameter);
        return url.build();
    }

    /**
     * An address that the server gave. What is not the base address's own scheme, host and port gets no request, since every
     * request carries the credentials.
     *
     * @throws MalformedAnswer if it leads elsewhere or is no address
     */
    HttpUrl link(String address) {
        HttpUrl url = HttpUrl.parse(address);
        boolean own = url != null
                && url.scheme().equals(base.scheme())
                && url.host().equals(base.host())
                && url.port() == base.port()
                && url.username().isEmpty()
                && url.password().isEmpty();
        if (!own) {
            throw new MalformedAnswer("the address of the next page is none, or leads to another host");
        }
        return url;
    }

    HttpUrl row(String entity, String id) {
        HttpUrl.Builder url = base.newBuilder();
        append(url, entity);
        append(url, id);
        return url.build();
    }

    private static void append(HttpUrl.Builder url, String segment) {
        if (!isSegment(segment)) {
            throw new IllegalArgumentException("an entity or id that is empty, '.', '..', overlong or no whole text"
                    + " cannot be part of an address; nothing was sent");
        }
        url.addPathSegment(segment);
    }

    /** Half a character has no form in an address; it would silently become another id. */
    private static boolean isWholeText(String text) {
        return text.codePoints().noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }
}
