package dev.syncline.internal.capture;

import dev.syncline.internal.capture.RandomSchema.Column;
import dev.syncline.internal.capture.RandomSchema.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Random host statements and triggers over a random schema, from small value domains so that rows collide. */
final class RandomStatements {
    private final Random random;
    private final List<Table> tables;

    RandomStatements(Random random, RandomSchema schema) {
        this.random = random;
        this.tables = schema.tables;
    }

    String write() {
        return write(tables.get(random.nextInt(tables.size())));
    }

    String insert(Table table) {
        List<Column> columns = some(table.writable());
        boolean rowid = !table.withoutRowid
                && random.nextInt(12) == 0
                && table.columns.stream().noneMatch(c -> c.name.equalsIgnoreCase("rowid"));
        String names = columns.stream().map(Column::q).collect(Collectors.joining(", "))
                + (rowid ? (columns.isEmpty() ? "" : ", ") + "rowid" : "");
        String verb = random.nextInt(10) == 0 ? "REPLACE INTO " : "INSERT " + or(3) + "INTO ";
        if (columns.isEmpty() && !rowid) {
            return verb + table.q() + " DEFAULT VALUES";
        }
        String head = verb + table.q() + "(" + names + ") ";
        String body;
        if (random.nextInt(6) == 0) {
            body = "SELECT "
                    + columns.stream()
                            .map(c -> random.nextInt(3) == 0 ? value(c) : c.q())
                            .collect(Collectors.joining(", "))
                    + (rowid ? (columns.isEmpty() ? "" : ", ") + integer() : "") + " FROM " + table.q()
                    + " WHERE true LIMIT 3";
        } else {
            int rows = random.nextInt(4) == 0 ? 1 + random.nextInt(4) : 1;
            body = "VALUES "
                    + IntStream.range(0, rows)
                            .mapToObj(
                                    i -> "(" + columns.stream().map(this::value).collect(Collectors.joining(", "))
                                            + (rowid ? (columns.isEmpty() ? "" : ", ") + integer() : "") + ")")
                            .collect(Collectors.joining(", "));
        }
        return head + body + (verb.startsWith("INSERT INTO") ? upsert(table) : "") + returning();
    }

    String write(Table table) {
        int kind = random.nextInt(20);
        if (kind < 9) {
            return insert(table);
        }
        if (kind < 17) {
            return update(table);
        }
        return "DELETE FROM " + table.q() + (random.nextInt(8) == 0 ? "" : where(table)) + returning();
    }

    private String update(Table table) {
        List<Column> columns = some(table.writable());
        if (columns.isEmpty()) {
            columns = List.of(table.key.get(0));
        }
        String set =
                columns.stream().map(c -> c.q() + " = " + expression(table, c)).collect(Collectors.joining(", "));
        if (!table.withoutRowid && random.nextInt(15) == 0) {
            set = pick("rowid", "oid", "_rowid_") + " = " + integer();
        }
        return "UPDATE " + or(2) + table.q() + " SET " + set + (random.nextInt(6) == 0 ? "" : where(table))
                + returning();
    }

    private String expression(Table table, Column column) {
        Column other = table.columns.get(random.nextInt(table.columns.size()));
        return switch (random.nextInt(10)) {
            case 0 -> other.q();
            case 1 -> column.q() + " + 1";
            case 2 -> "-" + column.q();
            case 3 ->
                "CASE " + column.q() + " WHEN 1 THEN 2 WHEN 2 THEN 1 WHEN 'a' THEN 'A' WHEN 'A' THEN 'a' ELSE "
                        + column.q() + " END";
            case 4 -> "upper(" + column.q() + ")";
            default -> value(column);
        };
    }

    private String upsert(Table table) {
        if (random.nextInt(4) > 0) {
            return "";
        }
        if (random.nextInt(4) == 0) {
            return " ON CONFLICT DO NOTHING";
        }
        Column target = table.key.get(0);
        Column set = table.writable().get(random.nextInt(table.writable().size()));
        String doing = random.nextInt(4) == 0
                ? "DO NOTHING"
                : "DO UPDATE SET " + set.q() + " = " + (random.nextBoolean() ? "excluded." + set.q() : value(set));
        return " ON CONFLICT" + (table.key.size() == 1 && random.nextBoolean() ? "(" + target.q() + ") " : " ") + doing;
    }

