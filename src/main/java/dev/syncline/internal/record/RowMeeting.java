package dev.syncline.internal.record;

import dev.syncline.backend.RemoteRecord;
import dev.syncline.internal.capture.PendingChange;
import dev.syncline.internal.capture.RowImage;
import dev.syncline.internal.record.RowStandings.Standing;
import dev.syncline.internal.store.ConflictRepository.StoredConflict;
import dev.syncline.internal.store.Unit;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Brings a record and a row together that may both have moved: finds out by content what either side did, joins what does not
 * collide, and hands the rest to the rules. Lives within one unit of work.
 */
final class RowMeeting {
    private final Unit unit;
    private final BoundTable table;
    private final TableSession session;
    private final RecordWriter writer;
    private final boolean reconcile;
    private final ApplyOutcome outcome;
    private final HostTable host;

    /**
     * Makes a meeting place.
     *
     * @param unit the unit; capture is silenced in it
     * @param session the table in it
     * @param writer what writes its rows
     * @param reconcile whether to look for local edits that no trigger saw
     * @param outcome collects what happens
     */
    RowMeeting(Unit unit, TableSession session, RecordWriter writer, boolean reconcile, ApplyOutcome outcome) {
        this.unit = unit;
        this.session = session;
        this.writer = writer;
        this.reconcile = reconcile;
        this.outcome = outcome;
        table = session.table();
        host = session.host();
    }

    /** Settles a clean row by content, where versions do not tell whether anything differs. */
    void compare(RemoteRecord record, RowIdentity row, Standing standing) throws SQLException {
        writer.flush();
        Optional<RowImage> present = host.read(row.key());
        Optional<RecordMapper.Incoming> incoming = writer.incoming(record);
        if (incoming.isEmpty()) {
            return;
        }
        RowImage remote = session.mapper().over(present.orElse(null), incoming.get());
        boolean same = present.isPresent() && unchanged(present.get(), remote);
        if (!same && !reconcile && present.isPresent()) {
            RowImage filled = withLate(present.get(), remote);
            if (unchanged(filled, remote)) {
                // Nobody edited it here, since it is clean: it had no such column when it was read.
                meet(record, row, present.get(), present.get(), remote, null);
                return;
            }
        }
        boolean seenVersion = record.version() != null && record.version().equals(standing.version());
        if (same) {
            session.aside().letGo(record);
            session.unmapped().keep(record);
            outcome.skipped++;
            if (!seenVersion) {
                session.states().save(row.compact(), record.version());
                session.states().flush();
            }
        } else if (reconcile && seenVersion) {
            // The backend did not move, so the difference is an edit of this device that no trigger saw.
            session.journal().put(row.key(), remote);
        } else {
            reconcile(record, row, standing);
        }
    }

    /** Puts a record in the place of an open conflict's remote side. */
    void refresh(StoredConflict conflict, RemoteRecord record, RowIdentity row) throws SQLException {
        writer.flush();
        if (!record.deleted() && writer.incoming(record).isEmpty()) {
            return;
        }
        new ParkedRow(unit, session).refresh(conflict, record);
        session.unmapped().keep(record);
        writer.applied(record);
    }

    /** Settles a pending row, or one of which nobody can tell whether it was edited. */
    void reconcile(RemoteRecord record, RowIdentity row, Standing standing) throws SQLException {
        writer.flush();
        PendingChange pending = standing.pending();
        RowImage local = host.read(row.key()).orElse(null);
        RowImage base = pending == null ? null : pending.base();
        RowImage remote = null;
        if (!record.deleted()) {
            Optional<RecordMapper.Incoming> incoming = writer.incoming(record);
            if (incoming.isEmpty()) {
                return;
            }
            remote = session.mapper().over(base == null ? local : base, incoming.get());
        }
        meet(record, row, base, local, remote, pending == null ? null : pending.editedAt());
    }

    /** Settles a row whose two sides differ: joins disjoint edits, or hands the collision to the rules. */
    private void meet(
            RemoteRecord record,
            RowIdentity row,
            @Nullable RowImage base,
            @Nullable RowImage local,
            @Nullable RowImage remote,
            @Nullable Long editedAt)
            throws SQLException {
        Optional<SQLException> refused = session.conflicts().meet(record, row, base, local, remote, editedAt);
        if (refused.isPresent()) {
            writer.refuse(record, row, refused.get());
        } else {
            session.unmapped().keep(record);
            writer.applied(record);
        }
    }

    private RowImage withLate(RowImage row, RowImage remote) {
        RowImage filled = row;
        for (ColumnMapping column : table.columns()) {
            if (table.late().contains(column.field())) {
                filled = filled.with(column.column(), remote.get(column.column()));
            }
        }
        return filled;
    }

    private boolean unchanged(RowImage base, RowImage remote) {
        return table.columns().stream()
                .allMatch(c -> c.derived() || c.same(base.get(c.column()), remote.get(c.column())));
    }
}
