package dev.syncline;

import dev.syncline.config.SyncConfig;
import dev.syncline.exception.StorageException;
import dev.syncline.internal.engine.SyncEngine;
import dev.syncline.internal.store.SyncDatabase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The files that this JVM has open, so that one file has one syncer. The only state that managers share; guarded by the class.
 */
final class OpenFiles {
    private static final List<Entry> OPEN = new ArrayList<>();

    private OpenFiles() {}

    static synchronized SyncManager open(SyncConfig config) {
        Path wanted = config.path();
        if (wanted != null) {
            refuseMissing(wanted, config.clock());
            Entry known = find(real(wanted));
            if (known != null) {
                return again(known, config);
            }
        }
        // Changes nothing yet: only SQLite can tell where a data source leads.
        SyncDatabase database = SyncDatabase.open(config);
        Path path = known(Path.of(database.file()));
        Entry known = find(path);
        if (known != null) {
            database.close();
            return again(known, config);
        }
        Entry entry = new Entry(path, config, SyncEngine.open(config, database));
        OPEN.add(entry);
        return entry.manager;
    }

    /** A file that SQLite would make holds no table that could be synced; most likely the path is wrong. */
    private static void refuseMissing(Path file, Clock clock) {
        if (!Files.exists(file)) {
            throw new StorageException(
                    "there is no database " + file + "; none was made. Check the path, and create the tables before"
                            + " they are synced",
                    false,
                    clock.instant(),
                    null);
        }
    }

    private static SyncManager again(Entry known, SyncConfig config) {
        if (known.openers == 0) {
            throw new IllegalStateException("the SyncManager of the database " + known.path
                    + " is being closed by another thread; open the database again once its close() has returned");
        }
        if (!known.config.sameButForFile(config)) {
            throw new IllegalStateException(
                    "the database " + known.path
                            + " is open for synchronization under another configuration; close that SyncManager first, or share it");
        }
        known.openers++;
        return known.manager;
    }

    static synchronized void refuseOpen(Path database) {
        Entry known = Files.exists(database) ? find(real(database)) : null;
        if (known != null) {
            throw new IllegalStateException(
                    "the database " + database + " is open for synchronization; close its SyncManager first");
        }
    }

    static void close(Entry entry) {
        synchronized (OpenFiles.class) {
            if (entry.openers == 0) {
                return;
            }
            entry.openers--;
            if (entry.openers > 0) {
                return;
            }
        }
        // Until it has closed its threads may write, and a second engine beside them would be a second syncer.
        entry.engine.close(() -> remove(entry));
    }

    private static synchronized void remove(Entry entry) {
        OPEN.remove(entry);
    }

    private static @Nullable Entry find(Path path) {
        return OPEN.stream()
                .filter(entry -> path.equals(entry.path))
                .findFirst()
                .orElse(null);
    }

    /** A driver of the host's may name files that are none to Java. */
    private static Path known(Path path) {
        return Files.exists(path) ? real(path) : path;
    }

    private static Path real(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException e) {
            throw new UncheckedIOException("the path of the database " + path + " cannot be resolved", e);
        }
    }

    /** One open file; guarded by the class. */
    static final class Entry {
        private final Path path;
        private final SyncConfig config;
        private final SyncEngine engine;
        private final SyncManager manager;
        /** None while it is being closed. */
        private int openers = 1;

        Entry(Path path, SyncConfig config, SyncEngine engine) {
            this.path = path;
            this.config = config;
            this.engine = engine;
            this.manager = new SyncManager(engine, this);
        }
    }
}
