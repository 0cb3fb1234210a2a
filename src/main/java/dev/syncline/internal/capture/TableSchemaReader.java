package dev.syncline.internal.capture;

import dev.syncline.internal.capture.SqlTokens.Kind;
import dev.syncline.internal.capture.SqlTokens.Token;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads one {@link TableSchema} and refuses tables that cannot be captured. */
final class TableSchemaReader {
    /** A query may name 2000 columns, and comparing names every image column twice. */
    private static final int MOST_COLUMNS = 950;

    private final Connection connection;
    private final String wanted;

    TableSchemaReader(Connection connection, String wanted) {
        this.connection = connection;
        this.wanted = wanted;
    }

    TableSchema read(List<String> declaredKey) throws SQLException {
        if (Identifiers.fold(wanted).startsWith("syncline_")) {
            throw refused("belongs to the library");
        }
        Listed listed = listed();
        String table = listed.name();
        String sql = tableSql(table);
        List<ColumnSchema> columns = new ArrayList<>();
        Map<Integer, ColumnSchema> primary = new TreeMap<>();
        readColumns(table, sql, listed.strict(), columns, primary);
        List<UniqueIndex> indexes = new ArrayList<>();
        boolean primaryHasIndex = readIndexes(table, columns, indexes);
        ColumnSchema alias = !listed.withoutRowid() && primary.size() == 1 && !primaryHasIndex
                ? primary.values().iterator().next()
                : null;
        List<ColumnSchema> key = key(declaredKey, columns, primary, indexes);
        if (columns.size() > MOST_COLUMNS) {
            throw refused(
                    "has " + columns.size() + " columns, more than the " + MOST_COLUMNS + " that can be compared");
        }
        return new TableSchema(
                table,
                sql,
                listed.withoutRowid(),
                SchemaText.mentions(sql, "AUTOINCREMENT"),
                List.copyOf(columns),
                key,
                keyCollations(key, alias, indexes),
                alias,
                List.copyOf(indexes),
                foreignKeys(table));
    }

    private record Listed(String name, boolean withoutRowid, boolean strict) {}

