package dev.syncline.internal.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** The table {@code syncline_schedule}: runs that are to come. */
public final class ScheduleRepository {
    private ScheduleRepository() {}

    /**
     * Lists what is planned.
     *
     * @param handle the unit's handle
     * @return the plans, earliest first
     */
    public static List<Plan> list(Handle handle) {
        return handle.createQuery("SELECT name, mode, period, unmetered, due_at, failures FROM syncline_schedule"
                        + " ORDER BY due_at, name")
                .map((row, context) -> plan(row))
                .list();
    }

    private static Plan plan(ResultSet row) throws SQLException {
        return new Plan(
                row.getString(1), row.getString(2), row.getLong(3), row.getBoolean(4), row.getLong(5), row.getInt(6));
    }

    /**
     * Stores a plan over one of the same name.
     *
     * @param handle the unit's handle
     * @param plan the plan
     * @param now when it was made, ms since the epoch
     */
    public static void put(Handle handle, Plan plan, long now) {
        handle.createUpdate(
                        "INSERT OR REPLACE INTO syncline_schedule(name, mode, period, unmetered, due_at, planned_at,"
                                + " failures) VALUES(:name, :mode, :period, :unmetered, :due, :now, :failures)")
                .bind("name", plan.name())
                .bind("mode", plan.mode())
                .bind("period", plan.period())
                .bind("unmetered", plan.unmetered())
                .bind("due", plan.dueAt())
                .bind("now", now)
                .bind("failures", plan.failures())
                .execute();
    }

    /**
     * Puts a plan in the place of another state of it, unless another process was faster.
     *
     * @param handle the unit's handle
     * @param seen the plan as it was read
     * @param dueAt when it is due next
     * @param failures how many of its runs in a row have failed
     * @return whether the plan was still as it was read
     */
    public static boolean move(Handle handle, Plan seen, long dueAt, int failures) {
        return handle.createUpdate("UPDATE syncline_schedule SET due_at = :due, failures = :failures"
                                + " WHERE name = :name AND due_at = :seen AND failures = :seenFailures")
                        .bind("due", dueAt)
                        .bind("failures", failures)
                        .bind("name", seen.name())
                        .bind("seen", seen.dueAt())
                        .bind("seenFailures", seen.failures())
                        .execute()
                > 0;
    }

    /**
     * Forgets a plan.
     *
     * @param handle the unit's handle
     * @param name its name
     * @return whether there was one
     */
    public static boolean remove(Handle handle, String name) {
        return handle.createUpdate("DELETE FROM syncline_schedule WHERE name = :name")
                        .bind("name", name)
                        .execute()
                > 0;
    }

    /**
     * Forgets every plan.
     *
     * @param handle the unit's handle
     * @return how many there were
     */
    public static int clear(Handle handle) {
        return handle.createUpdate("DELETE FROM syncline_schedule").execute();
    }

    /**
     * A run that is to come.
     *
     * @param name a plan of the same name takes its place
     * @param mode how much is exchanged
     * @param period the time between two runs in ms; 0 for a single run
     * @param unmetered whether it waits for a link without costs
     * @param dueAt when it is due, ms since the epoch
     * @param failures how many of its runs in a row have failed
     */
    public record Plan(String name, String mode, long period, boolean unmetered, long dueAt, int failures) {}
}
