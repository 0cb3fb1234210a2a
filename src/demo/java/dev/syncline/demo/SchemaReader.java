package dev.syncline.demo;

import dev.syncline.demo.TableShape.Column;
import dev.syncline.demo.TableShape.Use;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads from the schema of a database what has to be said of its tables to synchronize them. */
final class SchemaReader {

    /** One column of a foreign key. */
    private record Link(String column, String parent, String parentColumn) {}

    private record RawColumn(String name, String type, int keyPlace, boolean generated) {}

    /**
     * What was read.
     *
     * @param tables the tables that can be synchronized, parents before children as far as references allow it
     * @param leftOut what cannot be, each with the reason
     */
    record Schema(List<TableShape> tables, List<String> leftOut) {}

    private final Sql sql;
    private final Map<String, List<RawColumn>> columns = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final Map<String, List<String>> keys = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final Map<String, List<Link>> links = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final List<String> leftOut = new ArrayList<>();

    private SchemaReader(Sql sql) {
        this.sql = sql;
    }

    static Schema read(Sql sql) throws SQLException {
        return new SchemaReader(sql).read();
    }

    private Schema read() throws SQLException {
        List<String> names = sql
                .list("PRAGMA table_list", row -> {
                    boolean host = row.getString("schema").equals("main")
                            && row.getString("type").equals("table")
                            && !row.getString("name").startsWith("sqlite_")
                            && !row.getString("name").startsWith("syncline_");
                    return host ? row.getString("name") : "";
                })
                .stream()
                .filter(name -> !name.isEmpty())
                .sorted()
                .toList();
        for (String name : names) {
            readColumns(name);
        }
        for (String name : names) {
            links.put(name, readLinks(name));
        }
        Map<String, Map<String, Use>> uses = new HashMap<>();
        for (String name : names) {
            uses.put(name, usesOf(name));
        }
        keys.keySet().removeIf(name -> cannotBeSynced(name, uses.getOrDefault(name, Map.of())));
        List<TableShape> shapes = new ArrayList<>();
        for (String name : parentsFirst(names)) {
            shapes.add(shape(name, uses.getOrDefault(name, Map.of())));
        }
        return new Schema(shapes, leftOut);
    }

    private void readColumns(String table) throws SQLException {
        List<RawColumn> all = sql.list(
                "PRAGMA table_xinfo(" + Sql.name(table) + ")",
                row -> new RawColumn(
                        row.getString("name"), row.getString("type"), row.getInt("pk"), row.getInt("hidden") != 0));
        columns.put(table, all.stream().filter(column -> !column.generated()).toList());
        List<String> key = all.stream()
                .filter(column -> column.keyPlace() > 0)
                .sorted((a, b) -> Integer.compare(a.keyPlace(), b.keyPlace()))
                .map(RawColumn::name)
                .toList();
        keys.put(table, key);
    }

    private boolean cannotBeSynced(String table, Map<String, Use> uses) {
        List<String> key = keys.getOrDefault(table, List.of());
        if (key.isEmpty()) {
            leftOut.add(table + " (it has no primary key)");
            return true;
        }
        if (key.stream().anyMatch(column -> uses.get(column) == Use.MIXED)) {
            leftOut.add(table + " (its key mixes blobs with other values)");
            return true;
        }
        uses.forEach((column, use) -> {
            if (use == Use.MIXED) {
                leftOut.add(table + "." + column + " (it mixes blobs with other values)");
            }
        });
        return false;
    }

    private List<Link> readLinks(String table) throws SQLException {
        return sql.list("PRAGMA foreign_key_list(" + Sql.name(table) + ")", row -> {
            String parent = row.getString("table");
            String to = row.getString("to");
            List<String> parentKey = keys.getOrDefault(parent, List.of());
            int place = row.getInt("seq");
            // Without a column named, a foreign key means the parent's primary key.
            String parentColumn = to != null ? to : place < parentKey.size() ? parentKey.get(place) : "";
            return new Link(row.getString("from"), parent, parentColumn);
        });
    }

