package dev.syncline.internal.record;

import dev.syncline.internal.capture.Identifiers;
import dev.syncline.internal.capture.JournalRows;
import dev.syncline.internal.capture.RowImage;
import dev.syncline.internal.store.ConflictRepository;
import dev.syncline.internal.store.OperationRepository;
import dev.syncline.internal.store.Unit;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Gives a row that nobody but this device knows another key. What refers to it follows, and rows whose own key holds that key get another one
 * with it: they cannot be known elsewhere either. Lives within one unit of work in which capture is silenced.
 */
final class RowRename {
    private final Unit unit;
    private final List<Moved> moved = new ArrayList<>();

    RowRename(Unit unit) {
        this.unit = unit;
    }

    /**
     * Renames.
     *
     * @param table the row's table
     * @param from its key
     * @param to the key that it shall have; as many columns
     * @return why the host's tables refuse it, in which case nothing was changed; empty if it is done
     * @throws SQLException if the unit is doomed
     */
    Optional<SQLException> rename(BoundTable table, Object[] from, Object[] to) throws SQLException {
        Optional<SQLException> refused = unit.attempt(() -> {
            deferForeignKeys();
            move(table, from, to);
        });
        if (refused.isEmpty()) {
            for (Moved row : moved) {
                carryOver(row);
            }
        }
        return refused;
    }

    private void move(BoundTable table, Object[] from, Object[] to) throws SQLException {
        List<String> key = table.schema().key().stream().map(c -> c.name()).toList();
        set(table, key, to, key, from);
        moved.add(new Moved(table, from, to));
        if (key.size() > 1) {
            return;
        }
        for (BoundTable child : List.copyOf(table.children())) {
            for (Map.Entry<String, BoundTable> reference : child.parents().entrySet()) {
                if (reference.getValue() == table) {
                    moveReferring(child, reference.getKey(), from[0], to[0]);
                }
            }
            moveNested(table, child, from[0], to[0]);
        }
    }

    private void moveReferring(BoundTable child, String column, Object from, Object to) throws SQLException {
        boolean inKey = child.columns().stream().noneMatch(c -> c.column().equals(column));
        if (!inKey) {
            set(child, List.of(column), new Object[] {to}, List.of(column), new Object[] {from});
            return;
        }
        List<Object[]> keys;
        try (HostTable host = new HostTable(unit.connection(), child)) {
            keys = host.keysReferring(List.of(column), from);
        }
        for (Object[] key : keys) {
            Object[] renamed = key.clone();
            renamed[child.keyIndex(column)] = to;
            move(child, key, renamed);
        }
    }

    private void moveNested(BoundTable table, BoundTable child, Object from, Object to) throws SQLException {
        List<String> key = child.schema().key().stream().map(c -> c.name()).toList();
        for (NestedReferrers.Row row : new NestedReferrers(unit.connection(), child).rows(table, from)) {
            Object text = row.reference().renamed(row.text(), (of, value) -> value.equals(from) ? to : null);
            set(child, List.of(row.reference().column()), new Object[] {Objects.requireNonNull(text)}, key, row.key());
        }
    }

    /** What the library knows of the row goes with it; that it is new, and perhaps refused or parked, is all there is. */
    private void carryOver(Moved row) throws SQLException {
        BoundTable table = row.table;
        String before = table.keys().encode(row.from).orElseThrow();
        String after = table.keys().encode(row.to).orElseThrow();
        OperationRepository.forget(unit.handle(), table.id(), before);
        ConflictRepository.rename(unit.handle(), table.id(), before, after);
        try (JournalRows journal = table.journal().rows(unit.connection())) {
            Optional<JournalRows.Base> known = journal.base(row.from);
            RowImage base = known.map(JournalRows.Base::image).orElse(null);
            Long editedAt = known.map(JournalRows.Base::editedAt).orElse(null);
            journal.remove(row.from);
            journal.put(row.to, base);
            if (editedAt != null) {
                journal.stamp(row.to, editedAt);
            }
        }
    }

    private void deferForeignKeys() throws SQLException {
        try (PreparedStatement pragma = unit.connection().prepareStatement("PRAGMA defer_foreign_keys = ON")) {
            pragma.execute();
        }
    }

    private void set(BoundTable of, List<String> columns, Object[] to, List<String> where, @Nullable Object[] from)
            throws SQLException {
        String sql = "UPDATE " + Identifiers.quote(of.schema().name()) + " SET " + each(columns, ", ") + " WHERE "
                + each(where, " AND ");
        try (PreparedStatement update = unit.connection().prepareStatement(sql)) {
            int place = 1;
            for (Object value : to) {
                update.setObject(place++, value);
            }
            for (Object value : from) {
                update.setObject(place++, Objects.requireNonNull(value));
            }
            update.executeUpdate();
        }
    }

    private static String each(List<String> columns, String separator) {
        return columns.stream()
                .map(column -> Identifiers.quote(column) + " = ?")
                .collect(Collectors.joining(separator));
    }

    /** A row of which the library still knows under its old key. */
    private static final class Moved {
        private final BoundTable table;
        private final Object[] from;
        private final Object[] to;

        Moved(BoundTable table, Object[] from, Object[] to) {
            this.table = table;
            this.from = from;
            this.to = to;
        }
    }
}
