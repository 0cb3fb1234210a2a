package dev.syncline.testing.jdbc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A database as a dead process left it: the file with its log or journal, without the shared memory, which does not survive
 * either. A power cut may take the end of the log as well.
 *
 * @param database the copy's file
 */
public record FileImage(Path database) {

    /** Copies a database that may be open; nobody writes to it meanwhile. An older copy is replaced. */
    public static FileImage take(Path database, Path copy) {
        try {
            for (String suffix : new String[] {"", "-wal", "-journal"}) {
                Path from = beside(database, suffix);
                if (Files.exists(from)) {
                    Files.copy(from, beside(copy, suffix), StandardCopyOption.REPLACE_EXISTING);
                } else {
                    Files.deleteIfExists(beside(copy, suffix));
                }
            }
            Files.deleteIfExists(beside(copy, "-shm"));
            return new FileImage(copy);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How long the write-ahead log is. */
    public long walBytes() {
        return walBytes(database);
    }

    static long walBytes(Path database) {
        Path wal = beside(database, "-wal");
        try {
            return Files.exists(wal) ? Files.size(wal) : 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Cuts the log, as a power cut does with what was not yet on the disk. */
    public FileImage cutWal(long bytes) {
        try (FileChannel wal = FileChannel.open(beside(database, "-wal"), StandardOpenOption.WRITE)) {
            wal.truncate(bytes);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Turns one bit of the log over, as a sector written in part does. */
    public FileImage flipWalBit(long bit) {
        try (FileChannel wal =
                FileChannel.open(beside(database, "-wal"), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer one = ByteBuffer.allocate(1);
            wal.read(one, bit / Byte.SIZE);
            one.flip();
            ByteBuffer turned = ByteBuffer.wrap(new byte[] {(byte) (one.get() ^ 1 << bit % Byte.SIZE)});
            wal.write(turned, bit / Byte.SIZE);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What tells two images apart: the same bytes have the same print. */
    public String print() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String suffix : new String[] {"", "-wal", "-journal"}) {
                Path part = beside(database, suffix);
                digest.update((byte) suffix.length());
                if (Files.exists(part)) {
                    digest.update(Files.readAllBytes(part));
                }
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    /** Removes it with everything that belongs to it. */
    public void delete() {
        try {
            for (String suffix : new String[] {"", "-wal", "-journal", "-shm"}) {
                Files.deleteIfExists(beside(database, suffix));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path beside(Path database, String suffix) {
        return database.resolveSibling(database.getFileName() + suffix);
    }
}
