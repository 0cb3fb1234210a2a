package dev.syncline.backend.rest;

import dev.syncline.backend.RemoteRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Meets the rows of a page in order and either keeps or only counts them. */
final class RowTally {

    private final @Nullable List<RemoteRecord> kept;
    private int count;
    private long digest;
    private @Nullable String first;
    private @Nullable String last;
    private @Nullable Instant newest;

    private RowTally(@Nullable List<RemoteRecord> kept) {
        this.kept = kept;
    }

    static RowTally keeping() {
        return new RowTally(new ArrayList<>());
    }

    static RowTally counting() {
        return new RowTally(null);
    }

    void meet(RemoteRecord row) {
        count++;
        digest += digestOf(row.id());
        if (first == null) {
            first = row.id();
        }
        last = row.id();
        Instant changed = row.changedAt();
        if (newest == null || (changed != null && changed.isAfter(newest))) {
            newest = changed;
        }
        if (kept != null) {
            kept.add(row);
        }
    }

    /** FNV-1a over 64 bits, so that the sum of many tells apart what a sum of short hashes would not. */
    private static long digestOf(String id) {
        long hash = 0xCBF29CE484222325L;
        for (int i = 0; i < id.length(); i++) {
            hash = (hash ^ id.charAt(i)) * 0x100000001B3L;
        }
        return hash;
    }

    int count() {
        return count;
    }

    /** What was kept; nothing if rows were only counted. */
    Collection<RemoteRecord> kept() {
        return kept == null ? List.of() : kept;
    }

    PageRows over(Collection<RemoteRecord> records) {
        return new PageRows(records, first, last, digest, newest);
    }
}
