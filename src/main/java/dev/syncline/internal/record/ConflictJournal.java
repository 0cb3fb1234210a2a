package dev.syncline.internal.record;

import dev.syncline.backend.RemoteRecord;
import dev.syncline.conflict.Conflict;
import dev.syncline.conflict.ConflictBuilder;
import dev.syncline.conflict.ConflictSeverity;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.conflict.ResolvedBy;
import dev.syncline.internal.capture.RowImage;
import dev.syncline.internal.capture.RowImageCodec;
import dev.syncline.internal.record.ConflictResolver.Settled;
import dev.syncline.internal.store.ConflictRepository;
import dev.syncline.internal.store.ConflictRepository.StoredConflict;
import dev.syncline.internal.store.DecisionRepository;
import dev.syncline.internal.store.DecisionRepository.Undo;
import dev.syncline.internal.store.SyncOperation;
import dev.syncline.internal.store.Unit;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes down what met and what became of it, with base, local and remote, so that nothing that lost is gone: open conflicts, decided
 * ones, and edits that were joined without one. Lives within one unit of work.
 */
final class ConflictJournal {
    private static final Logger log = LoggerFactory.getLogger(ConflictJournal.class);
    private static final String DOUBTFUL = "the remote side may hold the local change already";

    private final Unit unit;
    private final BoundTable table;
    private final ApplyContext context;
    private final ApplyOutcome outcome;
    /** Whose answer is looked at; null while pulling. */
    private @Nullable SyncOperation answered;

    ConflictJournal(Unit unit, BoundTable table, ApplyContext context, ApplyOutcome outcome) {
        this.unit = unit;
        this.table = table;
        this.context = context;
        this.outcome = outcome;
    }

    void answers(SyncOperation operation) {
        answered = operation;
    }

    /** An answer may let other rows go as well, which no operation has met. */
    private @Nullable String operationOf(RowIdentity row) {
        SyncOperation operation = answered;
        return operation == null || !operation.rowId().equals(row.rowId()) ? null : Long.toString(operation.id());
    }

    /** Stores a conflict that waits for a decision. */
    void open(Collision collision, RowIdentity row, RemoteRecord record) throws SQLException {
        Conflict conflict = describe(collision, row)
                .notes(!record.rivals().isEmpty() ? RivalVersions.NOTE : collision.certain() ? null : DOUBTFUL)
                .build();
        log.warn("Parked for a decision: {}", conflict);
        ConflictRepository.insert(unit, new StoredConflict(conflict, table.id(), RecordText.write(record)), null);
        outcome.conflicts().add(conflict);
    }

    /** Whether the remote side of an open conflict is known to be another's. */
    static boolean isForeign(StoredConflict stored) {
        return !DOUBTFUL.equals(stored.conflict().notes());
    }

    /** Stores a conflict that a rule has settled. */
    void settled(Collision collision, RowIdentity row, Settled settled, String rule) throws SQLException {
        Conflict conflict = describe(collision, row)
                .notes(rule)
                .resolution(context.clock().instant(), settled.strategy(), ResolvedBy.AUTO)
                .build();
        log.warn("Settled by rule: {}", conflict);
        insert(conflict, collision, settled.outcome(), false);
        outcome.conflicts().add(conflict);
    }

    /** Stores what was no conflict, but hides a value that somebody wrote. */
    void note(
            Collision sides,
            RowIdentity row,
            ResolutionStrategy strategy,
            ResolvedBy by,
            String why,
            @Nullable RowImage agreed)
            throws SQLException {
        Conflict entry = describe(sides, row)
                .severity(ConflictSeverity.LOW)
                .resolution(context.clock().instant(), strategy, by)
                .notes(why)
                .build();
        insert(entry, sides, agreed, true);
    }

