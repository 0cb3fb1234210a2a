package dev.syncline.internal.queue;

import dev.syncline.backend.ChangeKind;
import dev.syncline.config.RecordValidator;
import dev.syncline.exception.FieldFault;
import dev.syncline.exception.ValidationException;
import dev.syncline.internal.capture.JournalRows;
import dev.syncline.internal.capture.PendingChange;
import dev.syncline.internal.capture.RowImage;
import dev.syncline.internal.capture.RowImageCodec;
import dev.syncline.internal.json.Json;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.record.IdMappingService;
import dev.syncline.internal.record.RecordMapper;
import dev.syncline.internal.record.RowIdentity;
import dev.syncline.internal.record.UnmappedFields;
import dev.syncline.internal.record.UnstorableValueException;
import dev.syncline.internal.store.OperationRepository;
import dev.syncline.internal.store.RunRepository.Fault;
import dev.syncline.internal.store.SyncOperation;
import dev.syncline.internal.store.SyncOperation.Status;
import dev.syncline.internal.store.Unit;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes operations of changes: payload, key and row as they are to be sent, and what stays behind in the journal where a row goes in
 * part. Belongs to one {@link Claiming}.
 */
final class Freezing {
    private final Means means;
    private final Unit unit;
    private final BoundTable table;
    private final PushWindow window;
    private final Omissions omissions;
    private final JournalRows journal;
    private final Dependencies dependencies;
    private final RecordMapper mapper;
    private final UnmappedFields unmapped;
    private final List<SyncOperation> claimed = new ArrayList<>();
    /** Where the journal holds what is claimed whole; gone with the claim. */
    private final List<Long> emptied = new ArrayList<>();

    private final List<Fault> faults = new ArrayList<>();

    /**
     * What every claim of a manager is made with.
     *
     * @param operations takes what is frozen
     * @param clock dates what cannot be sent
     * @param keys gives idempotency keys
     * @param partialUpdates whether the backend takes updates of single fields
     * @param images takes the frozen rows, for the answers to them
     */
    record Means(
            OperationRepository operations,
            Clock clock,
            IdempotencyService keys,
            boolean partialUpdates,
            FrozenImages images) {}

    Freezing(
            Means means,
            Unit unit,
            BoundTable table,
            PushWindow window,
            Omissions omissions,
            JournalRows journal,
            Dependencies dependencies,
            IdMappingService ids) {
        this.means = means;
        this.unit = unit;
        this.table = table;
        this.window = window;
        this.omissions = omissions;
        this.journal = journal;
        this.dependencies = dependencies;
        mapper = new RecordMapper(table, ids);
        unmapped = new UnmappedFields(unit.connection(), table, ids, !means.partialUpdates());
    }

    /** How many changes are frozen so far. */
    int count() {
        return claimed.size();
    }

    /** Stores what is frozen with its keys, and takes it out of the journal. */
    List<SyncOperation> store() throws SQLException {
        table.journal().remove(unit.connection(), emptied);
        window.drawBack(unit.connection(), table);
        List<SyncOperation> stored = means.operations().insert(unit.handle(), claimed);
        means.keys().storeIdempotencyKeys(unit.handle(), stored, isSentNext());
        return stored;
    }

    /** What the host's rules have yet to let go may stay here, and so may what goes with others or not at all. */
    private boolean isSentNext() {
        return table.spec().validator() == RecordValidator.NONE && !omissions.sendsTogether();
    }

    /** What cannot be sent as it is. */
    List<Fault> faults() {
        return faults;
    }

    /** Notes a row that cannot be sent as it is. */
    void refuse(@Nullable String rowId, List<FieldFault> fields, String what) {
        faults.add(fault(rowId, fields, what));
    }

    /** Freezes a deletion. */
    void delete(PendingChange change, RowIdentity row, @Nullable String version) {
        freeze(change, row, ChangeKind.DELETE, null, null, version);
        window.claimed(table, row.rowId(), false);
        emptied.add(change.seq());
    }

    private void claimedInPart(RowIdentity row) {
        window.claimed(table, row.rowId(), true);
        omissions.claimed(table, row.rowId());
    }