    private Listed listed() throws SQLException {
        boolean temporary = false;
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT schema, name, type, wr, strict FROM pragma_table_list WHERE name = ? COLLATE NOCASE")) {
            query.setString(1, wanted);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    if (rows.getString(1).equals("main")) {
                        if (!rows.getString(3).equals("table")) {
                            throw refused("is a " + rows.getString(3) + ", on which triggers cannot see every write");
                        }
                        return new Listed(rows.getString(2), rows.getBoolean(4), rows.getBoolean(5));
                    }
                    temporary |= rows.getString(1).equals("temp");
                }
            }
        }
        throw temporary
                ? refused("is a TEMP table, which other connections never see")
                : refused("does not exist in the database; create it before it is synced, or correct the name");
    }

    private String tableSql(String table) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement("SELECT sql FROM main.sqlite_master WHERE type = 'table' AND name = ?")) {
            query.setString(1, table);
            try (ResultSet rows = query.executeQuery()) {
                if (rows.next() && rows.getString(1) != null) {
                    return rows.getString(1);
                }
            }
        }
        throw refused("is a table SQLite keeps for itself");
    }

    private void readColumns(
            String table, String sql, boolean strict, List<ColumnSchema> columns, Map<Integer, ColumnSchema> primary)
            throws SQLException {
        Map<String, String> expressions = Map.of();
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT name, type, \"notnull\", dflt_value, pk, hidden FROM pragma_table_xinfo(?, 'main') ORDER BY cid")) {
            query.setString(1, table);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    String name = rows.getString(1);
                    String type = rows.getString(2) == null ? "" : rows.getString(2);
                    boolean generated = rows.getInt(6) > 1;
                    if (generated && expressions.isEmpty()) {
                        expressions = SchemaText.generatedColumns(sql);
                    }
                    ColumnSchema column = new ColumnSchema(
                            name,
                            type,
                            Affinity.of(type, strict),
                            rows.getBoolean(3),
                            defaultExpression(rows.getString(4)),
                            generated ? expressions.get(Identifiers.fold(name)) : null);
                    columns.add(column);
                    if (rows.getInt(5) > 0) {
                        primary.put(rows.getInt(5), column);
                    }
                }
            }
        }
    }

    /** A bare or double-quoted word is a string to DEFAULT, but would be a column in a trigger; TRUE and FALSE are younger than 3.8. */
    private static @Nullable String defaultExpression(@Nullable String written) {
        if (written == null) {
            return null;
        }
        List<Token> tokens = SqlTokens.of(written);
        if (tokens.size() != 1 || !tokens.get(0).names()) {
            return tokens.isEmpty() || tokens.get(0).is("NULL") ? null : written;
        }
        Token word = tokens.get(0);
        if (word.is("NULL")) {
            return null;
        }
        if (word.is("TRUE") || word.is("FALSE")) {
            return word.is("TRUE") ? "1" : "0";
        }
        boolean clock = word.is("CURRENT_TIME") || word.is("CURRENT_DATE") || word.is("CURRENT_TIMESTAMP");
        return word.kind() == Kind.BARE && clock ? written : Identifiers.literal(word.name());
    }

    /** Returns whether the primary key has an index of its own; a true INTEGER PRIMARY KEY has none. */
    // A WITHOUT ROWID table is its own primary key index, which sqlite_master does not list.
    private boolean readIndexes(String table, List<ColumnSchema> columns, List<UniqueIndex> indexes)
            throws SQLException {
        boolean primaryHasIndex = false;
        Set<String> collations = collations();
        try (PreparedStatement query =
                connection.prepareStatement("SELECT l.name, l.origin, m.sql FROM pragma_index_list(?, 'main') l"
                        + " LEFT JOIN main.sqlite_master m ON m.type = 'index' AND m.name = l.name"
                        + " WHERE l.\"unique\" ORDER BY l.name")) {
            query.setString(1, table);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    primaryHasIndex |= rows.getString(2).equals("pk");
                    indexes.add(index(rows.getString(1), rows.getString(3), columns, collations));
                }
            }
        }
        return primaryHasIndex;
    }

    private Set<String> collations() throws SQLException {
        Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        try (PreparedStatement query = connection.prepareStatement("SELECT name FROM pragma_collation_list");
                ResultSet rows = query.executeQuery()) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        }
        return names;
    }

    private UniqueIndex index(String name, @Nullable String sql, List<ColumnSchema> columns, Set<String> known)
            throws SQLException {
        SchemaText.Index text = sql == null ? null : SchemaText.index(sql);
        List<IndexTerm> terms = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT seqno, cid, coll FROM pragma_index_xinfo(?, 'main') WHERE \"key\" ORDER BY seqno")) {
            query.setString(1, name);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    int column = rows.getInt(2);
                    String collation = rows.getString(3);
                    if (!known.contains(collation)) {
                        throw refused("has a unique index with the collation " + collation
                                + ", which the sync connection does not have; register it on the DataSource");
                    }
                    String written = text == null ? null : text.terms().get(rows.getInt(1));
                    terms.add(
                            column >= 0
                                    ? new IndexTerm(columns.get(column).name(), null, collation)
                                    : new IndexTerm(null, written, collation));
                }
            }
        }
        return new UniqueIndex(name, List.copyOf(terms), text == null ? null : text.where(), sql);
    }

    private List<ColumnSchema> key(
            List<String> declared,
            List<ColumnSchema> columns,
            Map<Integer, ColumnSchema> primary,
            List<UniqueIndex> indexes) {
        if (declared.isEmpty() && primary.isEmpty()) {
            throw refused("has no primary key, so its rows cannot be told apart; declare one");
        }
        List<ColumnSchema> key = new ArrayList<>();
        for (String name : declared.isEmpty()
                ? primary.values().stream().map(ColumnSchema::name).toList()
                : declared) {
            ColumnSchema column = columns.stream()
                    .filter(candidate -> Identifiers.same(candidate.name(), name))
                    .findFirst()
                    .orElseThrow(() -> refused("has no column " + name + ", which was declared as its key"));
            if (column.generated()) {
                throw refused(
                        "has a generated column as its key, " + name + ", which nobody can write; declare another");
            }
            key.add(column);
        }
        boolean isPrimary = key.size() == primary.size() && key.containsAll(primary.values());
        boolean isUnique = key.stream().allMatch(ColumnSchema::notNull)
                && indexes.stream().anyMatch(index -> index.where() == null && covers(index, key));
        if (!isPrimary && !isUnique) {
            throw refused(
                    "has the declared key " + declared + ", which is neither its primary key nor UNIQUE and NOT NULL");
        }
        return List.copyOf(key);
    }

    private static boolean covers(UniqueIndex index, List<ColumnSchema> key) {
        return index.terms().size() == key.size()
                && key.stream()
                        .allMatch(column -> index.terms().stream()
                                .anyMatch(term -> column.name().equals(term.column())));
    }

    private static List<String> keyCollations(
            List<ColumnSchema> key, @Nullable ColumnSchema alias, List<UniqueIndex> indexes) {
        if (key.size() == 1 && key.get(0).equals(alias)) {
            return List.of("BINARY");
        }
        UniqueIndex index = indexes.stream()
                .filter(candidate -> candidate.where() == null && covers(candidate, key))
                .findFirst()
                .orElseThrow();
        Map<String, String> byColumn = new LinkedHashMap<>();
        index.terms().forEach(term -> byColumn.put(String.valueOf(term.column()), term.collation()));
        return key.stream()
                .map(column -> byColumn.getOrDefault(column.name(), "BINARY"))
                .toList();
    }

    private List<ForeignKey> foreignKeys(String table) throws SQLException {
        Map<Integer, ForeignKey> keys = new TreeMap<>();
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT id, \"table\", \"from\", \"to\", on_delete FROM pragma_foreign_key_list(?, 'main') ORDER BY id, seq")) {
            query.setString(1, table);
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    ForeignKey known = keys.get(rows.getInt(1));
                    List<String> from = new ArrayList<>(known == null ? List.of() : known.columns());
                    List<String> to = new ArrayList<>(known == null ? List.of() : known.parentColumns());
                    from.add(rows.getString(3));
                    if (rows.getString(4) != null) {
                        to.add(rows.getString(4));
                    }
                    keys.put(
                            rows.getInt(1),
                            new ForeignKey(List.copyOf(from), rows.getString(2), List.copyOf(to), rows.getString(5)));
                }
            }
        }
        return List.copyOf(keys.values());
    }

    private CaptureException refused(String why) {
        return new CaptureException(
                "Table " + wanted + " " + why + ". Its changes are not captured and nothing was changed.");
    }
}
