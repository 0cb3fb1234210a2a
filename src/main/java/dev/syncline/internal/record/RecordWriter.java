package dev.syncline.internal.record;

import dev.syncline.backend.RemoteRecord;
import dev.syncline.internal.store.HoldingRepository.Reason;
import dev.syncline.internal.store.Unit;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Optional;

/**
 * Turns records into rows, gathered and written together, or puts aside those that find no room. Lives within one unit of work.
 */
final class RecordWriter implements AutoCloseable {
    private final BoundTable table;
    private final TableSession session;
    private final RowStandings standings;
    private final ApplyOutcome outcome;
    private final HostTable host;
    private final IdMappingService ids;
    private final PutAside aside;
    private final ParentCheck parents;
    private final WriteBatch batch;

    /**
     * Prepares the writer of one table.
     *
     * @param unit the unit; capture is silenced in it
     * @param session the table in it
     * @param standings how its rows stand
     * @param outcome collects what happens
     * @throws SQLException if a table that it refers to cannot be read
     */
    RecordWriter(Unit unit, TableSession session, RowStandings standings, ApplyOutcome outcome) throws SQLException {
        this.session = session;
        this.standings = standings;
        this.outcome = outcome;
        table = session.table();
        host = session.host();
        ids = session.ids();
        aside = session.aside();
        parents = new ParentCheck(unit.connection(), table);
        batch = new WriteBatch(unit, host, session.states());
    }

    /** Whether nothing is gathered that a look at the table would miss. */
    boolean isFlushed() {
        return batch.isEmpty();
    }

    /** Has a record written with the next flush, unless a row that it refers to is not here. */
    void write(RemoteRecord record, RowIdentity row) throws SQLException {
        Optional<RecordMapper.Incoming> incoming = incoming(record);
        if (incoming.isEmpty()) {
            return;
        }
        if (parents.refersToOwnTable()) {
            flush();
        }
        Optional<String> missing = parents.missing(row.key(), incoming.get());
        if (missing.isPresent()) {
            aside.hold(record, Reason.PARENT, "it refers to a row of " + missing.get() + " that is not here");
            return;
        }
        if (table.serverIds()) {
            ids.map(table, Objects.requireNonNull(row.key()[0]), record.id());
        }
        batch.add(record, row, incoming.get());
    }

    /** The values a record brings, or empty if it had to be held. */
    Optional<RecordMapper.Incoming> incoming(RemoteRecord record) throws SQLException {
        try {
            RecordMapper.Incoming incoming = session.mapper().incoming(record);
            if (incoming.missingParent() == null) {
                return Optional.of(incoming);
            }
            aside.hold(
                    record,
                    Reason.PARENT,
                    "its column " + incoming.missingParent() + " refers to a record unknown here");
        } catch (UnstorableValueException e) {
            aside.unstorable(record, e);
        }
        return Optional.empty();
    }

    /**
     * Writes what was gathered.
     *
     * @throws SQLException if the unit is doomed
     */
    void flush() throws SQLException {
        batch.flush(new WriteBatch.Told() {
            @Override
            public void written(WriteBatch.Row row) throws SQLException {
                outcome.written++;
                session.unmapped().keep(row.record());
                applied(row.record());
            }

            @Override
            public void refused(WriteBatch.Row row, SQLException why) throws SQLException {
                refuse(row.record(), row.identity(), why);
            }
        });
        session.states().flushMeetings();
    }

    /** Lets records refer to a row that will be there before the unit ends. */
    void expect(BoundTable parent, Object[] key) {
        parents.expect(parent, key);
    }

    /** Puts a record aside that the table refused, with what is known of why. */
    void refuse(RemoteRecord record, RowIdentity row, SQLException why) throws SQLException {
        if (record.deleted()) {
            aside.hold(record, Reason.CHILDREN, "the deletion is refused: " + why.getMessage());
            return;
        }
        boolean isNewHere = session.states().find(row.compact()).isEmpty() && !host.exists(row.key());
        if (table.serverIds() && isNewHere) {
            ids.unmap(table, Objects.requireNonNull(row.key()[0]));
        }
        Optional<RecordMapper.Incoming> incoming = incoming(record);
        if (incoming.isEmpty()) {
            return;
        }
        Optional<String> missing = parents.missing(row.key(), incoming.get());
        if (missing.isPresent()) {
            aside.hold(record, Reason.PARENT, "it refers to a row of " + missing.get() + " that is not here");
        } else {
            aside.refused(record, why);
        }
    }

    /** Forgets that a record waited or was deleted, because its row is here now, or gone as it says. */
    void applied(RemoteRecord record) {
        aside.letGo(record);
        standings.revive(record);
    }

    /** Releases the statements; what was not flushed is dropped. */
    @Override
    public void close() throws SQLException {
        parents.close();
    }
}