    /** What else of the row differs from what is sent is behind it, as an edit made since would be. */
    private void keepRest(PendingChange change, RowImage sent) throws SQLException {
        journal.put(change.key(), sent);
        if (change.editedAt() != null) {
            journal.stamp(change.key(), change.editedAt());
        }
    }

    /** Before rows that refer to each other are deleted, one lets go of the others. */
    void part(PendingChange change, RowIdentity row, Set<String> without, @Nullable String version)
            throws SQLException {
        RowImage base = Objects.requireNonNull(change.base());
        RowImage sent = Omissions.without(base, without);
        Optional<Map<String, @Nullable Object>> fields =
                mapper.fields(change.key(), sent, means.partialUpdates() ? base : null);
        if (fields.isPresent()) {
            unmapped.addTo(row, fields.get());
            claimed.add(operation(change, row, ChangeKind.UPDATE, Json.write(fields.get()), text(sent), version));
            dependencies.parts(change);
            claimedInPart(row);
            // The mark that tells a reused number from an edit stays with the row.
            keepRest(change, sent);
        }
    }

    /** Freezes a new or edited row as it is to be sent, which may be without some of what was edited. */
    void row(PendingChange change, RowIdentity row, ChangeKind kind, RowImage now, @Nullable String version)
            throws SQLException {
        boolean whole = kind == ChangeKind.CREATE || !means.partialUpdates();
        try {
            boolean inPart = !now.equals(change.now());
            if (kind == ChangeKind.UPDATE && unchanged(change, now)) {
                if (!inPart) {
                    // Only columns that stay on this device, or that others compute, were edited.
                    journal.remove(change.key());
                }
                return;
            }
            Optional<Map<String, @Nullable Object>> fields =
                    mapper.fields(change.key(), now, whole ? null : change.base());
            if (fields.isPresent()) {
                if (kind == ChangeKind.CREATE && table.spec().externalId() != null) {
                    fields.get().put(table.spec().externalId(), means.keys().generateIdempotencyKey());
                }
                if (kind == ChangeKind.UPDATE) {
                    unmapped.addTo(row, fields.get());
                }
                freeze(
                        change,
                        row,
                        kind,
                        Json.write(fields.get()),
                        means.images().write(row.rowId(), now),
                        version);
                if (inPart) {
                    claimedInPart(row);
                    journal.remove(change.key());
                    keepRest(change, now);
                } else {
                    window.claimed(table, row.rowId(), false);
                    emptied.add(change.seq());
                }
            }
        } catch (UnstorableValueException e) {
            FieldFault field = new FieldFault(e.column(), e.rule(), e.fix());
            faults.add(fault(row.rowId(), List.of(field), "it is failed until it is edited"));
            means.operations()
                    .insert(
                            unit.handle(),
                            List.of(operation(change, row, kind, null, text(now), version)
                                    .refused(e.rule() + "\n" + e.fix())));
        }
    }

    private boolean unchanged(PendingChange change, RowImage now) {
        RowImage base = change.base();
        return base != null
                && table.columns().stream()
                        .allMatch(c -> c.derived()
                                || (base.has(c.column()) && c.same(base.get(c.column()), now.get(c.column()))));
    }

    private void freeze(
            PendingChange change,
            RowIdentity row,
            ChangeKind kind,
            @Nullable String payload,
            @Nullable String image,
            @Nullable String version) {
        claimed.add(operation(change, row, kind, payload, image, version));
        dependencies.claimed(change, kind);
    }

    private SyncOperation operation(
            PendingChange change,
            RowIdentity row,
            ChangeKind kind,
            @Nullable String payload,
            @Nullable String image,
            @Nullable String version) {
        return new SyncOperation(
                0,
                table.id(),
                table.spec().entity(),
                row.rowId(),
                kind,
                payload,
                image,
                text(change.base()),
                version,
                change.editedAt(),
                Status.PROCESSING,
                0,
                null,
                means.keys().generateIdempotencyKey(),
                0);
    }

    private Fault fault(@Nullable String rowId, List<FieldFault> fields, String what) {
        return new Fault(
                table.spec().entity(),
                rowId,
                new ValidationException(
                        "a row of " + table.spec().name() + " cannot be sent, " + what,
                        fields,
                        means.clock().instant(),
                        null));
    }

    private static @Nullable String text(@Nullable RowImage image) {
        return image == null ? null : RowImageCodec.toJson(image);
    }
}
