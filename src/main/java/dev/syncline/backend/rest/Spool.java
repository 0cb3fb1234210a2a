package dev.syncline.backend.rest;

import dev.syncline.exception.StorageException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Clock;
import java.util.function.Consumer;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One body in a temporary file, compressed. Each reading has its own place; closing it from any thread ends them all. Who fails
 * at the file gets a {@link StorageException}, so that a full disk is not taken for a broken network.
 */
final class Spool implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Spool.class);
    private static final int BUFFER = 16 * 1024;

    private final FileChannel file;
    private final Clock clock;
    private final Consumer<Spool> closed;

    /**
     * Takes over an empty file.
     *
     * @param file the file, which is gone once it is closed
     * @param clock dates failures
     * @param closed told when it is closed
     */
    Spool(FileChannel file, Clock clock, Consumer<Spool> closed) {
        this.file = file;
        this.clock = clock;
        this.closed = closed;
    }

    /**
     * Writes a body.
     *
     * @param body read to its end
     * @throws IOException if the body fails
     */
    void fill(InputStream body) throws IOException {
        Deflater fast = new Deflater(Deflater.BEST_SPEED);
        try (OutputStream out = new DeflaterOutputStream(new End(), fast, BUFFER)) {
            body.transferTo(out);
        } finally {
            fast.end();
        }
    }

    /** Reads the body from its beginning. */
    InputStream open() {
        return new InflaterInputStream(new BufferedInputStream(new Reading(), BUFFER));
    }

    StorageException unreadable(Throwable why) {
        return new StorageException(
                "a large page could not be read from its temporary file; what was not stored of it is pulled again with"
                        + " the next run",
                false,
                clock.instant(),
                why);
    }

    static StorageException unwritable(Clock clock, IOException why) {
        return new StorageException(
                "a large page could not be written to a temporary file; nothing of it was used. Make room in the directory"
                        + " of temporary files, or set another one with LargePages.in",
                false,
                clock.instant(),
                why);
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            // Nobody needs what is in it any more.
            log.warn("The temporary file of a large page could not be closed", e);
        } finally {
            closed.accept(this);
        }
    }

    /** Where the body ends up. */
    private final class End extends OutputStream {

        @Override
        public void write(int one) {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            ByteBuffer rest = ByteBuffer.wrap(bytes, offset, length);
            try {
                while (rest.hasRemaining()) {
                    file.write(rest);
                }
            } catch (IOException e) {
                throw unwritable(clock, e);
            }
        }
    }

    /** Reads what is in the file, at a place of its own. */
    private final class Reading extends InputStream {

        private long place;

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = file.read(ByteBuffer.wrap(bytes, offset, length), place);
            place += Math.max(0, count);
            return count;
        }
    }
}
