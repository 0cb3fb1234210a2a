package dev.syncline.demo;

import dev.syncline.progress.SyncEvent;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Keeps account of one device's conflicts: what its events told is checked against what its file holds, which also knows of
 * runs that were killed.
 */
final class ConflictLedger {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String MERGED =
            "conflict_type = 'UPDATE_UPDATE' AND conflicting_fields = '[]' AND resolved_at IS NOT NULL";

    /**
     * The account at the end.
     *
     * @param merged rows in which both sides' edits were joined, no field being in dispute
     * @param found conflicts in the file
     * @param byRule those settled by a rule
     * @param byHand those settled by a person
     * @param open those not settled
     * @param unaccounted conflicts an event told of whose settling no event told of
     */
    record Account(long merged, long found, long byRule, long byHand, long open, Set<String> unaccounted) {

        boolean balances() {
            return open == 0 && unaccounted.isEmpty() && found == byRule + byHand;
        }
    }

    private final Set<String> detected = new HashSet<>();
    private final Map<String, Integer> resolved = new HashMap<>();

    /** Takes an event; called on the manager's delivery thread. */
    synchronized void take(SyncEvent event) {
        if (event instanceof SyncEvent.ConflictDetected found) {
            detected.add(found.conflict().id());
        } else if (event instanceof SyncEvent.ConflictResolved settled) {
            resolved.merge(settled.conflictId(), 1, Integer::sum);
        }
        notifyAll();
    }

    /** Reads the account; events still on their way are waited for. */
    synchronized Account close(Sql device) throws SQLException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        for (long left = PATIENCE.toNanos();
                !resolved.keySet().containsAll(detected) && left > 0;
                left = deadline - System.nanoTime()) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        Set<String> unaccounted = new HashSet<>(detected);
        unaccounted.removeAll(resolved.keySet());
        return new Account(
                device.number("SELECT count(*) FROM syncline_conflicts WHERE " + MERGED),
                conflicts(device, "1"),
                conflicts(device, "resolved_at IS NOT NULL AND resolved_by = 'auto'"),
                conflicts(device, "resolved_at IS NOT NULL AND resolved_by = 'user'"),
                conflicts(device, "resolved_at IS NULL"),
                unaccounted);
    }

    private static long conflicts(Sql device, String which) throws SQLException {
        return device.number("SELECT count(*) FROM syncline_conflicts WHERE NOT (" + MERGED + ") AND " + which);
    }
}
