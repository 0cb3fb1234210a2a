package dev.syncline.internal.capture;

import static dev.syncline.internal.capture.Identifiers.quote;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;

/** Random host schemas: every kind of table, key, column and index that capture claims to stand. */
final class RandomSchema {
    private static final List<String> TABLES = List.of("t", "order", "we\"ird", "sp ace", "Tä", "group");
    private static final List<String> COLUMNS = List.of("a", "B", "select", "c d", "e\"f", "ü", "g_", "oid");

    static final class Column {
        final String name;
        final String type;
        String collation = "";
        String constraint = "";
        String generated;
        String reference = "";

        Column(String name, String type) {
            this.name = name;
            this.type = type;
        }

        String q() {
            return quote(name);
        }
    }

    static final class Table {
        final String name;
        final List<Column> columns = new ArrayList<>();
        final List<Column> key = new ArrayList<>();
        final List<String> indexes = new ArrayList<>();
        boolean withoutRowid;
        boolean strict;
        boolean rowidKey;
        boolean autoincrement;
        boolean lateGenerated;
        String suffix = "";
        List<String> declaredKey = List.of();

        Table(String name) {
            this.name = name;
        }

        String q() {
            return quote(name);
        }

        List<Column> writable() {
            return columns.stream().filter(column -> column.generated == null).toList();
        }

        String ddl() {
            String body = columns.stream()
                    .map(column -> column.q() + " " + column.type + column.collation + column.constraint
                            + column.reference + (column.generated == null ? "" : " " + column.generated))
                    .collect(Collectors.joining(", "));
            String options = withoutRowid && strict
                    ? " WITHOUT ROWID, STRICT"
                    : withoutRowid ? " WITHOUT ROWID" : strict ? " STRICT" : "";
            return "CREATE TABLE " + q() + "(" + body + suffix + ")" + options;
        }
    }

    final List<Table> tables = new ArrayList<>();
    private final Random random;
    private final boolean modern;

    /** @param modern whether generated columns and STRICT may be used */
    RandomSchema(Random random, boolean modern) {
        this.random = random;
        this.modern = modern;
        int count = 1 + random.nextInt(2);
        List<String> names = new ArrayList<>(TABLES);
        java.util.Collections.shuffle(names, random);
        for (int i = 0; i < count; i++) {
            tables.add(table(names.get(i), i == 0 ? null : tables.get(0)));
        }
    }

    List<String> ddl() {
        List<String> sql = new ArrayList<>();
        tables.forEach(table -> sql.add(table.ddl()));
        tables.forEach(table -> sql.addAll(table.indexes));
        return sql;
    }

    private Table table(String name, Table parent) {
        Table table = new Table(name);
        table.strict = modern && random.nextInt(8) == 0;
        List<String> names = new ArrayList<>(COLUMNS);
        java.util.Collections.shuffle(names, random);
        key(table);
        int columns = random.nextInt(5);
        for (int i = 0; i < columns; i++) {
            Column column = new Column(names.get(i), type(table.strict));
            if (random.nextInt(4) == 0) {
                column.collation = random.nextBoolean() ? " COLLATE NOCASE" : " COLLATE RTRIM";
            }
            if (random.nextInt(3) == 0) {
                column.constraint = " NOT NULL DEFAULT " + defaultValue(table.strict ? column.type : "");
            } else if (random.nextInt(4) == 0) {
                column.constraint = " DEFAULT " + defaultValue(table.strict ? column.type : "");
            }
            if (random.nextInt(5) == 0) {
                column.constraint += " UNIQUE" + (random.nextInt(4) == 0 ? " ON CONFLICT REPLACE" : "");
            }
            table.columns.add(column);
        }
        if (modern && random.nextInt(4) == 0) {
            generated(table, names.get(6));
        }
        if (parent != null && parent.key.size() == 1 && random.nextInt(3) > 0) {
            Column child = new Column("p", parent.key.get(0).type.split(" ")[0]);
            child.reference =
                    " REFERENCES " + parent.q() + "(" + parent.key.get(0).q() + ")"
                            + pick(
                                    " ON DELETE CASCADE",
                                    " ON DELETE CASCADE",
                                    " ON DELETE SET NULL",
                                    " ON DELETE SET DEFAULT",
                                    "")
                            + pick(" ON UPDATE CASCADE", " ON UPDATE SET NULL", "")
                            + pick("", " DEFERRABLE INITIALLY DEFERRED");
            table.columns.add(child);
        }
        indexes(table);
        return table;
    }

