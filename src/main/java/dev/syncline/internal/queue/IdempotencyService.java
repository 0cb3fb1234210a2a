package dev.syncline.internal.queue;

import dev.syncline.backend.PushResult;
import dev.syncline.internal.json.Json;
import dev.syncline.internal.store.AttemptRepository;
import dev.syncline.internal.store.IdempotencyRepository;
import dev.syncline.internal.store.IdempotencyRepository.Outcome;
import dev.syncline.internal.store.IdempotencyRepository.State;
import dev.syncline.internal.store.IdempotencyRepository.StoredKey;
import dev.syncline.internal.store.OperationRepository;
import dev.syncline.internal.store.SyncOperation;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.zip.Adler32;
import java.util.zip.CRC32;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The keys under which changes are sent: one per operation and payload, on disk before the first byte leaves, the same for every
 * try, and known for a while after the answer. Each group of operations costs one statement when it is claimed and one when it is
 * answered.
 */
public final class IdempotencyService {
    /** How long a key is known after its answer. */
    public static final Duration RETENTION = Duration.ofDays(7);

    private static final int MAX_LENGTH = 64;

    private final Supplier<String> ids;
    private final Clock clock;

    /**
     * Makes the service.
     *
     * @param ids gives texts that are unique over all devices
     * @param clock dates keys
     */
    public IdempotencyService(Supplier<String> ids, Clock clock) {
        this.ids = ids;
        this.clock = clock;
    }

    /**
     * Gives a new key.
     *
     * @return at most 64 letters, digits and hyphens
     * @throws IllegalStateException if the host's supplier of ids gave something else
     */
    public String generateIdempotencyKey() {
        String key = ids.get();
        boolean fits = !key.isEmpty() && key.length() <= MAX_LENGTH;
        for (int i = 0; fits && i < key.length(); i++) {
            char c = key.charAt(i);
            fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
        }
        if (!fits) {
            throw new IllegalStateException("the supplier of ids gave a text of " + key.length()
                    + " characters that is no key; nothing was sent. Give 1 to 64 letters, digits and hyphens");
        }
        return key;
    }

    /**
     * Stores the keys of operations that were just frozen.
     *
     * @param handle the handle of the durable unit that froze them
     * @param frozen the operations, as they are stored
     * @param asFirstSend whether they are sent next, so that they may have been from now on; if not,
     *     {@link IdempotencyRepository#beginSend} says so before they are
     */
    public void storeIdempotencyKeys(Handle handle, List<SyncOperation> frozen, boolean asFirstSend) {
        store(handle, frozen, asFirstSend ? 1 : 0);
    }

    /**
     * Gives operations that are known not to have taken effect new keys; the next send is the first under each.
     *
     * @param handle the handle of a durable unit
     * @param absent the operations, with their old keys
     * @throws SQLException if the keys cannot be written
     */
    public void replaceKeys(Handle handle, List<SyncOperation> absent) throws SQLException {
        AttemptRepository attempts = new AttemptRepository(clock);
        IdempotencyRepository.finish(
                handle,
                absent.stream()
                        .map(o -> new Outcome(o, State.REFUSED, null, null, hash("absent")))
                        .toList(),
                clock.millis());
        List<SyncOperation> renewed = new ArrayList<>();
        for (SyncOperation operation : absent) {
            attempts.rekey(handle, operation.id(), generateIdempotencyKey());
            OperationRepository.byId(handle, operation.id()).ifPresent(renewed::add);
        }
        store(handle, renewed, 0);
    }

    private void store(Handle handle, List<SyncOperation> operations, int sends) {
        Map<Long, String> hashes = new LinkedHashMap<>();
        for (SyncOperation operation : operations) {
            hashes.put(operation.id(), hash(operation.payload()));
        }
        IdempotencyRepository.insert(handle, hashes, sends, clock.millis());
    }

    /**
     * Tells what a definite answer makes of a key.
     *
     * @param answer the answer, which was settled as it says
     * @return the outcome to store
     */
    static Outcome outcome(Answer answer) {
        if (answer.result() instanceof PushResult.Accepted accepted) {
            // The version stands for the record's content; without one the content has to be looked at.
            String content = accepted.version() != null || accepted.copy() == null
                    ? String.valueOf(accepted.version())
                    : Json.write(accepted.copy().fields());
            return new Outcome(
                    answer.operation(),
                    State.CONFIRMED,
                    accepted.id(),
                    accepted.version(),
                    hash(accepted.id() + '\n' + content));
        }
        return new Outcome(
                answer.operation(),
                State.REFUSED,
                null,
                null,
                hash(answer.result().getClass().getSimpleName()));
    }

    /**
     * Says what is known of a key.
     *
     * @param handle the unit's handle
     * @param key the key
     * @param payload the payload that is or was to be sent under it; null for none
     * @return its standing
     */
    public KeyStanding checkIdempotency(Handle handle, String key, @Nullable String payload) {
        Optional<StoredKey> stored = IdempotencyRepository.find(handle, key);
        if (stored.isEmpty()) {
            return new KeyStanding.Unknown();
        }
        StoredKey known = stored.get();
        if (!known.payloadHash().equals(hash(payload))) {
            return new KeyStanding.ReusedWithAnotherPayload();
        }
        return switch (known.state()) {
            case SENT -> new KeyStanding.InProgress(known.sends());
            case CONFIRMED ->
                new KeyStanding.Confirmed(
                        Objects.requireNonNull(known.remoteId()),
                        known.version(),
                        Objects.requireNonNull(known.answerDigest()));
            case REFUSED -> new KeyStanding.Refused();
        };
    }

    /**
     * Forgets keys that were answered longer than {@link #RETENTION} ago.
     *
     * @param handle the unit's handle
     * @return how many there were
     */
    public int clearCompleted(Handle handle) {
        return IdempotencyRepository.prune(handle, clock.millis() - RETENTION.toMillis());
    }

    /**
     * Notes how sends failed, so that a failure which the backend has stored under a key is recognised.
     *
     * @param handle the unit's handle
     * @param bodies by operation, the body of the backend's own failure; empty where something else went wrong
     */
    public static void noteFailures(Handle handle, Map<SyncOperation, Optional<String>> bodies) {
        Map<SyncOperation, Optional<String>> digests = new LinkedHashMap<>();
        bodies.forEach((operation, body) -> digests.put(operation, body.map(IdempotencyService::hash)));
        IdempotencyRepository.noteFailures(handle, digests);
    }

    /**
     * Tells texts of one key apart, which only a mistake could mix up: no more is needed, and a cryptographic digest takes longer
     * than all the rest of storing a key.
     */
    private static String hash(@Nullable String text) {
        byte[] bytes = (text == null ? "" : text).getBytes(StandardCharsets.UTF_8);
        CRC32 cyclic = new CRC32();
        cyclic.update(bytes);
        Adler32 sum = new Adler32();
        sum.update(bytes);
        return HexFormat.of().toHexDigits(cyclic.getValue() << Integer.SIZE | sum.getValue());
    }
}
