package dev.syncline.internal.capture;

import static dev.syncline.internal.capture.Identifiers.literal;
import static dev.syncline.internal.capture.Identifiers.quote;

import dev.syncline.internal.capture.Registered.Column;
import dev.syncline.internal.capture.Registered.Role;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The statements that fit journal, triggers and registry to a table as it is now. They are text, so that a host that runs its
 * migrations elsewhere can be given exactly what {@link ChangeCapture} would execute.
 */
final class CaptureRebuild {
    private final Connection connection;
    private final List<String> sql = new ArrayList<>();

    private CaptureRebuild(Connection connection) {
        this.connection = connection;
    }

    /** Everything for a table that is not captured yet. */
    static List<String> install(Connection connection, CaptureOptions options) throws SQLException {
        CaptureRebuild rebuild = new CaptureRebuild(connection);
        CaptureRegistry registry = new CaptureRegistry(connection);
        TableSchema schema = TableSchema.read(connection, options.table(), options.key());
        JournalLayout layout = JournalLayout.fresh(registry.nextId(), schema);
        long before = registry.schemaVersion();
        rebuild.sql.add(layout.ddl());
        rebuild.sql.add("INSERT INTO main.syncline_table(id, name) VALUES(" + layout.id() + ", "
                + literal(schema.name()) + ")");
        rebuild.columns(layout, List.of());
        rebuild.finish(layout, options, before);
        return rebuild.sql;
    }

    /** Everything that turns what is registered into what the drift has found. */
    static List<String> rebuild(Connection connection, Registered registered, Drift drift, CaptureOptions options)
            throws SQLException {
        CaptureRebuild rebuild = new CaptureRebuild(connection);
        rebuild.adapt(registered, drift, options);
        return rebuild.sql;
    }

    /** Its journal is kept: the table may come back, and what is in it was never sent. */
    static List<String> tableGone(Registered registered) {
        return List.of(
                "UPDATE main.syncline_table SET schema_version = NULL, gap = 'the table is gone', gap_full = 1 WHERE id = "
                        + registered.id());
    }

    private void adapt(Registered registered, Drift drift, CaptureOptions options) throws SQLException {
        CaptureRegistry registry = new CaptureRegistry(connection);
        long before = registry.schemaVersion();
        TableSchema schema =
                TableSchema.read(connection, String.valueOf(drift.table()), key(registered, drift, options));
        for (CaptureRegistry.LiveTrigger trigger : registry.ours(registered.id())) {
            sql.add("DROP TRIGGER main." + quote(trigger.name()));
        }
        if (!schema.name().equals(registered.name())) {
            changed(registered.id(), "TABLE_RENAMED", registered.name(), schema.name());
        }
        boolean journalLost = !registry.tableExists(CaptureTables.journal(registered.id()));
        Map<String, Column> known = new HashMap<>();
        List<Column> dropped = new ArrayList<>();
        for (Column column : registered.columns()) {
            String now = column.dropped() ? null : drift.now(column);
            if (now != null) {
                known.put(Identifiers.fold(now), column);
                if (!now.equals(column.name())) {
                    changed(registered.id(), "COLUMN_RENAMED", column.name(), now);
                }
            } else {
                dropped.add(new Column(column.role(), column.position(), column.name(), column.affinity(), true));
                if (!column.dropped()) {
                    changed(registered.id(), "COLUMN_DROPPED", column.name(), null);
                }
            }
        }
        int next = registered.nextPosition();
        List<JournalLayout.Place> image = new ArrayList<>();
        List<JournalLayout.Place> added = new ArrayList<>();
        for (ColumnSchema column : schema.imageColumns()) {
            Column was = known.get(Identifiers.fold(column.name()));
            if (was == null || was.role() == Role.KEY) {
                JournalLayout.Place place = new JournalLayout.Place(column, next++);
                image.add(place);
                added.add(place);
            } else {
                image.add(new JournalLayout.Place(column, was.position()));
            }
        }
        JournalLayout layout = new JournalLayout(registered.id(), schema, List.copyOf(image));
        if (journalLost) {
            sql.add(layout.ddl());
        } else {
            adaptJournal(layout, known, added);
        }
        columns(layout, dropped);
        if (!drift.gap().isEmpty()) {
            sql.add("UPDATE main.syncline_table SET gap = "
                    + literal(drift.state().reason()) + ", gap_full = max(ifnull(gap_full, 0), "
                    + (drift.gapFull() ? 1 : 0) + ") WHERE id = " + registered.id());
        }
        finish(layout, options, before);
    }

    private static List<String> key(Registered registered, Drift drift, CaptureOptions options) {
        List<String> key = new ArrayList<>();
        for (Column column : registered.live(Role.KEY)) {
            String now = drift.now(column);
            if (now == null) {
                throw changedKey(registered, "its column " + column.name() + " is gone");
            }
            key.add(now);
        }
        boolean asDeclared = options.key().isEmpty()
                || (options.key().size() == key.size()
                        && java.util.stream.IntStream.range(0, key.size())
                                .allMatch(i -> Identifiers.same(options.key().get(i), key.get(i))));
        if (!asDeclared) {
            throw changedKey(registered, "it was captured as " + key + " and is declared as " + options.key());
        }
        return key;
    }

    private static CaptureException changedKey(Registered registered, String what) {
        return new CaptureException("The key of table " + registered.name() + " changed: " + what
                + ". Unsent changes are kept under the old key and nothing was changed. Declare the old key, send or discard"
                + " the changes, then take capture off the table and start again with the new key.");
    }

