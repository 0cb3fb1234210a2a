package dev.syncline;

import dev.syncline.config.SyncConfig;
import dev.syncline.internal.engine.SyncEngine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
        if (wanted != null && Files.exists(wanted)) {
            Entry known = find(real(wanted));
            if (known != null) {
                return again(known, config);
            }
        }
        SyncEngine engine = SyncEngine.open(config);
        Path path;
        try {
            // Only now a new file exists, and only now SQLite tells where a data source leads.
            String file = engine.file();
            path = file.isEmpty() ? null : real(Path.of(file));
        } catch (RuntimeException e) {
            engine.close();
            throw e;
        }
        Entry known = path == null ? null : find(path);
        if (known != null) {
            // Not its backend: the manager that is open may use the same one.
            engine.release();
            return again(known, config);
        }
        Entry entry = new Entry(path, config, engine);
        OPEN.add(entry);
        return entry.manager;
    }

    private static SyncManager again(Entry known, SyncConfig config) {
        if (known.openers == 0) {
            throw new IllegalStateException("the SyncManager of the database " + known.path
                    + " is being closed by another thread; open the database again once its close() has returned");
        }
        if (!known.config.equals(config)) {
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
        try {
            entry.engine.close();
        } finally {
            // Until here its threads may write, and a second engine beside them would be a second syncer.
            synchronized (OpenFiles.class) {
                OPEN.remove(entry);
            }
        }
    }

    private static @Nullable Entry find(Path path) {
        return OPEN.stream()
                .filter(entry -> path.equals(entry.path))
                .findFirst()
                .orElse(null);
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
        private final @Nullable Path path;
        private final SyncConfig config;
        private final SyncEngine engine;
        private final SyncManager manager;
        /** None while it is being closed. */
        private int openers = 1;

        Entry(@Nullable Path path, SyncConfig config, SyncEngine engine) {
            this.path = path;
            this.config = config;
            this.engine = engine;
            this.manager = new SyncManager(engine, this);
        }
    }
}
