package dev.syncline.internal.engine;

import dev.syncline.backend.ChangeKind;
import dev.syncline.backend.PushResult;
import dev.syncline.backend.RemoteRecord;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.record.IdMappingService;
import dev.syncline.internal.record.RecordText;
import dev.syncline.internal.record.SentFields;
import dev.syncline.internal.store.HoldingRepository;
import dev.syncline.internal.store.HoldingRepository.Reason;
import dev.syncline.internal.store.SyncOperation;
import dev.syncline.internal.store.TransactionManager;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what became of a change whose answer is lost and whose key no longer helps, by what the backend has now: by id where
 * there is one, else by the fields that name it, else by content among the records that were put aside because they may be that very create.
 */
final class OutcomeSearch {
    private final ResilientBackend backend;
    private final TransactionManager transactions;
    private final FieldLookup lookup;

    OutcomeSearch(ResilientBackend backend, TransactionManager transactions) {
        this.backend = backend;
        this.transactions = transactions;
        lookup = new FieldLookup(backend);
    }

    /** What a search comes to. */
    sealed interface Found {}

    /**
     * The backend's state answers for the change.
     *
     * @param result the same as the answer would have said
     */
    record Told(PushResult result) implements Found {}

    /** The change has not taken effect. */
    record Absent() implements Found {}

    /** Neither can be said. */
    record Unclear() implements Found {}

    /** Whether the record of a change can be asked for by its id. */
    static boolean hasName(BoundTable table, SyncOperation operation) {
        return operation.kind() != ChangeKind.CREATE || !table.serverIds();
    }

    /** Asks the backend for the record of a change that {@link #hasName has a name}. */
    Found byName(BoundTable table, SyncOperation operation, Cancellation cancellation) {
        Optional<String> id = remoteId(table, operation);
        if (id.isEmpty()) {
            return new Unclear();
        }
        Optional<RemoteRecord> there = backend.fetch(operation.entity(), id.get(), cancellation);
        boolean gone = there.isEmpty() || there.get().deleted();
        return switch (operation.kind()) {
            case CREATE -> there.isEmpty() ? new Absent() : new Told(new PushResult.Conflicted(there.get()));
            case UPDATE ->
                gone
                        ? new Told(new PushResult.Conflicted(
                                there.orElseGet(() -> RemoteRecord.tombstone(id.get(), null))))
                        : unlessUntouched(operation, there.get());
            case DELETE ->
                gone
                        ? new Told(new PushResult.Accepted(
                                id.get(), there.map(RemoteRecord::version).orElse(null), null))
                        : unlessUntouched(operation, there.get());
        };
    }

    private static Found unlessUntouched(SyncOperation operation, RemoteRecord there) {
        boolean untouched =
                operation.baseVersion() != null && operation.baseVersion().equals(there.version());
        return untouched ? new Absent() : new Told(new PushResult.Conflicted(there));
    }

    /** Whether a create without a name can be asked for by its fields. */
    boolean hasNamingFields(BoundTable table, SyncOperation create) {
        return lookup.isPossible(table, create);
    }

    /** Asks the backend for a create without a name by the fields that name it. */
    Found byFields(BoundTable table, SyncOperation create, Cancellation cancellation) {
        return hasNamingFields(table, create) ? lookup.find(table, create, cancellation) : new Unclear();
    }

    /**
     * Looks for a create without a name among the held records.
     *
     * @param pulledAll whether every record that the backend has was seen since the create was sent
     */
    Found byContent(BoundTable table, SyncOperation create, boolean pulledAll) {
        List<RemoteRecord> alike = transactions.read(unit -> HoldingRepository.list(unit.handle(), table.id()).stream()
                .filter(held -> held.reason() == Reason.IN_FLIGHT)
                .map(held -> RecordText.read(held.record()))
                .filter(record -> SentFields.areHeldBy(record, create.payload()))
                .toList());
        if (alike.size() == 1) {
            return new Told(new PushResult.Conflicted(alike.get(0)));
        }
        return alike.isEmpty() && pulledAll ? new Absent() : new Unclear();
    }

    Optional<String> remoteId(BoundTable table, SyncOperation operation) {
        @Nullable Object[] key = table.keys().decode(operation.rowId()).orElseThrow();
        return transactions.read(unit -> {
            try (IdMappingService ids = new IdMappingService(unit.connection())) {
                return ids.remoteId(table, key);
            }
        });
    }
}
