package dev.syncline.backend.rest;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes the temporary files of large pages. Only the owner may open them, and they are removed as soon as they are closed; where
 * the system lets an open file go without a name, as on Linux and macOS, a process that is killed leaves none behind either.
 * Thread-safe.
 */
final class Spools implements AutoCloseable {

    private final @Nullable Path directory;
    private final Clock clock;
    private final Set<Spool> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /**
     * Makes files in a directory.
     *
     * @param directory where; null for the system's directory of temporary files
     * @param clock dates failures
     */
    Spools(@Nullable Path directory, Clock clock) {
        this.directory = directory;
        this.clock = clock;
    }

    /**
     * Spools a body.
     *
     * @param body read to its end
     * @return the file with all of it
     * @throws IOException if the body fails; the file is gone then
     */
    Spool take(InputStream body) throws IOException {
        Spool spool = create();
        boolean whole = false;
        try {
            spool.fill(body);
            whole = true;
            return spool;
        } finally {
            if (!whole) {
                spool.close();
            }
        }
    }

    private Spool create() {
        try {
            // Made with the owner's rights only, where files have such.
            Path file = directory == null
                    ? Files.createTempFile("syncline-", ".page")
                    : Files.createTempFile(directory, "syncline-", ".page");
            Spool spool = new Spool(opened(file), clock, open::remove);
            open.add(spool);
            if (closed) {
                spool.close();
            }
            return spool;
        } catch (IOException e) {
            throw Spool.unwritable(clock, e);
        }
    }

    private static FileChannel opened(Path file) throws IOException {
        try {
            return FileChannel.open(
                    file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.DELETE_ON_CLOSE);
        } catch (IOException e) {
            Files.deleteIfExists(file);
            throw e;
        }
    }

    /** How many files there are. */
    int count() {
        return open.size();
    }

    @Override
    public void close() {
        closed = true;
        open.forEach(Spool::close);
    }
}
