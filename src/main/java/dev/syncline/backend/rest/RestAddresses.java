package dev.syncline.backend.rest;

import dev.syncline.internal.http.MalformedAnswer;
import java.util.Map;
import okhttp3.HttpUrl;

/** Addresses below the base address. Whatever an entity or id holds, host, path prefix and number of segments stay what they are. */
final class RestAddresses {

    private final HttpUrl base;
    private final Paths paths;

    RestAddresses(HttpUrl base, Paths paths) {
        this.base = base;
        this.paths = paths;
    }

    /** A fixed path of the settings, such as the batch endpoint. */
    HttpUrl path(AddressTemplate path) {
        return path.at(base, "", "").build();
    }

    /** A list of an entity's. */
    HttpUrl list(AddressTemplate path, String entity, Map<String, String> query) {
        HttpUrl.Builder url = path.at(base, paths.name(entity), "");
        query.forEach(url::setQueryParameter);
        return url.build();
    }

    /** Where rows of an entity are created. */
    HttpUrl creates(String entity) {
        return paths.creates().at(base, paths.name(entity), "").build();
    }

    HttpUrl row(String entity, String id) {
        return paths.row().at(base, paths.name(entity), id).build();
    }

    /** What stands for an entity in the answers and bodies. */
    String name(String entity) {
        return paths.name(entity);
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
}
