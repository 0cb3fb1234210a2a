package dev.syncline.internal.record;

import dev.syncline.backend.RemoteRecord;
import dev.syncline.internal.capture.Identifiers;
import dev.syncline.internal.record.RecordMapper.Incoming;
import dev.syncline.internal.store.Unit;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.LinkedHashMap;
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
        Optional<Object[]> key = find(record, incoming);
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

    private Optional<Object[]> find(RemoteRecord record, Incoming incoming) throws SQLException {
        Map<String, @Nullable Object> named = new LinkedHashMap<>();
        for (int i = 0; i < table.columns().size(); i++) {
            named.put(table.columns().get(i).column(), incoming.values()[i]);
        }
        if (!table.serverIds()) {
            Optional<Object[]> theirs = session.ids().localKey(table, record.id());
            for (int i = 0; theirs.isPresent() && i < theirs.get().length; i++) {
                named.put(table.schema().key().get(i).name(), theirs.get()[i]);
            }
        }
        named.keySet().removeIf(column -> !table.spec().naturalKey().contains(column));
        if (named.containsValue(null)) {
            return Optional.empty();
        }
        List<String> conditions = named.keySet().stream()
                .map(column -> Identifiers.quote(column) + " = ?")
                .toList();
        List<@Nullable Object> values = List.copyOf(named.values());
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
        Optional<Object[]> to = session.ids().localKey(table, id);
        if (to.isEmpty() || to.get().length != row.key().length) {
            return Optional.empty();
        }
        return new RowRename(unit).rename(table, row.key(), to.get()).isEmpty()
                ? RowIdentity.of(table, to.get(), id)
                : Optional.empty();
    }
}
