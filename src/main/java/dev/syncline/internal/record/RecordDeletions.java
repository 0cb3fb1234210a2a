package dev.syncline.internal.record;

import dev.syncline.backend.RemoteRecord;
import dev.syncline.internal.capture.RowImage;
import dev.syncline.internal.record.RowStandings.Standing;
import dev.syncline.internal.store.HoldingRepository.Reason;
import dev.syncline.internal.store.Unit;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Deletes rows that the backend deleted, after those that refer to them and not more than may go unasked. Lives within one unit of
 * work.
 */
final class RecordDeletions {
    private final BoundTable table;
    private final TableSession session;
    private final RecordWriter writer;
    private final RowMeeting meeting;
    private final boolean reconcile;
    private final ApplyOutcome outcome;
    private final HostTable host;
    private final PutAside aside;
    private final DeletionGuard guard;

    /**
     * Makes what deletes rows of one table.
     *
     * @param unit the unit; capture is silenced in it
     * @param context what all tables share
     * @param session the table in it
     * @param writer what writes its rows
     * @param meeting what settles rows that may have been edited
     * @param reconcile whether to look for local edits that no trigger saw
     * @param outcome collects what happens
     */
    RecordDeletions(
            Unit unit,
            ApplyContext context,
            TableSession session,
            RecordWriter writer,
            RowMeeting meeting,
            boolean reconcile,
            ApplyOutcome outcome) {
        this.session = session;
        this.writer = writer;
        this.meeting = meeting;
        this.reconcile = reconcile;
        this.outcome = outcome;
        table = session.table();
        host = session.host();
        aside = session.aside();
        guard = new DeletionGuard(unit, table, context);
    }

    /** Deletes the row of a tombstone, or has a parent's wait for its children's. */
    void delete(RemoteRecord record, RowIdentity row, Standing standing) throws SQLException {
        writer.flush();
        if (table.hasChildren()) {
            // Its children's deletions come with later pages; until then they would dangle or be taken along.
            aside.hold(record, Reason.CHILDREN, "deletions of parents wait for those of their children");
            return;
        }
        deleteNow(record, row, standing);
    }

    /** Deletes the row of a tombstone whose turn has come, unless rows here still refer to it. */
    void deleteParent(RemoteRecord record, RowIdentity row, Standing standing) throws SQLException {
        if (session.settler().isReferred(row.key())) {
            aside.hold(record, Reason.CHILDREN, "rows here still refer to it");
        } else {
            deleteNow(record, row, standing);
        }
    }

    private void deleteNow(RemoteRecord record, RowIdentity row, Standing standing) throws SQLException {
        RowImage present = host.read(row.key()).orElse(null);
        if (reconcile && present != null) {
            // Nobody can tell whether the row was edited, so the rules decide as if it was.
            meeting.reconcile(record, row, standing);
            return;
        }
        if (present != null && !guard.admits(1)) {
            aside.hold(record, Reason.MASS_DELETION, "more rows of its table would go than may unasked");
            return;
        }
        Optional<SQLException> refused = session.settler().settleGone(row, present, null, record.version());
        if (refused.isPresent()) {
            aside.hold(
                    record,
                    Reason.CHILDREN,
                    "the table refuses the deletion: " + refused.get().getMessage());
        } else {
            outcome.deleted++;
            if (present != null) {
                guard.deleted();
            }
            writer.applied(record);
        }
    }

    /** So many deletions come. */
    void announce(long rows) {
        guard.announce(rows);
    }

    /** Writes down how many rows went. */
    void flush() {
        guard.flush();
    }
}