    String hostTrigger(int number) {
        Table on = tables.get(random.nextInt(tables.size()));
        Table other = tables.get(random.nextInt(tables.size()));
        Column key = on.key.get(0);
        Column any = on.writable().get(random.nextInt(on.writable().size()));
        String name = "host" + number;
        String event = pick("INSERT", "UPDATE", "DELETE");
        String row = event.equals("DELETE") ? "OLD" : event.equals("INSERT") ? "NEW" : pick("OLD", "NEW");
        String value = value(any);
        String self = " WHERE " + key.q() + " IS " + row + "." + key.q();
        String body = switch (random.nextInt(9)) {
            case 0, 1, 2 ->
                "UPDATE " + or(3) + on.q() + " SET " + any.q() + " = " + value + self + " AND " + any.q() + " IS NOT "
                        + value;
            case 3 ->
                "SELECT RAISE(" + pick("IGNORE", "IGNORE", "ABORT, 'no'", "FAIL, 'no'", "ROLLBACK, 'no'") + ") WHERE "
                        + row + "." + any.q() + " IS " + value;
            case 4 -> "DELETE FROM " + other.q() + where(other);
            case 5 -> strip(insert(other));
            case 6 -> strip(update(other));
            case 7 ->
                "INSERT OR REPLACE INTO " + other.q() + "(" + other.key.get(0).q() + ") VALUES(" + row + "." + key.q()
                        + ")";
            default ->
                "UPDATE " + or(3) + other.q() + " SET " + other.key.get(0).q() + " = " + value(other.key.get(0))
                        + where(other);
        };
        String when = random.nextInt(3) == 0 ? "" : " WHEN " + row + "." + any.q() + " IS NOT " + value(any);
        return "CREATE TRIGGER " + name + " " + pick("BEFORE", "AFTER") + " " + event + " ON " + on.q() + when
                + " BEGIN " + body + "; END";
    }

    /** A trigger body takes no RETURNING and no DEFAULT VALUES. */
    private static String strip(String sql) {
        return (sql.endsWith(" DEFAULT VALUES") ? "SELECT 1" : sql)
                .replace(" RETURNING *", "")
                .replace("LIMIT 3", "LIMIT 1");
    }

    String where(Table table) {
        Column column =
                random.nextBoolean() ? table.key.get(0) : table.columns.get(random.nextInt(table.columns.size()));
        return " WHERE " + column.q() + pick(" = ", " = ", " IS ", " > ", " <= ", " <> ") + value(column);
    }

    private List<Column> some(List<Column> columns) {
        List<Column> chosen = new ArrayList<>();
        for (Column column : columns) {
            if (random.nextInt(4) > 0) {
                chosen.add(column);
            }
        }
        return chosen;
    }

    private String or(int outOf) {
        return random.nextInt(outOf) > 0
                ? ""
                : "OR " + pick("REPLACE", "REPLACE", "REPLACE", "IGNORE", "IGNORE", "FAIL", "ABORT", "ROLLBACK") + " ";
    }

    private String returning() {
        return random.nextInt(12) == 0 ? " RETURNING *" : "";
    }

    String value(Column column) {
        int any = random.nextInt(12);
        if (any == 0) {
            return "NULL";
        }
        if (any == 1) {
            return pick(
                    "-0.0*1",
                    "1e300",
                    "-9e999",
                    "4611686018427387905",
                    "x''",
                    "'a' || char(0) || 'b'",
                    "'ü'",
                    "1.0",
                    "'1'");
        }
        String type = column.type;
        if (type.contains("INT") || (type.isEmpty() && random.nextBoolean())) {
            return integer();
        }
        if (type.equals("REAL") || type.equals("NUMERIC")) {
            return pick("0.0", "1", "1.5", "2", "-1.25", "3.0");
        }
        if (type.equals("BLOB") && random.nextBoolean()) {
            return pick("x'61'", "x'62'", "x'00'");
        }
        return pick("'a'", "'A'", "'b'", "'B'", "'a '", "'c'", "'k1'", "'K1'", "'aa'");
    }

    private String integer() {
        return String.valueOf(random.nextInt(8) - 2);
    }

    private String pick(String... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
