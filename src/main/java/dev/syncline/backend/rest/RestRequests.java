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
import okhttp3.MediaType;
import okhttp3.Request;
import okhttp3.RequestBody;
import org.jspecify.annotations.Nullable;

/** Makes requests: address, headers and body of each call. */
final class RestRequests {

    private static final int LONGEST_KEY = 64;

    private final RestAddresses addresses;
    private final HttpSettings.Signature signature;
    private final RowFormat format;
    private final Versions versions;
    private final Writes writes;
    private final @Nullable String keyHeader;

    /**
     * Takes the settings.
     *
     * @param addresses where things are
     * @param signature begins each request
     * @param format what the parts of a row are called
     * @param writes how writes travel
     * @param keyHeader the header of the idempotency key; null if the server has none
     */
    RestRequests(
            RestAddresses addresses,
            HttpSettings.Signature signature,
            RowFormat format,
            Writes writes,
            @Nullable String keyHeader) {
        this.addresses = addresses;
        this.signature = signature;
        this.format = format;
        versions = format.versions();
        this.writes = writes;
        this.keyHeader = keyHeader;
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
            AddressTemplate path,
            String entity,
            PageAddress address,
            Map<String, String> query,
            @Nullable String ifNoneMatch) {
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

    Request at(AddressTemplate path) {
        return to(addresses.path(path)).build();
    }

    /** A stream of events: never compressed, since a compressor holds back what is not yet worth a block. Made anew for each connection. */
    Supplier<Request> stream(AddressTemplate path) {
        return () -> to(addresses.path(path))
                .header("Accept", HintStream.TYPE)
                .header("Accept-Encoding", "identity")
                .build();
    }

    /** One write; its id, if it has one, was found fit for an address. */
    Request write(OutgoingChange change) {
        String id = change.id();
        boolean create = change.kind() == ChangeKind.CREATE;
        boolean atRow = !create || writes.isCreatedByPut();
        HttpUrl url = id != null && atRow ? addresses.row(change.entity(), id) : addresses.creates(change.entity());
        String version = create ? null : precondition(change);
        if (version != null && versions.sent() == Versions.Sent.PARAMETER) {
            url = url.newBuilder().setQueryParameter(versions.name(), version).build();
        }
        Request.Builder request = to(url);
        if (keyHeader != null) {
            request.header(keyHeader, key(change));
        }
        if (version != null && isHeader(versions.sent())) {
            request.header("If-Match", version.equals("*") ? version : versions.inHeader(version));
        }
        switch (change.kind()) {
            case CREATE -> {
                if (id != null && writes.isOnlyIfNew()) {
                    request.header("If-None-Match", "*");
                }
                RequestBody body = body(row(change), writes.type(false));
                request.method(id != null && atRow ? "PUT" : "POST", body);
            }
            case UPDATE -> send(request, writes.update().method(), body(update(change, version), writes.type(true)));
            case DELETE -> send(request, "DELETE", null);
            default -> throw new AssertionError(change.kind());
        }
        return request.build();
    }

    private void send(Request.Builder request, String method, @Nullable RequestBody body) {
        if (writes.overrideHeader() == null || method.equals("POST")) {
            request.method(method, body);
        } else {
            request.header(writes.overrideHeader(), method);
            request.method("POST", body == null ? RequestBody.EMPTY : body);
        }
    }

    private Map<String, @Nullable Object> row(OutgoingChange change) {
        Map<String, @Nullable Object> own = new LinkedHashMap<>();
        if (change.id() != null && !format.hasIdsInAddresses()) {
            own.put(format.idMember(), format.idValue(change.id()));
        }
        return writes.body(addresses.name(change.entity()), change.fields(), own);
    }

    private Object update(OutgoingChange change, @Nullable String version) {
        if (writes.update() == UpdateForm.JSON_PATCH) {
            List<Map<String, @Nullable Object>> operations = new ArrayList<>();
            change.fields().forEach((name, value) -> {
                Map<String, @Nullable Object> operation = new LinkedHashMap<>();
                operation.put("op", "add");
                operation.put("path", "/" + JsonPlace.escaped(name));
                operation.put("value", value);
                operations.add(operation);
            });
            return operations;
        }
        Map<String, @Nullable Object> own = new LinkedHashMap<>();
        if (writes.namesRow() && change.id() != null) {
            own.put(format.idMember(), format.idValue(change.id()));
        }
        if (version != null && versions.sent() == Versions.Sent.MEMBER) {
            own.put(versions.name(), version);
        }
        return writes.body(addresses.name(change.entity()), change.fields(), own);
    }

    Request batch(AddressTemplate path, List<OutgoingChange> changes, boolean atomic) {
        List<@Nullable Object> operations = new ArrayList<>(changes.size());
        for (OutgoingChange change : changes) {
            Map<String, @Nullable Object> operation = new LinkedHashMap<>();
            operation.put("key", key(change));
            operation.put("method", method(change.kind()));
            operation.put("entity", addresses.name(change.entity()));
            operation.put("id", change.id());
            if (versions.areCompared() && change.kind() != ChangeKind.CREATE) {
                operation.put("version", precondition(change));
            }
            if (change.kind() != ChangeKind.DELETE) {
                operation.put("fields", change.fields());
            }
            operations.add(operation);
        }
        return to(addresses.path(path))
                .post(new JsonBody(
                        atomic ? Map.of("operations", operations, "atomic", true) : Map.of("operations", operations)))
                .build();
    }

    private String method(ChangeKind kind) {
        return switch (kind) {
            case CREATE -> "create";
            case UPDATE -> writes.update().isPartial() ? "update" : "replace";
            case DELETE -> "delete";
        };
    }

    private static boolean isHeader(Versions.Sent sent) {
        return sent == Versions.Sent.QUOTED || sent == Versions.Sent.WEAK || sent == Versions.Sent.BARE;
    }

    /** Without a base a PUT still must not create, and {@code *} says just that; a PATCH cannot. */
    private @Nullable String precondition(OutgoingChange change) {
        String base = change.baseVersion();
        if (!versions.areCompared()) {
            return null;
        }
        if (base == null) {
            boolean mayCreate = writes.update() == UpdateForm.PUT && isHeader(versions.sent());
            return mayCreate ? "*" : null;
        }
        if (!format.isVersion(base)) {
            throw new IllegalArgumentException("a base version is none that this backend gave; nothing was sent");
        }
        return base;
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

    private static RequestBody body(Object value, String type) {
        return new JsonBody(value, MediaType.get(type));
    }
}
