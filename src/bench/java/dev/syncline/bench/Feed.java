package dev.syncline.bench;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * The server's feed as ready-made bytes: page after page, the cursor being a page's place. Serving one costs the server
 * nothing worth measuring, and every client gets the same bytes.
 */
final class Feed {

    static final int PAGE_ROWS = 1000;

    private static final byte[] HEAD = "{\"items\":[".getBytes(StandardCharsets.UTF_8);

    private final List<Page> walk;
    private final List<Page> pages;

    private Feed(List<Page> walk) {
        this.walk = List.copyOf(walk);
        pages = new ArrayList<>(walk);
    }

    /** Some rows, from the head of the answer to the last item. */
    private record Page(byte[] bytes, int rows) {}

    /** A feed of the first {@code rows} rows. */
    static Feed of(int rows) {
        return new Feed(pages(rows, 1, Transactions::row));
    }

    /** The same feed before anything was published after it was made. */
    Feed fresh() {
        return new Feed(walk);
    }

    /** Appends new versions of the first {@code rows} rows. */
    synchronized void publishChanges(int rows) {
        pages.addAll(pages(rows, 2, number -> Transactions.edited(number, "server")));
    }

    /** Names the state of the feed. */
    synchronized String etag() {
        return "\"" + pages.size() + "\"";
    }

    /** Gives the answer to a request with this cursor, in two pieces. */
    synchronized byte[][] answer(int cursor) {
        boolean there = cursor < pages.size();
        int next = there ? cursor + 1 : cursor;
        int from = cursor < walk.size() ? 0 : walk.size();
        long total =
                pages.subList(Math.min(from, pages.size()), cursor < walk.size() ? walk.size() : pages.size()).stream()
                        .mapToLong(Page::rows)
                        .sum();
        String tail = "],\"cursor\":\"" + next + "\",\"more\":" + (next < pages.size()) + ",\"total\":" + total + "}";
        return new byte[][] {there ? pages.get(cursor).bytes() : HEAD, tail.getBytes(StandardCharsets.UTF_8)};
    }

    private static List<Page> pages(int rows, int version, IntFunction<String[]> row) {
        List<Page> pages = new ArrayList<>();
        for (int from = 0; from < rows; from += PAGE_ROWS) {
            int to = Math.min(from + PAGE_ROWS, rows);
            ByteArrayOutputStream bytes = new ByteArrayOutputStream((to - from) * 400);
            bytes.writeBytes(HEAD);
            for (int number = from; number < to; number++) {
                if (number > from) {
                    bytes.write(',');
                }
                try (JsonGenerator json = Transactions.JSON.createGenerator(bytes)) {
                    Transactions.write(json, row.apply(number), version);
                } catch (IOException e) {
                    throw new UncheckedIOException("bytes in memory could not be written", e);
                }
            }
            pages.add(new Page(bytes.toByteArray(), to - from));
        }
        return pages;
    }
}
