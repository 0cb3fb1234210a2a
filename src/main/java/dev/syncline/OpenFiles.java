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
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The files that this JVM has open, so that one file has one syncer. The only state that managers share. Its lock is held for moments
 * only: who opens a file waits for those who hold that file, and nobody waits for the opening of another one.
 */
final class OpenFiles {
    /** By real path; guarded by the class. */
    private static final Map<Path, Entry> OPEN = new HashMap<>();

    private OpenFiles() {}

    static SyncManager open(SyncConfig config) {
        Path wanted = config.path();
        if (wanted != null) {
            refuseMissing(wanted, config.clock());
            Entry entry = new Entry(real(wanted), config);
            Entry known = enter(entry);
            return known == null ? entry.open(() -> SyncDatabase.open(config)) : known.await();
        }
        // Changes nothing yet: only SQLite can tell where a data source leads.
        SyncDatabase database = SyncDatabase.open(config);
        Entry entry = new Entry(known(Path.of(database.file())), config);
        Entry known;
        try {
            known = enter(entry);
        } catch (IllegalStateException refused) {
            database.close();
            throw refused;
        }
        if (known == null) {
            return entry.open(() -> database);
        }
        database.close();
        return known.await();
    }

    /** Gives the entry under which the file is open, or being opened, with one opener more; none if this one is the first. */
    private static synchronized @Nullable Entry enter(Entry entry) {
        Entry known = OPEN.putIfAbsent(entry.path, entry);
        if (known != null) {
            known.join(entry.config);
        }
        return known;
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

    static synchronized void refuseOpen(Path database) {
        if (Files.exists(database) && OPEN.containsKey(real(database))) {
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
        entry.opened.join().engine().close(() -> remove(entry));
    }

    private static synchronized void remove(Entry entry) {
        OPEN.remove(entry.path, entry);
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

    /** One file that is open, or being opened by one of its openers while the others wait. */
    static final class Entry {
        private final Path path;
        private final SyncConfig config;
        private final CompletableFuture<Opened> opened = new CompletableFuture<>();
        /** None while it is being closed; guarded by the class around. */
        private int openers = 1;

        Entry(Path path, SyncConfig config) {
            this.path = path;
            this.config = config;
        }

        /** One opener more; under the lock of the class around. */
        private void join(SyncConfig other) {
            if (openers == 0) {
                throw new IllegalStateException("the SyncManager of the database " + path
                        + " is being closed by another thread; open the database again once its close() has returned");
            }
            if (!config.sameButForFile(other)) {
                throw new IllegalStateException(
                        "the database " + path
                                + " is open for synchronization under another configuration; close that SyncManager first, or share it");
            }
            openers++;
        }

        private SyncManager open(Supplier<SyncDatabase> database) {
            try {
                SyncEngine engine = SyncEngine.open(config, database.get());
                Opened all = new Opened(engine, new SyncManager(engine, this));
                opened.complete(all);
                return all.manager();
            } catch (RuntimeException | Error e) {
                remove(this);
                opened.completeExceptionally(e);
                throw e;
            }
        }

        /** Who joined an opening shares what comes of it: a try of its own would wait for the same file once more. */
        private SyncManager await() {
            try {
                return opened.join().manager();
            } catch (CompletionException failed) {
                if (failed.getCause() instanceof RuntimeException reason) {
                    throw reason;
                }
                throw failed;
            }
        }
    }

    private record Opened(SyncEngine engine, SyncManager manager) {}
}
