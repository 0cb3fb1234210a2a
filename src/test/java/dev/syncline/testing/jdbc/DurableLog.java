package dev.syncline.testing.jdbc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * Knows how much of the write-ahead log no power cut can take: what was committed by a connection with {@code synchronous=FULL},
 * and everything before it. Looks on at every boundary; thread-safe.
 */
public final class DurableLog implements Plan {
    private static final int WAL_HEADER_BYTES = 32;
    private static final int SALT_AT = 16;

    private final Path database;
    /** Connections that are not at FULL, which they are until told otherwise. */
    private final Set<Integer> relaxed = new HashSet<>();

    private long generation;
    private long bytes;

    public DurableLog(Path database) {
        this.database = database;
    }

    @Override
    public synchronized Strike at(Boundary boundary) {
        String sql = boundary.sql().toUpperCase(Locale.ROOT).replace(" ", "");
        if (boundary.moment() == Boundary.Moment.AFTER && sql.startsWith("PRAGMASYNCHRONOUS=")) {
            if (sql.endsWith("=FULL")) {
                relaxed.remove(boundary.connection());
            } else {
                relaxed.add(boundary.connection());
            }
        }
        if (boundary.isAfterCommit() && !relaxed.contains(boundary.connection())) {
            allIsDurable();
        }
        return Strike.PASS;
    }

    /** Somebody who does not go through the layer has committed with {@code synchronous=FULL}. */
    public synchronized void allIsDurable() {
        generation = generation(database);
        bytes = FileImage.walBytes(database);
    }

    /** How many bytes at the start of the present log are safe; a log that was started anew since holds nothing that is. */
    public synchronized long bytes() {
        return generation(database) == generation ? Math.min(bytes, FileImage.walBytes(database)) : 0;
    }

    /** The salt in the log's header, which changes whenever the log starts anew. */
    private static long generation(Path database) {
        Path wal = database.resolveSibling(database.getFileName() + "-wal");
        try {
            if (!Files.exists(wal) || Files.size(wal) < WAL_HEADER_BYTES) {
                return 0;
            }
            try (FileChannel log = FileChannel.open(wal, StandardOpenOption.READ)) {
                ByteBuffer salt = ByteBuffer.allocate(Long.BYTES);
                log.read(salt, SALT_AT);
                return salt.flip().getLong();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
