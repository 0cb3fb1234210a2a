package dev.syncline.internal.record;

import dev.syncline.internal.capture.Identifiers;
import dev.syncline.internal.store.SqliteErrors;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes records over the rows of a host table, at once or gathered: a new row, or the told columns over the row of that key. There is
 * one statement for each set of told columns, kept until the close, because preparing one takes SQLite longer than running it. Lives
 * within one unit of work.
 */
final class RowUpserts implements AutoCloseable {
    /** SQLite reports success when a trigger raises IGNORE, and the row would count as written for ever. */
    static final String IGNORED = "a trigger of the table ignores it";

    private final Connection connection;
    private final String table;
    private final List<String> keyColumns;
    private final List<String> columns;
    private final Map<BitSet, PreparedStatement> upserts = new HashMap<>();
    private boolean[] lastTold = {};
    private @Nullable PreparedStatement lastUpsert;
    private @Nullable PreparedStatement batch;
    private int gathered;

    /** The table's name is quoted already, and the columns are those that travel. */
    RowUpserts(Connection connection, String table, List<String> keyColumns, List<String> columns) {
        this.connection = connection;
        this.table = table;
        this.keyColumns = keyColumns;
        this.columns = columns;
    }

    /** Whether rows of another set of columns are gathered, which have to be written first. */
    boolean gathersOthersThan(boolean[] told) throws SQLException {
        return gathered > 0 && batch != upsert(told);
    }

    /** Adds a record to those that are gathered. */
    void gather(@Nullable Object[] key, RecordMapper.Incoming incoming) throws SQLException {
        PreparedStatement upsert = upsert(incoming.told());
        batch = upsert;
        bind(upsert, key, incoming);
        upsert.addBatch();
        gathered++;
    }

    /** Writes what is gathered; a row that is refused fails all of it, and the caller's savepoint undoes the rest. */
    void flush() throws SQLException {
        if (batch != null && gathered > 0) {
            try {
                for (int changed : batch.executeBatch()) {
                    if (changed == 0) {
                        throw SqliteErrors.refusal(IGNORED);
                    }
                }
            } finally {
                clear();
            }
        }
    }

    /** Forgets what is gathered. */
    void clear() throws SQLException {
        if (batch != null) {
            batch.clearBatch();
            gathered = 0;
        }
    }

    /** Writes a record at once; false if that changed nothing. */
    boolean write(@Nullable Object[] key, RecordMapper.Incoming incoming) throws SQLException {
        PreparedStatement upsert = upsert(incoming.told());
        bind(upsert, key, incoming);
        return upsert.executeUpdate() > 0;
    }

    private static void bind(PreparedStatement upsert, @Nullable Object[] key, RecordMapper.Incoming incoming)
            throws SQLException {
        int parameter = HostTable.bindKey(upsert, 1, key);
        for (int i = 0; i < incoming.values().length; i++) {
            if (incoming.told()[i]) {
                Object value = incoming.values()[i];
                if (value == null) {
                    upsert.setNull(parameter++, java.sql.Types.NULL);
                } else {
                    upsert.setObject(parameter++, value);
                }
            }
        }
    }

    private PreparedStatement upsert(boolean[] told) throws SQLException {
        PreparedStatement last = lastUpsert;
        if (last == null || !Arrays.equals(told, lastTold)) {
            BitSet shape = new BitSet(told.length);
            for (int i = 0; i < told.length; i++) {
                shape.set(i, told[i]);
            }
            last = upserts.get(shape);
            if (last == null) {
                last = prepareUpsert(told);
                upserts.put(shape, last);
            }
            lastTold = told;
            lastUpsert = last;
        }
        return last;
    }

    private PreparedStatement prepareUpsert(boolean[] told) throws SQLException {
        List<String> data = new ArrayList<>();
        for (int i = 0; i < told.length; i++) {
            if (told[i]) {
                data.add(Identifiers.quote(columns.get(i)));
            }
        }
        List<String> key = keyColumns.stream().map(Identifiers::quote).toList();
        List<String> all = new ArrayList<>(key);
        all.addAll(data);
        String sql = "INSERT INTO " + table + "(" + String.join(", ", all) + ") VALUES("
                + all.stream().map(c -> "?").collect(Collectors.joining(", ")) + ") ON CONFLICT("
                + String.join(", ", key) + ") DO "
                + (data.isEmpty()
                        ? "NOTHING"
                        : data.stream()
                                .map(c -> c + " = excluded." + c)
                                .collect(Collectors.joining(", ", "UPDATE SET ", "")));
        return connection.prepareStatement(sql);
    }

    @Override
    public void close() throws SQLException {
        for (PreparedStatement statement : upserts.values()) {
            statement.close();
        }
    }
}