    private void key(Table table) {
        int kind = random.nextInt(14);
        String one = pick("id", "k", "Key", "rowid");
        switch (kind) {
            case 0, 1 -> {
                table.key.add(new Column(one, "INTEGER"));
                table.autoincrement = random.nextInt(3) == 0;
                table.key.get(0).constraint = " PRIMARY KEY" + (table.autoincrement ? " AUTOINCREMENT" : "");
                table.rowidKey = true;
            }
            case 2 -> table.key.add(primary(one, table.strict ? "INTEGER" : "INTEGER", " PRIMARY KEY DESC"));
            case 3 -> table.key.add(primary(one, "INT", " PRIMARY KEY"));
            case 4, 5 ->
                table.key.add(primary(one, "TEXT", " PRIMARY KEY" + pick("", " NOT NULL", " NOT NULL DEFAULT 'a'")));
            case 6 -> {
                Column key = primary(one, "TEXT", " PRIMARY KEY" + pick("", " NOT NULL"));
                key.collation = pick(" COLLATE NOCASE", " COLLATE RTRIM");
                table.key.add(key);
            }
            case 7 -> table.key.add(primary(one, "REAL", " PRIMARY KEY"));
            case 8 -> table.key.add(primary(one, table.strict ? "ANY" : pick("", "BLOB", "NUMERIC"), " PRIMARY KEY"));
            case 9, 10 -> {
                table.key.add(new Column(one, pick("INTEGER", "TEXT")));
                table.key.add(new Column("k2", pick("TEXT", "INTEGER")));
                if (random.nextBoolean()) {
                    table.key.get(1).collation = " COLLATE NOCASE";
                }
                table.suffix = ", PRIMARY KEY("
                        + table.key.get(random.nextBoolean() ? 0 : 1).q() + pick("", " DESC") + ", ";
                Column other = table.suffix.contains(quote("k2")) ? table.key.get(0) : table.key.get(1);
                table.suffix += other.q() + pick("", " COLLATE NOCASE", " COLLATE BINARY") + ")";
            }
            case 11, 12 -> {
                // The key is UNIQUE NOT NULL, the primary key another column.
                boolean rowid = random.nextBoolean();
                Column other = primary("pk", rowid ? "INTEGER" : "TEXT", " PRIMARY KEY");
                table.columns.add(other);
                Column key = new Column(one, pick("TEXT", "INTEGER"));
                key.constraint = " NOT NULL UNIQUE" + pick("", " DEFAULT 1");
                if (random.nextInt(3) == 0) {
                    key.collation = " COLLATE NOCASE";
                }
                table.key.add(key);
                table.declaredKey = List.of(one);
            }
            default -> {
                Column key = primary(one, "TEXT", " PRIMARY KEY ON CONFLICT " + pick("REPLACE", "IGNORE"));
                table.key.add(key);
            }
        }
        table.columns.addAll(table.key);
        boolean autoincrement = table.autoincrement;
        if (!autoincrement && random.nextInt(4) == 0) {
            table.withoutRowid = true;
            table.rowidKey = false;
        }
    }

    private static Column primary(String name, String type, String constraint) {
        Column column = new Column(name, type);
        column.constraint = constraint;
        return column;
    }

    private void generated(Table table, String name) {
        List<Column> inputs = table.columns.stream()
                .filter(column -> column.generated == null)
                .toList();
        Column input = inputs.get(random.nextInt(inputs.size()));
        Column column = new Column(name, table.strict ? "TEXT" : pick("", "TEXT", "INTEGER"));
        column.generated = "GENERATED ALWAYS AS ("
                + pick(
                        "CAST(" + input.q() + " AS TEXT) || 'g'",
                        "CAST(coalesce(" + input.q() + ", 'n') AS TEXT)",
                        "CAST(length(" + input.q() + ") AS TEXT)")
                + ") " + pick("VIRTUAL", "STORED");
        table.columns.add(column);
        if (random.nextInt(3) == 0) {
            Column second = new Column(name + "2", table.strict ? "TEXT" : "");
            second.generated = "AS (" + column.q() + " || '2')";
            table.columns.add(random.nextInt(table.columns.size()), second);
        }
    }

    private void indexes(Table table) {
        int count = random.nextInt(3);
        List<Column> others = table.columns.stream()
                .filter(column -> !table.key.contains(column))
                .toList();
        for (int i = 0; i < count && !others.isEmpty(); i++) {
            Column a = others.get(random.nextInt(others.size()));
            Column b = table.columns.get(random.nextInt(table.columns.size()));
            String name = quote("ux" + i + table.name);
            String on = "CREATE UNIQUE INDEX " + name + " ON " + table.q();
            String sql = on
                    + switch (random.nextInt(9)) {
                        case 0, 1 -> "(" + a.q() + ")";
                        case 2 ->
                            "(" + a.q() + pick(" COLLATE NOCASE", " COLLATE RTRIM DESC", " COLLATE BINARY ASC") + ")";
                        case 3 -> a == b ? "(" + a.q() + ")" : "(" + a.q() + ", " + b.q() + ")";
                        case 4 -> "(lower(" + a.q() + "))";
                        case 5 -> "(" + a.q() + ") WHERE " + b.q() + " IS NOT NULL";
                        case 6 -> "(" + a.q() + ") WHERE " + b.q() + " > 1";
                        case 7 ->
                            "(/* ) */ substr(" + a.q() + ", 1, 1) COLLATE NOCASE DESC, " + b.q() + ") WHERE " + a.q()
                                    + " <> 'b'";
                        default -> "(abs(" + a.q() + ") % 3)";
                    };
            table.indexes.add(sql);
        }
    }

    private String type(boolean strict) {
        return strict
                ? pick("INTEGER", "TEXT", "ANY", "REAL", "BLOB")
                : pick("", "INTEGER", "TEXT", "REAL", "NUMERIC", "BLOB", "VARCHAR(3)");
    }

    private String defaultValue(String strictType) {
        return switch (strictType) {
            case "INTEGER" -> pick("1", "(1+1)", "TRUE");
            case "TEXT" -> pick("'a'", "\"b\"", "word");
            case "REAL" -> pick("1.5", "-1");
            case "BLOB" -> pick("x'61'");
            default ->
                pick("1", "-1", "'a'", "\"b\"", "word", "(1+1)", "(lower('A'))", "TRUE", "x'61'", "2.0", "NULL", "+3");
        };
    }

    private String pick(String... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
