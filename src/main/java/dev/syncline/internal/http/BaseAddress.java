package dev.syncline.internal.http;

import java.util.List;
import okhttp3.HttpUrl;

/** The address under which a backend is found. */
public final class BaseAddress {

    private BaseAddress() {}

    /**
     * Reads a base address.
     *
     * @param address {@code https} or {@code http}, host and path
     * @return the address, without a slash at its end
     * @throws IllegalArgumentException if it is anything else, or holds credentials, a query or a fragment
     */
    public static HttpUrl parse(String address) {
        HttpUrl url = HttpUrl.parse(address);
        boolean plain = url != null
                && url.query() == null
                && url.fragment() == null
                && url.username().isEmpty()
                && url.password().isEmpty();
        if (!plain) {
            // Not quoted: what is wrong with it may be that it holds credentials.
            throw new IllegalArgumentException(
                    "the base address must be http or https with host and path, without credentials, query or"
                            + " fragment");
        }
        List<String> segments = url.pathSegments();
        boolean slash = segments.get(segments.size() - 1).isEmpty();
        return slash ? url.newBuilder().removePathSegment(segments.size() - 1).build() : url;
    }
}
