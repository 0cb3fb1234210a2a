package dev.syncline.internal.record;

import dev.syncline.backend.RemoteRecord;
import dev.syncline.backend.VersionKind;
import dev.syncline.internal.store.HoldingRepository.Reason;
import dev.syncline.internal.store.Unit;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Takes in records that no row here stands for yet: as new rows, as namesakes of rows that were made here, or not before what they wait for
 * is there. Lives within one unit of work.
 */
final class UnknownRecords {
    private final BoundTable table;
    private final VersionKind versions;
    private final TableSession session;
    private final RowStandings standings;
    private final RecordWriter writer;
    private final RowMeeting meeting;
    private final Namesakes namesakes;
    private final ApplyOutcome outcome;

    UnknownRecords(
            Unit unit,
            VersionKind versions,
            TableSession session,
            RowStandings standings,
            RecordWriter writer,
            RowMeeting meeting,
            ApplyOutcome outcome) {
        this.versions = versions;
        this.session = session;
        this.standings = standings;
        this.writer = writer;
        this.meeting = meeting;
        this.outcome = outcome;
        table = session.table();
        namesakes = new Namesakes(unit, session, standings);
    }

    /** A record whose id has no local key: of a table with ids of the server, or with an unknown parent in its key. */
    void apply(RemoteRecord record) throws SQLException {
        if (record.deleted()) {
            // An older state of it may wait for a parent; it must not come to life after this.
            session.aside().letGo(record);
        }
        if (record.deleted() || isStale(record)) {
            outcome.skipped++;
            return;
        }
        if (!table.serverIds()) {
            boolean parentIsUnknown = table.keys().decode(record.id()).isPresent();
            session.aside()
                    .hold(
                            record,
                            parentIsUnknown ? Reason.PARENT : Reason.UNSTORABLE,
                            parentIsUnknown
                                    ? "its key refers to a record unknown here"
                                    : "no row of this table can have its id");
            return;
        }
        if (standings.mayBeOwnCreate()) {
            // It may be our own create, whose answer was lost; the settled create will tell.
            session.aside().hold(record, Reason.IN_FLIGHT, "a create of this table has an unknown outcome");
            return;
        }
        if (meetsNamesake(record)) {
            return;
        }
        RowIdentity row = RowIdentity.of(
                        table,
                        new Object[] {session.ids().freeLocalKey(table, record.id(), session.host())},
                        record.id())
                .orElseThrow();
        standings.dropTouch(row);
        standings.brought(row);
        writer.write(record, row);
    }

    /** A record that nobody here knows may be the same thing as a row that was made here and not sent yet. */
    boolean meetsNamesake(RemoteRecord record) throws SQLException {
        if (namesakes.none()) {
            return false;
        }
        writer.flush();
        Optional<RecordMapper.Incoming> incoming = writer.incoming(record);
        if (incoming.isEmpty()) {
            // It waits, and comes through here again.
            return true;
        }
        Optional<RowIdentity> row = namesakes.adopt(record, incoming.get());
        if (row.isPresent()) {
            session.states().meet(row.get().compact());
            meeting.reconcile(record, row.get(), standings.of(record, row.get()));
        }
        return row.isPresent();
    }

    /** Whether a record is older than the deletion of its row that is known here. */
    boolean isStale(RemoteRecord record) {
        return standings
                .tombstone(record)
                .map(t -> RemoteChange.of(versions, t.version(), record.version(), record.deleted()))
                .filter(change -> change != RemoteChange.NEWER)
                .isPresent();
    }
}
