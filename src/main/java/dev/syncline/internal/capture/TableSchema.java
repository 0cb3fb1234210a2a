package dev.syncline.internal.capture;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A host table as SQLite describes it now. Immutable.
 *
 * @param name the table's name, as written by the host
 * @param sql its CREATE TABLE text
 * @param withoutRowid whether it is a WITHOUT ROWID table
 * @param autoincrement whether its key comes from sqlite_sequence
 * @param columns every column, generated ones included, in table order
 * @param key the columns that identify a row to the sync
 * @param keyCollations for each key column the collation of the index that finds it
 * @param rowidAlias the true INTEGER PRIMARY KEY column, which is the rowid; null if there is none
 * @param uniqueIndexes every unique index, those of constraints and the key's own included
 * @param foreignKeys the references to other tables
 */
public record TableSchema(
        String name,
        String sql,
        boolean withoutRowid,
        boolean autoincrement,
        List<ColumnSchema> columns,
        List<ColumnSchema> key,
        List<String> keyCollations,
        @Nullable ColumnSchema rowidAlias,
        List<UniqueIndex> uniqueIndexes,
        List<ForeignKey> foreignKeys) {

    /**
     * Reads a table of the connection's main database.
     *
     * @param connection any connection to the file
     * @param table the table's name
     * @param declaredKey the columns that identify a row: the primary key or a UNIQUE NOT NULL one; empty means the primary key
     * @return the table
     * @throws SQLException if the schema cannot be read
     * @throws CaptureException if the table is missing or of a kind that cannot be captured
     */
    public static TableSchema read(Connection connection, String table, List<String> declaredKey) throws SQLException {
        return new TableSchemaReader(connection, table).read(declaredKey);
    }

    /**
     * The columns a row image holds: all but the key, which identifies the row, and the generated ones, which follow from others.
     *
     * @return the columns in table order
     */
    public List<ColumnSchema> imageColumns() {
        return columns.stream()
                .filter(column -> !column.generated() && !key.contains(column))
                .toList();
    }

    /**
     * Whether the key is the rowid itself, so that SQLite chooses it where the host does not.
     *
     * @return true if the key is a true INTEGER PRIMARY KEY
     */
    public boolean rowidKey() {
        return key.size() == 1 && key.get(0).equals(rowidAlias);
    }

    /**
     * The column of that name, ignoring case as SQLite does.
     *
     * @param columnName the name
     * @return the column, or empty if the table has none of that name
     */
    public Optional<ColumnSchema> column(String columnName) {
        return columns.stream()
                .filter(column -> Identifiers.same(column.name(), columnName))
                .findFirst();
    }

    /**
     * How SQL names the rowid.
     *
     * @return the name, quoted where needed, or null if there is no rowid or columns hide all its names
     */
    @Nullable
    String rowidName() {
        if (withoutRowid) {
            return null;
        }
        return RowidNames.ALL.stream()
                .filter(candidate -> column(candidate).isEmpty())
                .findFirst()
                .orElse(rowidAlias == null ? null : rowidAlias.quoted());
    }

    /** The names SQLite gives the rowid unless a column takes them. */
    static final class RowidNames {
        static final List<String> ALL = List.of("rowid", "oid", "_rowid_");

        private RowidNames() {}
    }
}
