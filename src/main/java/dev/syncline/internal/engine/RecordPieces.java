package dev.syncline.internal.engine;

import dev.syncline.backend.PullPage;
import dev.syncline.backend.RemoteRecord;
import dev.syncline.backend.SpooledRecords;
import java.sql.SQLException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The records of pages that are applied together. One that is told twice counts with its last appearance. Pages in memory make one
 * piece; what lies in a file comes in pieces that fit in memory, one after the other, which comes to the same since a record
 * applied again counts with its later state.
 */
final class RecordPieces {
    private RecordPieces() {}

    /** Takes the pieces in order. */
    @FunctionalInterface
    interface Taker {
        void take(Collection<RemoteRecord> piece) throws SQLException;
    }

    /**
     * Gives the records.
     *
     * @param pages the pages in order
     * @param mostRows the most records of a piece that comes from a file
     * @param taker keeps nothing of a piece
     */
    static void of(List<PullPage> pages, int mostRows, Taker taker) throws SQLException {
        Map<String, RemoteRecord> newest = new LinkedHashMap<>();
        long weight = 0;
        for (PullPage page : pages) {
            boolean spooled = page.records() instanceof SpooledRecords;
            for (RemoteRecord record : page.records()) {
                newest.remove(record.id());
                newest.put(record.id(), record);
                if (!spooled) {
                    continue;
                }
                weight += RecordWeight.of(record);
                if (newest.size() >= mostRows || weight >= RecordWeight.MOST) {
                    taker.take(newest.values());
                    newest.clear();
                    weight = 0;
                }
            }
        }
        if (!newest.isEmpty()) {
            taker.take(newest.values());
        }
    }
}
