package dev.syncline.internal.store;

import dev.syncline.exception.SyncException;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The tables {@code syncline_runs} and {@code syncline_error_log}: what was done when, and what went wrong. */
public final class RunRepository {
    private static final int KEPT_RUNS = 1000;
    private static final int KEPT_ERRORS = 10_000;

    private RunRepository() {}

    /**
     * Stores the end of a run, and forgets the oldest beyond a thousand.
     *
     * @param handle the unit's handle
     * @param id the run
     * @param mode which kind of run
     * @param started when it began
     * @param ended when it ended
     * @param success whether nothing failed
     * @param summary its counts, as JSON text
     */
    public static void save(
            Handle handle, String id, String mode, Instant started, Instant ended, boolean success, String summary) {
        handle.createUpdate("INSERT OR REPLACE INTO syncline_runs(id, mode, started_at, ended_at, success, summary)"
                        + " VALUES(:id, :mode, :started, :ended, :success, :summary)")
                .bind("id", id)
                .bind("mode", mode)
                .bind("started", started.toEpochMilli())
                .bind("ended", ended.toEpochMilli())
                .bind("success", success)
                .bind("summary", summary)
                .execute();
        handle.createUpdate("DELETE FROM syncline_runs WHERE id IN"
                        + " (SELECT id FROM syncline_runs ORDER BY started_at DESC LIMIT -1 OFFSET :kept)")
                .bind("kept", KEPT_RUNS)
                .execute();
    }

    /**
     * Stores what went wrong in a run, and forgets the oldest beyond ten thousand.
     *
     * @param handle the unit's handle
     * @param runId the run
     * @param faults what went wrong
     */
    public static void logFaults(Handle handle, String runId, List<Fault> faults) {
        for (Fault fault : faults) {
            handle.createUpdate("INSERT INTO syncline_error_log(at, run_id, entity_type, entity_id, error, message)"
                            + " VALUES(:at, :run, :entity, :row, :error, :message)")
                    .bind("at", fault.cause().timestamp().toEpochMilli())
                    .bind("run", runId)
                    .bind("entity", fault.entity())
                    .bind("row", fault.rowId())
                    .bind("error", fault.cause().getClass().getSimpleName())
                    .bind("message", fault.cause().getMessage())
                    .execute();
        }
        handle.createUpdate("DELETE FROM syncline_error_log WHERE id <="
                        + " (SELECT max(id) FROM syncline_error_log) - :kept")
                .bind("kept", KEPT_ERRORS)
                .execute();
    }

    /**
     * One thing that went wrong.
     *
     * @param entity the entity, or null if it concerns the run
     * @param rowId the row's id, or null
     * @param cause what happened, without values
     */
    public record Fault(@Nullable String entity, @Nullable String rowId, SyncException cause) {}
}