    /** What each column holds: its declared type, corrected by what is really in it. */
    private Map<String, Use> usesOf(String table) throws SQLException {
        List<RawColumn> all = columns.getOrDefault(table, List.of());
        StringBuilder select = new StringBuilder("SELECT 0");
        for (RawColumn column : all) {
            String typeof = "typeof(" + Sql.name(column.name()) + ")";
            select.append(", max(").append(typeof).append(" = 'blob')");
            select.append(", max(").append(typeof).append(" = 'text')");
            select.append(", max(").append(typeof).append(" IN ('integer', 'real'))");
        }
        return sql.list(select + " FROM " + Sql.name(table), row -> {
                    Map<String, Use> uses = new LinkedHashMap<>();
                    for (int i = 0; i < all.size(); i++) {
                        boolean blobs = row.getBoolean(3 * i + 2);
                        boolean texts = row.getBoolean(3 * i + 3);
                        boolean numbers = row.getBoolean(3 * i + 4);
                        uses.put(all.get(i).name(), use(all.get(i).type(), blobs, texts, numbers));
                    }
                    return uses;
                })
                .get(0);
    }

    private static Use use(@Nullable String declared, boolean blobs, boolean texts, boolean numbers) {
        String type = declared == null ? "" : declared.toUpperCase(Locale.ROOT);
        if (blobs) {
            return texts || numbers ? Use.MIXED : Use.BLOB;
        }
        if (type.contains("BLOB")) {
            return texts || numbers ? Use.OTHER : Use.BLOB;
        }
        if (type.contains("INT")) {
            return texts ? Use.OTHER : Use.INTEGER;
        }
        if (type.contains("CHAR") || type.contains("CLOB") || type.contains("TEXT")) {
            return Use.TEXT;
        }
        boolean decimal = type.contains("NUMERIC") || type.contains("DECIMAL") || type.contains("MONEY");
        return decimal && !texts ? Use.DECIMAL : Use.OTHER;
    }

    private TableShape shape(String table, Map<String, Use> uses) throws SQLException {
        List<String> key = keys.getOrDefault(table, List.of());
        Set<String> bound = new HashSet<>(key);
        links.getOrDefault(table, List.of()).forEach(link -> bound.add(link.column()));
        for (String index : sql.list(
                "PRAGMA index_list(" + Sql.name(table) + ")",
                row -> row.getBoolean("unique") ? row.getString("name") : "")) {
            if (!index.isEmpty()) {
                bound.addAll(sql.list(
                        "PRAGMA index_info(" + Sql.name(index) + ")", row -> String.valueOf(row.getString("name"))));
            }
        }
        List<Column> shaped = uses.entrySet().stream()
                .map(use -> new Column(use.getKey(), use.getValue(), bound.contains(use.getKey())))
                .toList();
        return new TableShape(table, key, shaped, references(table), isReferenced(table));
    }

    private Map<String, String> references(String table) {
        Map<String, String> references = new LinkedHashMap<>();
        for (Link link : links.getOrDefault(table, List.of())) {
            String owner = owner(link.parent(), link.parentColumn(), new HashSet<>());
            if (owner != null) {
                references.putIfAbsent(link.column(), owner);
            }
        }
        return references;
    }

    /**
     * The table whose lone key a value of this column is. A part of a composite key is followed through that table's own
     * foreign keys to where it comes from.
     */
    private @Nullable String owner(String table, String column, Set<String> passed) {
        List<String> key = keys.get(table);
        if (key == null || !passed.add(table.toLowerCase(Locale.ROOT))) {
            return null;
        }
        if (key.size() == 1 && key.get(0).equalsIgnoreCase(column)) {
            return exactTable(table);
        }
        for (Link link : links.getOrDefault(table, List.of())) {
            if (link.column().equalsIgnoreCase(column)) {
                String owner = owner(link.parent(), link.parentColumn(), passed);
                if (owner != null) {
                    return owner;
                }
            }
        }
        return null;
    }

    private boolean isReferenced(String table) {
        return links.values().stream()
                .flatMap(List::stream)
                .anyMatch(link -> link.parent().equalsIgnoreCase(table));
    }

    private List<String> parentsFirst(List<String> names) {
        Set<String> ordered = new LinkedHashSet<>();
        for (String name : names) {
            place(name, ordered, new HashSet<>());
        }
        return List.copyOf(ordered);
    }

    private void place(String table, Set<String> ordered, Set<String> above) {
        if (!keys.containsKey(table) || ordered.contains(table) || !above.add(table)) {
            return;
        }
        for (String parent : references(table).values()) {
            place(parent, ordered, above);
        }
        ordered.add(table);
    }

    /** Foreign keys may spell names in another case than the table does. */
    private String exactTable(String name) {
        return keys.keySet().stream().filter(name::equalsIgnoreCase).findFirst().orElse(name);
    }
}
