package dev.syncline.backend.rest;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What becomes of pages that are large: kept in memory, spooled to a file, refused. Immutable; each method returns a changed copy. */
public final class LargePages {

    private static final long LEAST = 1024;
    private static final long MOST_IN_MEMORY = 64L << 20;

    private final long refusedAbove;
    private final long spooledAbove;
    private final @Nullable Path directory;

    private LargePages(long refusedAbove, long spooledAbove, @Nullable Path directory) {
        this.refusedAbove = refusedAbove;
        this.spooledAbove = spooledAbove;
        this.directory = directory;
    }

    /**
     * Spools pages beyond 8 MiB to the system's directory of temporary files, and refuses those beyond 256 MiB.
     *
     * @return the default
     */
    public static LargePages standard() {
        return new LargePages(256L << 20, 8L << 20, null);
    }

    /**
     * Limits the size of one page. A larger one is refused. An answer that is no page is limited to 64 MiB at the most, since it has to fit
     * in memory.
     *
     * @param bytes after decompression; default 256 MiB
     * @return a changed copy
     * @throws IllegalArgumentException if it is below 1024
     */
    public LargePages refusedAbove(long bytes) {
        if (bytes < LEAST) {
            throw new IllegalArgumentException("a page of at most " + bytes + " bytes holds no record");
        }
        return new LargePages(bytes, spooledAbove, directory);
    }

    /**
     * Sets from which size on a page goes to a temporary file, compressed, before any of it is used; its rows are then read
     * from there in pieces. A smaller page that makes a great many values, for example 15 000 rows of 10 fields, goes there as
     * well.
     *
     * @param bytes after decompression; default 8 MiB
     * @return a changed copy
     * @throws IllegalArgumentException if it is below 1024, or beyond 64 MiB, which memory would have to hold
     */
    public LargePages spooledAbove(long bytes) {
        if (bytes < LEAST || bytes > MOST_IN_MEMORY) {
            throw new IllegalArgumentException(
                    "spooledAbove is " + bytes + ", but must be " + LEAST + " to " + MOST_IN_MEMORY + " bytes");
        }
        return new LargePages(refusedAbove, bytes, directory);
    }

    /**
     * Sets where temporary files are made. Only the owner may read them; each is removed once its page is stored, when the pull fails or is
     * cancelled, and when the backend is closed.
     *
     * @param folder an existing directory; default the one that the system property {@code java.io.tmpdir} names
     * @return a changed copy
     */
    public LargePages in(Path folder) {
        return new LargePages(refusedAbove, spooledAbove, folder);
    }

    long refusedAbove() {
        return refusedAbove;
    }

    long spooledAbove() {
        return spooledAbove;
    }

    @Nullable
    Path directory() {
        return directory;
    }
}
