package dev.syncline.internal.engine;

import dev.syncline.backend.Findings;
import dev.syncline.backend.PushResult;
import dev.syncline.backend.RemoteRecord;
import dev.syncline.exception.ClientException;
import dev.syncline.internal.engine.OutcomeSearch.Absent;
import dev.syncline.internal.engine.OutcomeSearch.Found;
import dev.syncline.internal.engine.OutcomeSearch.Told;
import dev.syncline.internal.engine.OutcomeSearch.Unclear;
import dev.syncline.internal.json.Json;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.record.SentFields;
import dev.syncline.internal.store.SyncOperation;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for the record of a create by what it was sent with: first by the external id that no other create has, then by the natural
 * key, which another device may have given to a record of its own.
 */
final class FieldLookup {
    private static final Logger log = LoggerFactory.getLogger(FieldLookup.class);

    /** More records than one of a name are an error already; a few show that. */
    private static final int LIMIT = 10;

    private final ResilientBackend backend;

    FieldLookup(ResilientBackend backend) {
        this.backend = backend;
    }

    /** Whether the backend can be asked for a create by its fields. */
    boolean isPossible(BoundTable table, SyncOperation create) {
        return backend.capabilities().search()
                && (externalId(table, create).isPresent()
                        || naturalKey(table, create).isPresent());
    }

    /** Asks; {@link Unclear} where neither a record was found nor its absence is certain. */
    Found find(BoundTable table, SyncOperation create, Cancellation cancellation) {
        boolean complete = true;
        Optional<Map<String, Object>> externalId = externalId(table, create);
        if (externalId.isPresent()) {
            Findings findings = ask(create, externalId.get(), cancellation);
            List<RemoteRecord> own = holding(findings, externalId.get());
            if (!own.isEmpty()) {
                return new Told(answer(create, own));
            }
            complete = findings.complete();
        }
        Optional<Map<String, Object>> naturalKey = naturalKey(table, create);
        if (naturalKey.isPresent()) {
            Findings findings = ask(create, naturalKey.get(), cancellation);
            List<RemoteRecord> namesakes = holding(findings, naturalKey.get());
            if (!namesakes.isEmpty()) {
                return onlyOne(create, namesakes);
            }
            complete &= findings.complete();
        }
        return complete && (externalId.isPresent() || naturalKey.isPresent()) ? new Absent() : new Unclear();
    }

    /** Nobody else knew the value, so the record is what the create led to, whatever was made of it since. */
    private static PushResult answer(SyncOperation create, List<RemoteRecord> own) {
        if (own.size() > 1) {
            log.warn(
                    "The backend has {} records of {} with one external id: a create took effect more than once"
                            + " outside this library. The first is taken, the others arrive as rows of their own",
                    own.size(),
                    create.entity());
        }
        // As it is now, with what others made of it since; that it is the create's is seen when it is settled.
        return new PushResult.Conflicted(own.get(0));
    }

    /** It may be another device's; what was sent is compared with it when it is settled. */
    private static Found onlyOne(SyncOperation create, List<RemoteRecord> namesakes) {
        List<RemoteRecord> alike = namesakes.size() == 1
                ? namesakes
                : namesakes.stream()
                        .filter(record -> SentFields.areHeldBy(record, create.payload()))
                        .toList();
        return alike.size() == 1 ? new Told(new PushResult.Conflicted(alike.get(0))) : new Unclear();
    }

    private Findings ask(SyncOperation create, Map<String, Object> fields, Cancellation cancellation) {
        try {
            return backend.find(create.entity(), fields, LIMIT, cancellation);
        } catch (ClientException refused) {
            if (RunFailures.endsTheRun(refused)) {
                throw refused;
            }
            log.warn("The backend does not let {} be searched by {}", create.entity(), fields.keySet(), refused);
            return Findings.NONE_KNOWN;
        }
    }

    private static List<RemoteRecord> holding(Findings findings, Map<String, Object> fields) {
        return findings.records().stream()
                .filter(record -> !record.deleted()
                        && fields.entrySet().stream()
                                .allMatch(field -> record.fields().containsKey(field.getKey())
                                        && Objects.equals(
                                                Json.canonical(record.fields().get(field.getKey())),
                                                Json.canonical(field.getValue()))))
                .toList();
    }

    private static Optional<Map<String, Object>> externalId(BoundTable table, SyncOperation create) {
        String field = table.spec().externalId();
        return field == null ? Optional.empty() : scalars(create, List.of(field));
    }

    private static Optional<Map<String, Object>> naturalKey(BoundTable table, SyncOperation create) {
        List<String> fields = table.spec().naturalKey().stream()
                .map(column -> table.spec().fieldOf(column))
                .toList();
        return fields.isEmpty() ? Optional.empty() : scalars(create, fields);
    }

    /** The values as they were sent; empty if one is missing or can be no name. */
    private static Optional<Map<String, Object>> scalars(SyncOperation create, List<String> fields) {
        if (create.payload() == null || !(Json.parse(create.payload()) instanceof Map<?, ?> sent)) {
            return Optional.empty();
        }
        Map<String, Object> values = new LinkedHashMap<>();
        for (String field : fields) {
            Object value = sent.get(field);
            if (!isScalar(value)) {
                return Optional.empty();
            }
            values.put(field, Objects.requireNonNull(value));
        }
        return Optional.of(values);
    }

    private static boolean isScalar(@Nullable Object value) {
        return value instanceof String
                || value instanceof Long
                || value instanceof BigInteger
                || value instanceof BigDecimal
                || value instanceof Boolean;
    }
}
