package dev.syncline.internal.store;

import dev.syncline.exception.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the library's tables to the form this version knows. Steps are numbered and only ever appended; all that are
 * missing run in one transaction, so a crash leaves the old form or the new one.
 */
public final class SchemaMigrator {
    private static final Logger log = LoggerFactory.getLogger(SchemaMigrator.class);
    private static final String VERSION = "schema_version";
    private static final String STORE = "V001__store.sql";
    private static final String KEYS = "V003__idempotency_keys.sql";
    private static final String WALK = "V004__walk.sql";
    private static final String DELETIONS = "V005__deletions.sql";
    private static final String UNMAPPED = "V006__unmapped_fields.sql";
    private static final String VALIDATOR = "V007__validator.sql";
    private static final String PULL = "V008__pull.sql";
    private static final String DECISIONS = "V009__decisions.sql";
    private static final String MANAGED = "V010__managed.sql";
    private static final String TOGETHER = "V013__together.sql";

    private final TransactionManager transactions;
    private final SyncDatabase database;

    /**
     * Makes a migrator.
     *
     * @param database the open database
     * @param transactions its units of work
     */
    public SchemaMigrator(SyncDatabase database, TransactionManager transactions) {
        this.database = database;
        this.transactions = transactions;
    }

    /**
     * Runs the steps that the file has not seen: first the store's own tables, then those of capture, then what was added since.
     *
     * @param capture the statements of the second step
     * @throws StorageException if the file was written by a later version of the library; it is untouched
     */
    public void migrate(List<String> capture) {
        List<List<String>> steps = List.of(
                read(STORE),
                capture,
                read(KEYS),
                read(WALK),
                read(DELETIONS),
                read(UNMAPPED),
                read(VALIDATOR),
                read(PULL),
                read(DECISIONS),
                read(MANAGED),
                read(TOGETHER));
        int found = transactions.read(unit -> version(unit.handle(), steps.size()));
        database.useWriteAheadLog();
        if (found < steps.size()) {
            transactions.perform(unit -> upgrade(unit, steps));
        }
    }

    private void upgrade(Unit unit, List<List<String>> steps) throws SQLException {
        Handle handle = unit.handle();
        handle.execute("CREATE TABLE IF NOT EXISTS syncline_metadata"
                + "(key TEXT PRIMARY KEY, value TEXT, updated_at INTEGER) WITHOUT ROWID");
        // Read again inside the write lock: another process may have been faster, and be of a later version.
        for (int step = version(handle, steps.size()); step < steps.size(); step++) {
            for (String statement : steps.get(step)) {
                unit.execute(statement);
            }
            log.info("Schema step {} applied", step + 1);
        }
        new MetadataRepository(database.clock()).put(handle, VERSION, Integer.toString(steps.size()));
    }

    private int version(Handle handle, int known) {
        int found = version(handle);
        if (found > known) {
            throw new StorageException(
                    "the database holds Syncline tables of schema " + found + ", this version of the library knows "
                            + known + " at most; nothing was changed. Update the library",
                    false,
                    database.clock().instant(),
                    null);
        }
        return found;
    }

    private int version(Handle handle) {
        boolean known = handle.createQuery("SELECT count(*) FROM sqlite_master WHERE name = 'syncline_metadata'")
                        .mapTo(Integer.class)
                        .one()
                > 0;
        if (!known) {
            return 0;
        }
        String version = MetadataRepository.get(handle, VERSION).orElse("0");
        try {
            return Integer.parseInt(version);
        } catch (NumberFormatException e) {
            throw new StorageException(
                    "the table syncline_metadata names no schema version this library could have written; nothing was"
                            + " changed. Restore it, or take the library's tables out with SyncManager.detach(…)",
                    false,
                    database.clock().instant(),
                    e);
        }
    }

    private static List<String> read(String step) {
        try (InputStream in = SchemaMigrator.class.getResourceAsStream(step)) {
            if (in == null) {
                throw new IllegalStateException("schema step " + step + " is missing from the library's JAR");
            }
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8).replaceAll("(?m)^\\s*--.*$", "");
            return List.of(text.split(";")).stream()
                    .map(String::strip)
                    .filter(s -> !s.isEmpty())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("schema step " + step + " cannot be read", e);
        }
    }
}