    /** Closes an open conflict, with the sides that it ended with. */
    Conflict close(
            StoredConflict stored,
            Collision sides,
            ResolutionStrategy strategy,
            ResolvedBy by,
            @Nullable String why,
            @Nullable RowImage agreed)
            throws SQLException {
        Conflict open = stored.conflict();
        boolean sameKind = (sides.local() == null) == (open.localData() == null)
                && (sides.remote() == null) == (open.remoteData() == null);
        Conflict resolved = open.toBuilder()
                .type(sameKind ? open.conflictType() : sides.type())
                .local(data(sides.local()))
                .remote(data(sides.remote()))
                .notes(why)
                .resolution(context.clock().instant(), strategy, by)
                .build();
        ConflictRepository.resolve(unit.handle(), resolved, data(agreed));
        if (by == ResolvedBy.AUTO) {
            Undo undo = undo(sides, agreed);
            if (undo != null) {
                DecisionRepository.keep(unit, resolved.id(), undo);
            }
        }
        outcome.closed().add(resolved);
        return resolved;
    }

    /** Puts the sides as they are now in the place of those of an open conflict. */
    void refresh(StoredConflict stored, Collision sides, RemoteRecord record) {
        Conflict present = present(stored, sides, record);
        String text = RecordText.write(record);
        if (!present.equals(stored.conflict()) || !text.equals(stored.remoteRecord())) {
            ConflictRepository.refresh(unit.handle(), present, text);
        }
    }

    /** An open conflict with its sides as they are now. */
    Conflict present(StoredConflict stored, Collision sides, RemoteRecord record) {
        String text = RecordText.write(record);
        boolean sameKind = text.equals(stored.remoteRecord())
                && (sides.local() == null) == (stored.conflict().localData() == null);
        // Why it was met, such as that its parent is gone, does not show in the sides.
        Collision now = sameKind ? sides.as(stored.conflict().conflictType()) : sides;
        return stored.conflict().toBuilder()
                .type(now.type())
                .local(data(sides.local()))
                .remote(data(sides.remote()))
                .fields(sides.columns())
                .severity(now.severity(table.spec().conflictRules()))
                .build();
    }

    /** A decision of a rule can be taken back to what this device had, or to the other side if that is what was decided. */
    private @Nullable Undo undo(Collision sides, @Nullable RowImage agreed) {
        boolean localHolds = table.sameRow(agreed, sides.local());
        RowImage back = localHolds ? sides.remote() : sides.local();
        return table.sameRow(agreed, back) ? null : new Undo(text(back), text(agreed));
    }

    private static @Nullable String text(@Nullable RowImage image) {
        return image == null ? null : RowImageCodec.toJson(image);
    }

    /** What is decided needs the backend's record no more, and is written once. */
    private void insert(Conflict conflict, Collision sides, @Nullable RowImage agreed, boolean note)
            throws SQLException {
        Map<String, @Nullable Object> resolved = Objects.equals(agreed, sides.remote())
                ? conflict.remoteData()
                : Objects.equals(agreed, sides.local()) ? conflict.localData() : data(agreed);
        Undo undo = conflict.wasAutoResolved() ? undo(sides, agreed) : null;
        ConflictRepository.insert(unit, new StoredConflict(conflict, table.id(), ""), resolved, note, undo);
    }

    private ConflictBuilder describe(Collision collision, RowIdentity row) {
        return Conflict.builder(context.ids().get(), table.spec().entity(), row.rowId())
                .operationId(operationOf(row))
                .type(collision.type())
                .local(data(collision.local()))
                .remote(data(collision.remote()))
                .base(data(collision.base()))
                .fields(collision.columns())
                .severity(collision.severity(table.spec().conflictRules()))
                .detectedAt(context.clock().instant());
    }

    /**
     * Shows a version as hosts see it: by column, in JSON values; a value that has no such form is shown by its storage class.
     *
     * @param image the version; null if the row is gone
     * @return column to value
     */
    @Nullable
    Map<String, @Nullable Object> data(@Nullable RowImage image) {
        if (image == null) {
            return null;
        }
        Map<String, @Nullable Object> data = new LinkedHashMap<>();
        for (ColumnMapping column : table.columns()) {
            if (image.has(column.column())) {
                data.put(column.column(), column.describe(image.get(column.column())));
            }
        }
        return data;
    }
}
