package dev.syncline.demo;

import dev.syncline.config.SyncedTable;
import dev.syncline.conflict.Conflict;
import dev.syncline.conflict.ResolutionStrategy;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * A database that was never seen before. Device A works on a copy of it, device B begins with the same empty tables; what has
 * to be said of them is read from the schema, and no table is changed.
 */
final class AdoptedDatabase implements Scenario {

    private static final String HOST_OBJECTS = "sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
            + " AND name NOT LIKE 'syncline\\_%' ESCAPE '\\' AND tbl_name NOT LIKE 'syncline\\_%' ESCAPE '\\'";

    private final Path original;
    private final DemoFolder folder;
    private final Path fileA;
    private final Path fileB;
    private final long seed;

    AdoptedDatabase(Path original, DemoFolder folder, long seed) {
        this.original = original;
        this.folder = folder;
        this.seed = seed;
        fileA = folder.file("device-a.db");
        fileB = folder.file("device-b.db");
    }

    @Override
    public String title() {
        return "the database " + original.getFileName() + ", never seen before, seed " + seed;
    }

    @Override
    public List<String> prepare() throws IOException, SQLException {
        if (!Files.exists(fileA)) {
            copy();
        }
        List<String> said = new ArrayList<>();
        try (Sql a = Sql.read(fileA);
                Sql b = Sql.open(fileB)) {
            folder.note("schema", fingerprint(schema(a)));
            b.inTransaction(() -> {
                if (schema(b).isEmpty()) {
                    for (String sql : statements(a)) {
                        b.script(sql);
                    }
                }
            });
            SchemaReader.Schema schema = SchemaReader.read(a);
            long rows = 0;
            for (TableShape table : schema.tables()) {
                rows += a.number("SELECT count(*) FROM " + Sql.name(table.name()));
            }
            said.add("A: " + Screen.count(rows, "row") + " in "
                    + Screen.count(schema.tables().size(), "table") + "; B: the same tables, empty");
            long references = schema.tables().stream()
                    .mapToLong(table -> table.references().size())
                    .sum();
            long composite = schema.tables().stream()
                    .filter(table -> table.key().size() > 1)
                    .count();
            said.add("read from the schema: " + Screen.count(references, "reference") + ", "
                    + Screen.count(composite, "composite key"));
            schema.leftOut().forEach(what -> said.add("left out: " + what));
        }
        return said;
    }

    /** A copy appears whole or not at all, and is writable whatever the original is. */
    private void copy() throws IOException, SQLException {
        Path copy = folder.file("device-a.db.copy");
        Files.deleteIfExists(copy);
        if (Files.exists(Path.of(original + "-wal"))) {
            // Somebody has it open, and part of it is still in the log; SQLite knows how to copy that.
            try (Sql source = Sql.foreign(original)) {
                source.script("VACUUM INTO '" + copy.toString().replace("'", "''") + "'");
            }
        } else {
            try (InputStream in = Files.newInputStream(original)) {
                Files.copy(in, copy);
            }
        }
        Files.move(copy, fileA, StandardCopyOption.ATOMIC_MOVE);
    }

    private static List<String> statements(Sql a) throws SQLException {
        List<String> ordinary = a.list(
                "PRAGMA table_list",
                row -> row.getString("type").equals("table")
                                || row.getString("type").equals("view")
                        ? row.getString("name")
                        : "");
        return a
                .list(
                        "SELECT tbl_name, sql FROM sqlite_schema WHERE " + HOST_OBJECTS
                                + " ORDER BY instr('table index view trigger', type), rowid",
                        row -> new String[] {row.getString(1), row.getString(2)})
                .stream()
                .filter(object -> ordinary.contains(object[0]))
                .map(object -> object[1])
                .toList();
    }

    private static List<String> schema(Sql sql) throws SQLException {
        return sql.list(
                "SELECT type || ' ' || name || ' ' || tbl_name || ' ' || sql FROM sqlite_schema WHERE " + HOST_OBJECTS
                        + " ORDER BY type, name",
                row -> row.getString(1));
    }

    private static String fingerprint(List<String> schema) {
        try {
            byte[] text = String.join("\n", schema).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    @Override
    public List<SyncedTable> tables() throws SQLException {
        return shapes().stream().map(TableShape::synced).toList();
    }

    private List<TableShape> shapes() throws SQLException {
        try (Sql a = Sql.read(fileA)) {
            return SchemaReader.read(a).tables();
        }
    }

    @Override
    public List<String> workOffline() throws SQLException {
        return new OfflineWork(new StagedEdits(seed, shapes(), tables()), fileA, fileB).done();
    }

    @Override
    public ResolutionStrategy decide(Conflict conflict) {
        return conflict.entityId().hashCode() % 2 == 0 ? ResolutionStrategy.LOCAL_WINS : ResolutionStrategy.REMOTE_WINS;
    }

    @Override
    public List<Check> checks() throws SQLException {
        try (Sql a = Sql.read(fileA)) {
            return List.of(new Check(
                    "the tables of device A are declared as in the original",
                    fingerprint(schema(a)).equals(folder.noted("schema"))));
        }
    }
}
