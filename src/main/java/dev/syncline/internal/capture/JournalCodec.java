package dev.syncline.internal.capture;

import dev.syncline.backend.ChangeKind;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the rows of one journal from a result, and binds their keys and bases to statements. */
final class JournalCodec {
    private final JournalLayout layout;
    private final ColumnNames names;

    JournalCodec(JournalLayout layout) {
        this.layout = layout;
        this.names = layout.names();
    }

    /** The pending change of a row of {@link JournalSql#find} or {@link JournalSql#pending}; empty if it equals its base. */
    Optional<PendingChange> read(ResultSet rows) throws SQLException {
        Object[] key = readKey(rows, 2);
        int at = 2 + key.length;
        boolean existed = rows.getBoolean(at);
        long time = rows.getLong(at + 1);
        Long editedAt = rows.wasNull() ? null : time;
        boolean deleteFirst = rows.getInt(at + 2) == 1;
        boolean exists = rows.getBoolean(at + 3);
        int width = layout.image().size();
        RowImage base = existed ? readImage(rows, at + 4) : null;
        RowImage now = exists ? readImage(rows, at + 4 + width) : null;
        if (base == null ? now == null : base.equals(now)) {
            return Optional.empty();
        }
        ChangeKind kind = base == null ? ChangeKind.CREATE : now == null ? ChangeKind.DELETE : ChangeKind.UPDATE;
        return Optional.of(
                new PendingChange(rows.getLong(1), key, kind, base, now, editedAt, base != null && deleteFirst));
    }

    Object[] readKey(ResultSet rows, int from) throws SQLException {
        Object[] key = new Object[layout.schema().key().size()];
        for (int i = 0; i < key.length; i++) {
            key[i] = Objects.requireNonNull(SqliteValues.read(
                    rows, from + i, layout.schema().name(), layout.key(i).name()));
        }
        return key;
    }

    Object @Nullable [] keyOrNull(ResultSet rows, int from) throws SQLException {
        try {
            return readKey(rows, from);
        } catch (UnreadableValueException e) {
            return null;
        }
    }

    RowImage readImage(ResultSet rows, int from) throws SQLException {
        @Nullable Object[] values = new Object[layout.image().size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = SqliteValues.read(
                    rows, from + i, layout.schema().name(), names.list().get(i));
        }
        return new RowImage(names, values);
    }

    /** Returns the parameter behind the last one bound. */
    int bindKey(PreparedStatement statement, int from, Object[] key) throws SQLException {
        if (key.length != layout.schema().key().size()) {
            throw new CaptureException("A key of " + key.length + " values was given for table "
                    + layout.schema().name() + ", whose key has "
                    + layout.schema().key().size() + ". Nothing was done; give one value per key column.");
        }
        for (int i = 0; i < key.length; i++) {
            SqliteValues.bind(
                    statement,
                    from + i,
                    key[i],
                    layout.schema().name(),
                    layout.key(i).name());
        }
        return from + key.length;
    }

    /** Returns how many parameters were bound: the presence flag and every image column. */
    int bindImage(PreparedStatement statement, int from, @Nullable RowImage base) throws SQLException {
        statement.setInt(from, base == null ? 0 : 1);
        for (int i = 0; i < layout.image().size(); i++) {
            ColumnSchema column = layout.image().get(i).column();
            Object value = base == null ? null : column.affinity().stored(base.get(column.name()));
            SqliteValues.bind(statement, from + 1 + i, value, layout.schema().name(), column.name());
        }
        return 1 + names.list().size();
    }
}
