package dev.syncline.internal.record;

import dev.syncline.internal.capture.ColumnSchema;
import dev.syncline.internal.capture.Identifiers;
import dev.syncline.internal.capture.RowImage;
import dev.syncline.internal.capture.SqliteValues;
import dev.syncline.internal.store.SqliteErrors;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * Reads and writes rows of one host table: prepared statements on the unit's connection. Names come from the file's schema
 * only. Lives within one unit of work.
 */
public final class HostTable implements AutoCloseable {
    private final Connection connection;
    private final BoundTable table;
    private final String name;
    private final List<String> keyColumns;
    private final List<String> imageColumns;
    private final String looseKey;
    private final String whereKey;
    private final boolean exact;
    private final RowUpserts upserts;
    private final List<PreparedStatement> open = new ArrayList<>();
    private @Nullable PreparedStatement read;
    private @Nullable PreparedStatement exists;
    private @Nullable PreparedStatement delete;
    private @Nullable LateValues late;

    /**
     * Makes an accessor.
     *
     * @param connection the unit's connection
     * @param table the table
     */
    public HostTable(Connection connection, BoundTable table) {
        this.connection = connection;
        this.table = table;
        name = "main." + Identifiers.quote(table.schema().name());
        keyColumns = table.schema().key().stream().map(ColumnSchema::name).toList();
        imageColumns =
                table.schema().imageColumns().stream().map(ColumnSchema::name).toList();
        upserts = new RowUpserts(
                connection,
                name,
                keyColumns,
                table.columns().stream().map(ColumnMapping::column).toList());
        exact = table.schema().keyCollations().stream().allMatch("BINARY"::equalsIgnoreCase);
        looseKey = keyColumns.stream()
                .map(c -> Identifiers.quote(c) + " = ?")
                .collect(Collectors.joining(" AND ", " WHERE ", ""));
        // Identity is bytewise whatever the host's collation says; the key's index, which may compare more loosely,
        // comes first.
        whereKey = exact
                ? looseKey
                : keyColumns.stream()
                        .map(c -> Identifiers.quote(c) + " COLLATE BINARY = ?")
                        .collect(Collectors.joining(" AND ", looseKey + " AND ", ""));
    }

    /**
     * Reads a row.
     *
     * @param key its key
     * @return its values, or empty if there is no such row
     * @throws SQLException if it cannot be read
     */
    public Optional<RowImage> read(@Nullable Object[] key) throws SQLException {
        if (read == null) {
            String columns = imageColumns.isEmpty()
                    ? "1"
                    : imageColumns.stream().map(Identifiers::quote).collect(Collectors.joining(", "));
            read = prepare("SELECT " + columns + " FROM " + name + whereKey);
        }
        bindWhere(read, 1, key);
        try (ResultSet rows = read.executeQuery()) {
            if (!rows.next()) {
                return Optional.empty();
            }
            Map<String, @Nullable Object> values = new LinkedHashMap<>();
            for (int i = 0; i < imageColumns.size(); i++) {
                values.put(
                        imageColumns.get(i),
                        SqliteValues.read(rows, i + 1, table.schema().name(), imageColumns.get(i)));
            }
            return Optional.of(RowImage.of(values));
        }
    }

    /**
     * Tells whether a row is there.
     *
     * @param key its key
     * @return true if it is
     * @throws SQLException if the table cannot be read
     */
    public boolean exists(@Nullable Object[] key) throws SQLException {
        if (exists == null) {
            exists = prepare("SELECT 1 FROM " + name + whereKey);
        }
        bindWhere(exists, 1, key);
        try (ResultSet rows = exists.executeQuery()) {
            return rows.next();
        }
    }