    private void adaptJournal(JournalLayout layout, Map<String, Column> known, List<JournalLayout.Place> added) {
        for (JournalLayout.Place place : added) {
            sql.add("ALTER TABLE main." + layout.journal() + " ADD COLUMN " + place.journalColumn());
            changed(layout.id(), "COLUMN_ADDED", null, place.column().name());
            if (place.column().defaultExpression() != null) {
                // Until the host first writes the column, every row has its default, stored with the column's affinity.
                sql.add("CREATE TABLE main.syncline_probe(v " + place.column().affinity() + ")");
                sql.add("INSERT INTO main.syncline_probe SELECT "
                        + place.column().defaultExpression());
                sql.add("UPDATE main." + layout.journal() + " SET " + place.journalColumn()
                        + " = (SELECT v FROM main.syncline_probe) WHERE p = 1");
                sql.add("DROP TABLE main.syncline_probe");
            }
        }
        for (JournalLayout.Place place : layout.image()) {
            Column was = known.get(Identifiers.fold(place.column().name()));
            if (!added.contains(place)
                    && was != null
                    && was.affinity() != place.column().affinity()) {
                convert(layout, place);
            }
        }
        boolean keyAffinityChanged = layout.schema().key().stream().anyMatch(column -> {
            Column was = known.get(Identifiers.fold(column.name()));
            return was == null || was.affinity() != column.affinity();
        });
        if (keyAffinityChanged) {
            recreate(layout);
        }
    }

    /** A rebuilt table may store the same value in another storage class; the base follows, or it would look edited. */
    private void convert(JournalLayout layout, JournalLayout.Place place) {
        String journal = "main." + layout.journal();
        sql.add("CREATE TABLE main.syncline_probe(seq INTEGER PRIMARY KEY, v "
                + place.column().affinity() + ")");
        sql.add("INSERT INTO main.syncline_probe SELECT seq, " + place.journalColumn() + " FROM " + journal);
        sql.add("UPDATE " + journal + " SET " + place.journalColumn()
                + " = (SELECT v FROM main.syncline_probe s WHERE s.seq = " + layout.journal() + ".seq)");
        sql.add("DROP TABLE main.syncline_probe");
    }

    /** A journal whose key columns have an affinity other than the host's would be searched row by row. */
    private void recreate(JournalLayout layout) {
        String copy = "main.syncline_probe";
        String journal = "main." + layout.journal();
        sql.add("CREATE TABLE " + copy + " AS SELECT * FROM " + journal);
        String all = "seq, " + layout.keyColumns() + ", p, t, d"
                + layout.image().stream()
                        .map(place -> ", " + place.journalColumn())
                        .collect(java.util.stream.Collectors.joining());
        sql.add("DROP TABLE " + journal);
        sql.add(layout.ddl());
        sql.add("INSERT OR IGNORE INTO " + journal + "(" + all + ") SELECT " + all + " FROM " + copy + " ORDER BY seq");
        sql.add("DROP TABLE " + copy);
    }

    private void columns(JournalLayout layout, List<Column> dropped) {
        sql.add("DELETE FROM main.syncline_table_column WHERE table_id = " + layout.id());
        List<ColumnSchema> key = layout.schema().key();
        for (int i = 0; i < key.size(); i++) {
            column(
                    layout.id(),
                    new Column(Role.KEY, i, key.get(i).name(), key.get(i).affinity(), false));
        }
        layout.image()
                .forEach(place -> column(
                        layout.id(),
                        new Column(
                                Role.IMAGE,
                                place.position(),
                                place.column().name(),
                                place.column().affinity(),
                                false)));
        dropped.forEach(column -> column(layout.id(), column));
    }

    private void column(long id, Column column) {
        sql.add("INSERT INTO main.syncline_table_column(table_id, role, position, name, affinity, dropped) VALUES(" + id
                + ", "
                + literal(column.role().name()) + ", " + column.position() + ", " + literal(column.name()) + ", "
                + literal(column.affinity().name()) + ", " + (column.dropped() ? 1 : 0) + ")");
    }

    private void changed(long id, String kind, @Nullable String from, @Nullable String to) {
        sql.add("INSERT INTO main.syncline_table_change(table_id, kind, from_name, to_name) VALUES(" + id + ", "
                + literal(kind) + ", " + (from == null ? "NULL" : literal(from)) + ", "
                + (to == null ? "NULL" : literal(to)) + ")");
    }

    private void finish(JournalLayout layout, CaptureOptions options, long before) {
        sql.add("DELETE FROM main.syncline_table_schema WHERE table_id = " + layout.id());
        entry(layout.id(), "table", layout.schema().name(), layout.schema().sql());
        for (UniqueIndex index : layout.schema().uniqueIndexes()) {
            if (index.sql() != null) {
                entry(layout.id(), "index", index.name(), index.sql());
            }
        }
        for (NamedSql trigger : TriggerSql.of(layout, options)) {
            sql.add(trigger.sql());
            entry(layout.id(), "trigger", trigger.name(), trigger.sql());
        }
        sql.add("UPDATE main.syncline_table SET name = "
                + literal(layout.schema().name()) + ", edit_time = " + (options.editTime() ? 1 : 0) + ", delete_mark = "
                + (options.deleteMark() ? 1 : 0) + " WHERE id = " + layout.id());
        sql.add(stamp(layout.id(), before));
    }

    private void entry(long id, String type, String name, String text) {
        sql.add("INSERT INTO main.syncline_table_schema(table_id, type, name, sql) VALUES(" + id + ", " + literal(type)
                + ", " + literal(name) + ", " + literal(text) + ")");
    }

    /** Our own schema changes must not make this or any other table look changed. */
    static String stamp(long id, long before) {
        return "UPDATE main.syncline_table SET schema_version = (SELECT schema_version FROM pragma_schema_version) WHERE id = "
                + id + " OR schema_version = " + before;
    }
}
