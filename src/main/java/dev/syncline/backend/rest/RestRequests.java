package dev.syncline.backend.rest;

import dev.syncline.backend.ChangeKind;
import dev.syncline.backend.OutgoingChange;
import dev.syncline.internal.http.HttpSettings;
import dev.syncline.internal.http.JsonBody;
import dev.syncline.internal.http.MalformedAnswer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import okhttp3.HttpUrl;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;

/** Makes requests: address, headers and body of each call. */
final class RestRequests {

    private static final int LONGEST_KEY = 64;

    private final RestAddresses addresses;
    private final HttpSettings.Signature signature;
    private final RowFormat format;
    private final WriteForm form;

    RestRequests(HttpUrl base, HttpSettings.Signature signature, RowFormat format, WriteForm form) {
        addresses = new RestAddresses(base);
        this.signature = signature;
        this.format = format;
        this.form = form;
    }

    /**
     * One page.
     *
     * @param path where the list is, below the base address
     * @param entity whose list it is
     * @param address what to ask for
     * @param query parameters besides, which a link has already
     */
    Request page(
            String path, String entity, PageAddress address, Map<String, String> query, @Nullable String ifNoneMatch) {
        Request.Builder request =
                to(address.link() != null ? addresses.link(address.link()) : addresses.list(path, entity, query));
        if (ifNoneMatch != null) {
            request.header("If-None-Match", ifNoneMatch);
        }
        return request.build();
    }

    /**
     * An address that the server gave for the next page, if it may be followed.
     *
     * @throws MalformedAnswer if it leads elsewhere
     */
    String followable(String link) {
        return addresses.link(link).toString();
    }

    Request row(String entity, String id) {
        return to(addresses.row(entity, id)).build();
    }

    Request at(String path) {
        return to(addresses.path(path)).build();
    }

    /** A stream of events: never compressed, since a compressor holds back what is not yet worth a block. Made anew for each connection. */
    Supplier<Request> stream(String path) {
        return () -> to(addresses.path(path))
                .header("Accept", HintStream.TYPE)
                .header("Accept-Encoding", "identity")
                .build();
    }

    /** One write; its id, if it has one, was found fit for an address. */
    Request write(OutgoingChange change) {
        String id = change.id();
        HttpUrl url = change.kind() == ChangeKind.CREATE || id == null
                ? addresses.list(RestAddresses.COLLECTION, change.entity(), Map.of())
                : addresses.row(change.entity(), id);
        Request.Builder request = to(url);
        if (form.keyHeader() != null) {
            request.header(form.keyHeader(), key(change));
        }
        switch (change.kind()) {
            case CREATE -> request.post(body(withId(change)));
            case UPDATE -> {
                condition(request, change.baseVersion());
                request.method(form.update().name(), body(change.fields()));
            }
            case DELETE -> {
                condition(request, change.baseVersion());
                request.delete();
            }
            default -> throw new AssertionError(change.kind());
        }
        return request.build();
    }

    Request batch(String path, List<OutgoingChange> changes) {
        List<@Nullable Object> operations = new ArrayList<>(changes.size());
        for (OutgoingChange change : changes) {
            Map<String, @Nullable Object> operation = new LinkedHashMap<>();
            operation.put("key", key(change));
            operation.put("method", method(change.kind()));
            operation.put("entity", change.entity());
            operation.put("id", change.id());
            if (form.conditional() && change.kind() != ChangeKind.CREATE) {
                operation.put("version", precondition(change.baseVersion()));
            }
            if (change.kind() != ChangeKind.DELETE) {
                operation.put("fields", change.fields());
            }
            operations.add(operation);
        }
        return to(addresses.path(path))
                .post(body(Map.of("operations", operations)))
                .build();
    }

    private String method(ChangeKind kind) {
        return switch (kind) {
            case CREATE -> "create";
            case UPDATE -> form.update() == UpdateForm.PATCH ? "update" : "replace";
            case DELETE -> "delete";
        };
    }

    private Map<String, @Nullable Object> withId(OutgoingChange change) {
        if (change.id() == null) {
            return change.fields();
        }
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put(format.id(), change.id());
        row.putAll(change.fields());
        // A field of the same name must not rename the row.
        row.put(format.id(), change.id());
        return row;
    }

    private void condition(Request.Builder request, @Nullable String baseVersion) {
        String version = form.conditional() ? precondition(baseVersion) : null;
        if (version != null) {
            request.header("If-Match", version.equals("*") ? version : '"' + version + '"');
        }
    }

    /** Without a base a PUT still must not create, and {@code *} says just that; a PATCH cannot. */
    private @Nullable String precondition(@Nullable String baseVersion) {
        if (baseVersion == null) {
            return form.update() == UpdateForm.PUT ? "*" : null;
        }
        if (!format.isVersion(baseVersion)) {
            throw new IllegalArgumentException("a base version is none that this backend gave; nothing was sent");
        }
        return baseVersion;
    }

    private Request.Builder to(HttpUrl url) {
        return signature.to(url);
    }

    private static String key(OutgoingChange change) {
        String key = change.key();
        boolean sound = !key.isEmpty() && key.length() <= LONGEST_KEY;
        for (int i = 0; sound && i < key.length(); i++) {
            char c = key.charAt(i);
            sound = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
        }
        if (!sound) {
            throw new IllegalArgumentException(
                    "an idempotency key is not 1 to " + LONGEST_KEY + " letters, digits and hyphens; nothing was sent");
        }
        return key;
    }

    private static RequestBody body(Map<String, ? extends @Nullable Object> value) {
        return new JsonBody(value);
    }
}
