package dev.syncline.backend.firefly;

import dev.syncline.backend.ChangeKind;
import dev.syncline.backend.OutgoingChange;
import dev.syncline.backend.PushResult;
import dev.syncline.backend.RemoteRecord;
import dev.syncline.backend.rest.RestBackend;
import dev.syncline.exception.FieldFault;
import dev.syncline.exception.ValidationException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes single splits at a server that takes whole transactions: each update names all splits that there are, since the server drops the
 * ones that it does not find in a request. Thread-safe.
 */
final class SplitWrites {
    /** A split by itself can be deleted, nothing else. */
    static final String SPLIT = "split";

    private static final String TRANSACTIONS = "transactions";

    private final RestBackend rest;
    private final Clock clock;

    SplitWrites(RestBackend rest, Clock clock) {
        this.rest = rest;
        this.clock = clock;
    }

    PushResult push(OutgoingChange change) {
        return switch (change.kind()) {
            case CREATE -> {
                Object first = change.fields().get(TransactionSplits.SPLIT_OF);
                yield first == null ? create(change) : append(change, first.toString());
            }
            case UPDATE -> update(change);
            case DELETE -> delete(change);
        };
    }

    private PushResult create(OutgoingChange change) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("error_if_duplicate_hash", false);
        body.put(TRANSACTIONS, List.of(split(change)));
        PushResult result = rest.push(
                new OutgoingChange(FireflyIii.TRANSACTION, ChangeKind.CREATE, null, body, null, change.key()));
        return told(result, Set.of());
    }

    /** The transaction gets one more split. */
    private PushResult append(OutgoingChange change, String first) {
        Optional<RemoteRecord> group = rest.fetch(FireflyIii.TRANSACTION, TransactionSplits.group(first));
        if (group.isEmpty()) {
            return refused("the transaction that it is a split of is gone", "Clear split_of, or delete the split");
        }
        List<Object> splits = new ArrayList<>(named(group.get()));
        splits.add(split(change));
        Set<String> before =
                TransactionSplits.of(group.get()).stream().map(RemoteRecord::id).collect(Collectors.toSet());
        return told(put(change, group.get(), splits), before);
    }

    private PushResult update(OutgoingChange change) {
        String id = Objects.requireNonNull(change.id());
        if (change.fields().containsKey(TransactionSplits.SPLIT_OF)) {
            return refused("a split stays in its transaction", "Delete the split, and insert it where it belongs");
        }
        Optional<RemoteRecord> group = rest.fetch(FireflyIii.TRANSACTION, TransactionSplits.group(id));
        if (group.isEmpty() || TransactionSplits.find(group.get(), id).isEmpty()) {
            return new PushResult.Conflicted(RemoteRecord.tombstone(id, null));
        }
        List<Object> splits = new ArrayList<>();
        for (Map<String, @Nullable Object> split : named(group.get())) {
            if (String.valueOf(split.get(TransactionSplits.JOURNAL)).equals(TransactionSplits.journal(id))) {
                split.putAll(change.fields());
            }
            splits.add(split);
        }
        PushResult result = put(change, group.get(), splits);
        if (result instanceof PushResult.Accepted accepted && accepted.copy() != null) {
            Optional<RemoteRecord> now = TransactionSplits.find(accepted.copy(), id);
            return new PushResult.Accepted(id, now.map(RemoteRecord::version).orElse(null), now.orElse(null));
        }
        return result instanceof PushResult.Conflicted
                ? new PushResult.Conflicted(RemoteRecord.tombstone(id, null))
                : result;
    }

    private PushResult delete(OutgoingChange change) {
        String id = Objects.requireNonNull(change.id());
        PushResult result = rest.push(new OutgoingChange(
                SPLIT, ChangeKind.DELETE, TransactionSplits.journal(id), Map.of(), null, change.key()));
        return result instanceof PushResult.Accepted ? new PushResult.Accepted(id, null, null) : result;
    }

    private PushResult put(OutgoingChange change, RemoteRecord group, List<Object> splits) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        if (splits.size() > 1 && group.fields().get("group_title") == null) {
            // A transaction of several splits must have a title.
            body.put("group_title", TransactionSplits.raw(group).get(0).get("description"));
        }
        body.put(TRANSACTIONS, splits);
        return rest.push(
                new OutgoingChange(FireflyIii.TRANSACTION, ChangeKind.UPDATE, group.id(), body, null, change.key()));
    }

    /** All splits that there are, in their order, named and otherwise left as they are. */
    private static List<Map<String, @Nullable Object>> named(RemoteRecord group) {
        List<Map<String, @Nullable Object>> splits = new ArrayList<>();
        for (Map<?, ?> split : TransactionSplits.raw(group)) {
            if (split.get(TransactionSplits.JOURNAL) != null) {
                Map<String, @Nullable Object> name = new LinkedHashMap<>();
                name.put(TransactionSplits.JOURNAL, split.get(TransactionSplits.JOURNAL));
                splits.add(name);
            }
        }
        return splits;
    }

    private static Map<String, @Nullable Object> split(OutgoingChange change) {
        Map<String, @Nullable Object> split = new LinkedHashMap<>();
        change.fields().forEach((field, value) -> {
            if (value != null && !field.equals(TransactionSplits.SPLIT_OF)) {
                split.put(field, value);
            }
        });
        return split;
    }

    /** What became of a new split: the one that was not there before. */
    private PushResult told(PushResult result, Set<String> before) {
        if (!(result instanceof PushResult.Accepted accepted)) {
            return result instanceof PushResult.Conflicted
                    ? refused("the transaction that it is a split of is gone", "Clear split_of, or delete the split")
                    : result;
        }
        RemoteRecord group = accepted.copy();
        List<RemoteRecord> fresh = group == null
                ? List.of()
                : TransactionSplits.of(group).stream()
                        .filter(split -> !before.contains(split.id()))
                        .toList();
        if (fresh.isEmpty()) {
            return refused("the server took it for something else than a transaction", "Check its type and accounts");
        }
        RemoteRecord split = fresh.get(fresh.size() - 1);
        return new PushResult.Accepted(split.id(), split.version(), split);
    }

    private PushResult refused(String rule, String fix) {
        return new PushResult.Rejected(new ValidationException(
                "a transaction was not taken by the server",
                List.of(new FieldFault(TransactionSplits.SPLIT_OF, rule, fix)),
                clock.instant(),
                null));
    }
}