    /**
     * Finds the rows that refer to another one.
     *
     * @param columns the referring columns
     * @param value the key referred to
     * @return the keys of rows that hold the value in one of the columns
     * @throws SQLException if the table cannot be read
     */
    public List<Object[]> keysReferring(List<String> columns, Object value) throws SQLException {
        List<Object[]> found = new ArrayList<>();
        String sql =
                "SELECT " + keyColumns.stream().map(Identifiers::quote).collect(Collectors.joining(", ")) + " FROM "
                        + name
                        + columns.stream()
                                .map(c -> Identifiers.quote(c) + " = ?")
                                .collect(Collectors.joining(" OR ", " WHERE ", ""));
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            for (int i = 1; i <= columns.size(); i++) {
                query.setObject(i, value);
            }
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    Object[] key = new Object[keyColumns.size()];
                    boolean whole = true;
                    for (int i = 0; i < key.length; i++) {
                        Object part =
                                SqliteValues.read(rows, i + 1, table.schema().name(), keyColumns.get(i));
                        whole &= part != null;
                        key[i] = part == null ? "" : part;
                    }
                    if (whole) {
                        found.add(key);
                    }
                }
            }
        }
        return found;
    }

    /**
     * Tells whether the batch has to be written before a record of these columns can be added.
     *
     * @param incoming the record's values
     * @return true if another statement is gathering rows
     * @throws SQLException if the statement cannot be prepared
     */
    boolean needsFlush(RecordMapper.Incoming incoming) throws SQLException {
        return upserts.gathersOthersThan(incoming.told());
    }

    /** Forgets what was gathered and not written. */
    void clearBatch() throws SQLException {
        upserts.clear();
    }

    /**
     * Adds a record's values to the batch: a new row, or the told columns over the row of that key.
     *
     * @param key the row's key
     * @param incoming the values; of the same columns as those that were gathered before
     * @throws SQLException if a value cannot be bound
     */
    public void addToBatch(@Nullable Object[] key, RecordMapper.Incoming incoming) throws SQLException {
        upserts.gather(key, incoming);
    }

    /**
     * Writes the batch.
     *
     * @throws SQLException if a row was refused; the caller's savepoint undoes all of the batch
     */
    public void flush() throws SQLException {
        upserts.flush();
    }

    /**
     * Writes one record's values at once.
     *
     * @param key the row's key
     * @param incoming the values
     * @throws SQLException if the row was refused
     */
    public void write(@Nullable Object[] key, RecordMapper.Incoming incoming) throws SQLException {
        if (!exact && !exists(key) && existsLoosely(key)) {
            throw new SQLiteException(
                    "the key of another row counts as the same in this table, by the collation of its key",
                    SQLiteErrorCode.SQLITE_CONSTRAINT_PRIMARYKEY);
        }
        if (late == null) {
            put(key, incoming);
        } else {
            late.write(this, key, incoming);
        }
    }

    /** Writes one record's values without giving any of them time. */
    void put(@Nullable Object[] key, RecordMapper.Incoming incoming) throws SQLException {
        // A row that is there already and of which nothing else was told needs no change.
        if (!upserts.write(key, incoming) && (tellsAnything(incoming) || !exists(key))) {
            throw SqliteErrors.refusal(RowUpserts.IGNORED);
        }
    }

    private static boolean tellsAnything(RecordMapper.Incoming incoming) {
        for (boolean told : incoming.told()) {
            if (told) {
                return true;
            }
        }
        return false;
    }

    /**
     * Lets rows from now on wait for unique values that other rows still hold.
     *
     * @param late takes down what they wait for
     */
    void letValuesBeLate(LateValues late) {
        this.late = late;
    }

    /**
     * Makes a row what an image says, in the columns that travel.
     *
     * @param key the row's key
     * @param image the values
     * @throws SQLException if the row was refused
     */
    public void write(@Nullable Object[] key, RowImage image) throws SQLException {
        int n = table.columns().size();
        @Nullable Object[] values = new @Nullable Object[n];
        for (int i = 0; i < n; i++) {
            values[i] = image.get(table.columns().get(i).column());
        }
        boolean[] told = new boolean[n];
        Arrays.fill(told, true);
        write(key, new RecordMapper.Incoming(values, told, null));
    }

    /**
     * Changes single columns of a row.
     *
     * @param key the row's key
     * @param values column to value, one at least
     * @throws SQLException if the row was refused
     */
    void set(@Nullable Object[] key, Map<String, @Nullable Object> values) throws SQLException {
        String assignments = values.keySet().stream()
                .map(column -> Identifiers.quote(column) + " = ?")
                .collect(Collectors.joining(", "));
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE " + name + " SET " + assignments + whereKey)) {
            int parameter = 1;
            for (Object value : values.values()) {
                update.setObject(parameter++, value);
            }
            bindWhere(update, parameter, key);
            if (update.executeUpdate() == 0) {
                throw SqliteErrors.refusal(RowUpserts.IGNORED);
            }
        }
    }

    /**
     * Deletes a row, if it is there.
     *
     * @param key its key
     * @throws SQLException if the deletion was refused
     */
    public void delete(@Nullable Object[] key) throws SQLException {
        if (delete == null) {
            delete = prepare("DELETE FROM " + name + whereKey);
        }
        bindWhere(delete, 1, key);
        if (delete.executeUpdate() == 0 && exists(key)) {
            throw SqliteErrors.refusal(RowUpserts.IGNORED);
        }
    }

    /**
     * Finds an integer key that no row has.
     *
     * @return one more than the greatest key
     * @throws SQLException if the table cannot be read
     */
    public long freeKey() throws SQLException {
        try (PreparedStatement max = connection.prepareStatement(
                        "SELECT coalesce(max(" + Identifiers.quote(keyColumns.get(0)) + "), 0) + 1 FROM " + name);
                ResultSet rows = max.executeQuery()) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /**
     * Gives the lowest integer key.
     *
     * @return the number; 0 if the table is empty
     * @throws SQLException if the table cannot be read
     */
    public long lowestKey() throws SQLException {
        try (PreparedStatement min = connection.prepareStatement(
                        "SELECT coalesce(min(" + Identifiers.quote(keyColumns.get(0)) + "), 0) FROM " + name);
                ResultSet rows = min.executeQuery()) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /**
     * Tells whether keys that differ may count as the same in this table, so that writing a row may mean another one.
     *
     * @return true if the key is compared by a collation other than BINARY
     */
    boolean keysAreLoose() {
        return !exact;
    }

    private boolean existsLoosely(@Nullable Object[] key) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT 1 FROM " + name + looseKey)) {
            bindKey(query, 1, key);
            try (ResultSet rows = query.executeQuery()) {
                return rows.next();
            }
        }
    }

    /** Binds a key to the parameters of {@link #whereKey}. */
    private void bindWhere(PreparedStatement statement, int first, @Nullable Object[] key) throws SQLException {
        int behind = bindKey(statement, first, key);
        if (!exact) {
            bindKey(statement, behind, key);
        }
    }

    static int bindKey(PreparedStatement statement, int first, @Nullable Object[] key) throws SQLException {
        int parameter = first;
        for (Object part : key) {
            statement.setObject(parameter++, part);
        }
        return parameter;
    }

    private PreparedStatement prepare(String sql) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        open.add(statement);
        return statement;
    }

    @Override
    public void close() throws SQLException {
        upserts.close();
        for (PreparedStatement statement : open) {
            statement.close();
        }
    }
}
