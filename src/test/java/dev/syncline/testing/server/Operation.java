package dev.syncline.testing.server;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/**
 * One write, whatever request carried it.
 *
 * @param kind what is done
 * @param entity the entity
 * @param id the row; null for a create without one
 * @param ifMatch the version it was made on, {@code *} for any, null if the client named none
 * @param fields the fields without id and what the server owns
 * @param key the idempotency key, if there was one
 */
record Operation(
        Kind kind,
        String entity,
        @Nullable String id,
        @Nullable String ifMatch,
        ObjectNode fields,
        @Nullable String key) {

    /** The four writes. */
    enum Kind {
        CREATE,
        UPDATE,
        REPLACE,
        DELETE
    }

    /** Takes a row as a client sends it apart into id and fields. */
    static Operation of(
            Kind kind,
            String entity,
            @Nullable String id,
            @Nullable String ifMatch,
            ObjectNode row,
            @Nullable String key) {
        JsonNode named = row.get("id");
        String rowId = id != null || named == null || named.isNull() ? id : named.asText();
        return new Operation(kind, entity, rowId, ifMatch, row.deepCopy().remove(Row.OWNED), key);
    }

    /**
     * What the key is bound to: the operation's meaning, not the bytes of one request, so that one and the same operation
     * may be sent alone the first time and in a batch the next.
     */
    byte[] print() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            String meaning = kind + "\n" + entity + "\n" + id + "\n" + ifMatch + "\n" + ServerJson.text(fields);
            return digest.digest(meaning.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
