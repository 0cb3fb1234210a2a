package dev.syncline.backend.firefly;

import dev.syncline.backend.RemoteRecord;
import dev.syncline.internal.json.Json;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The splits of a transaction as records: {@code 17.42} is the split 42 of the transaction 17. All but the first name the first one. Opening
 * balances and corrections of balances, which the server keeps as transactions too, are no records: they are told with their account. Pure.
 */
final class TransactionSplits {
    static final String SPLIT_OF = "split_of";
    static final String JOURNAL = "transaction_journal_id";
    private static final Set<String> TYPES = Set.of("withdrawal", "deposit", "transfer");
    private static final List<String> FIELDS = List.of(
            "type",
            "date",
            "amount",
            "currency_code",
            "foreign_amount",
            "foreign_currency_code",
            "description",
            "source_id",
            "destination_id",
            "category_id",
            "budget_id",
            "bill_id",
            "reconciled",
            "notes",
            "tags",
            "external_id");
    private static final int DIGEST_BYTES = 16;

    private TransactionSplits() {}

    /** The id of the transaction that a split belongs to. */
    static String group(String id) {
        int dot = id.indexOf('.');
        return dot < 0 ? id : id.substring(0, dot);
    }

    /** The id of the split itself. */
    static String journal(String id) {
        return id.substring(id.indexOf('.') + 1);
    }

    static Optional<RemoteRecord> find(RemoteRecord group, String id) {
        return of(group).stream().filter(split -> split.id().equals(id)).findFirst();
    }

    /** The splits of a transaction, in the server's order. */
    static List<RemoteRecord> of(RemoteRecord group) {
        List<RemoteRecord> splits = new ArrayList<>();
        for (Map<?, ?> split : raw(group)) {
            Object journal = split.get(JOURNAL);
            if (journal == null || !TYPES.contains(String.valueOf(split.get("type")))) {
                continue;
            }
            Map<String, @Nullable Object> fields = new LinkedHashMap<>();
            fields.put(SPLIT_OF, splits.isEmpty() ? null : splits.get(0).id());
            for (String field : FIELDS) {
                if (split.containsKey(field)) {
                    fields.put(field, split.get(field));
                }
            }
            splits.add(new RemoteRecord(group.id() + '.' + journal, digest(fields), false, fields, group.changedAt()));
        }
        return splits;
    }

    /** The splits as the server tells them. */
    static List<Map<?, ?>> raw(RemoteRecord group) {
        List<Map<?, ?>> splits = new ArrayList<>();
        if (group.fields().get("transactions") instanceof List<?> told) {
            for (Object split : told) {
                if (split instanceof Map<?, ?> members) {
                    splits.add(members);
                }
            }
        }
        return splits;
    }

    /** The server's own time of change is that of the whole transaction, and does not move with each part of it. */
    private static String digest(Map<String, @Nullable Object> fields) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(Json.canonical(fields).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, DIGEST_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }
}
