package dev.syncline.internal.record;

import dev.syncline.backend.RemoteRecord;
import dev.syncline.internal.capture.Identifiers;
import dev.syncline.internal.capture.JournalRows;
import dev.syncline.internal.record.RecordMapper.Incoming;
import dev.syncline.internal.store.OperationRepository;
import dev.syncline.internal.store.Unit;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds the unsent row that stands for the same thing as a record from elsewhere, because both have the same natural key, and makes the two
 * one: from then on they are a record that was created on both sides. Lives within one unit of work.
 */
final class Namesakes {
    private final Unit unit;
    private final BoundTable table;
    private final TableSession session;
    private final RowStandings standings;

    Namesakes(Unit unit, TableSession session, RowStandings standings) {
        this.unit = unit;
        this.session = session;
        this.standings = standings;
        table = session.table();
    }

    /** Whether there can be any. */
    boolean none() {
        return table.spec().naturalKey().isEmpty() || session.known().noJournal();
    }

    /**
     * Gives the row of a record's namesake the record's id.
     *
     * @param record a record that no row here stands for
     * @param incoming its values
     * @return the row's names; empty if there is no such row, or it cannot take the id
     * @throws SQLException if the unit is doomed
     */
    Optional<RowIdentity> adopt(RemoteRecord record, Incoming incoming) throws SQLException {
        Optional<Object[]> key = find(incoming);
        Optional<RowIdentity> row = key.flatMap(k -> RowIdentity.of(table, k, record.id()));
        if (row.isEmpty() || standings.of(record, row.get()).state() != LocalState.PENDING_CREATE) {
            return Optional.empty();
        }
        if (table.serverIds()) {
            if (session.ids().remoteId(table, row.get().key()).isPresent()) {
                // It stands for another record already.
                return Optional.empty();
            }
            session.ids().map(table, row.get().key()[0], record.id());
            return row;
        }
        return rename(row.get(), record.id());
    }

    private Optional<Object[]> find(Incoming incoming) throws SQLException {
        List<String> conditions = new ArrayList<>();
        List<Object> values = new ArrayList<>();
        for (int i = 0; i < table.columns().size(); i++) {
            String column = table.columns().get(i).column();
            if (table.spec().naturalKey().contains(column)) {
                Object value = incoming.values()[i];
                if (value == null) {
                    return Optional.empty();
                }
                conditions.add(Identifiers.quote(column) + " = ?");
                values.add(value);
            }
        }
        List<String> key = table.schema().key().stream()
                .map(column -> Identifiers.quote(column.name()))
                .toList();
        String sql = "SELECT " + String.join(", ", key) + " FROM "
                + Identifiers.quote(table.schema().name()) + " WHERE " + String.join(" AND ", conditions) + " LIMIT 2";
        try (PreparedStatement select = unit.connection().prepareStatement(sql)) {
            for (int i = 0; i < values.size(); i++) {
                select.setObject(i + 1, values.get(i));
            }
            try (ResultSet rows = select.executeQuery()) {
                if (!rows.next()) {
                    return Optional.empty();
                }
                Object[] found = new Object[key.size()];
                for (int i = 0; i < found.length; i++) {
                    Object part = rows.getObject(i + 1);
                    found[i] = part instanceof Integer number ? Long.valueOf(number) : part;
                }
                // Two of one name: nobody can tell which is meant.
                return rows.next() ? Optional.empty() : Optional.of(found);
            }
        }
    }

    /** Nobody but this device knows the row, so it can be called otherwise, and what refers to it follows. */
    private Optional<RowIdentity> rename(RowIdentity row, String id) throws SQLException {
        Optional<Object[]> to = table.keys().decode(id);
        if (to.isEmpty() || to.get().length != 1 || isPartOfKeys()) {
            return Optional.empty();
        }
        JournalRows journal = session.journal();
        Optional<JournalRows.Base> base = journal.base(row.key());
        Long editedAt = base.map(JournalRows.Base::editedAt).orElse(null);
        Object from = row.key()[0];
        boolean refused = unit.attempt(() -> {
                    deferForeignKeys();
                    set(table, table.schema().key().get(0).name(), from, to.get()[0]);
                    for (BoundTable child : table.children()) {
                        for (Map.Entry<String, BoundTable> reference :
                                child.parents().entrySet()) {
                            if (reference.getValue() == table) {
                                set(child, reference.getKey(), from, to.get()[0]);
                            }
                        }
                    }
                })
                .isPresent();
        if (refused) {
            return Optional.empty();
        }
        OperationRepository.forget(unit.handle(), table.id(), row.rowId());
        journal.remove(row.key());
        journal.put(to.get(), null);
        if (editedAt != null) {
            journal.stamp(to.get(), editedAt);
        }
        return RowIdentity.of(table, to.get(), id);
    }

    private boolean isPartOfKeys() {
        return table.parentOf(table.schema().key().get(0).name()) != null
                || table.children().stream()
                        .anyMatch(child -> child.parents().entrySet().stream()
                                .anyMatch(reference -> reference.getValue() == table
                                        && child.columns().stream()
                                                .noneMatch(c -> c.column().equals(reference.getKey()))));
    }

    private void deferForeignKeys() throws SQLException {
        try (PreparedStatement pragma = unit.connection().prepareStatement("PRAGMA defer_foreign_keys = ON")) {
            pragma.execute();
        }
    }

    private void set(BoundTable of, String column, @Nullable Object from, Object to) throws SQLException {
        String sql = "UPDATE " + Identifiers.quote(of.schema().name()) + " SET " + Identifiers.quote(column)
                + " = ? WHERE " + Identifiers.quote(column) + " = ?";
        try (PreparedStatement update = unit.connection().prepareStatement(sql)) {
            update.setObject(1, to);
            update.setObject(2, from);
            update.executeUpdate();
        }
    }
}
