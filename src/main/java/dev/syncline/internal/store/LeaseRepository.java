package dev.syncline.internal.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** The table {@code syncline_lease}: its one row tells who synchronizes the file. Read with every unit of a run, so plain JDBC. */
public final class LeaseRepository {
    private LeaseRepository() {}

    /**
     * Reads the row.
     *
     * @param unit an open unit
     * @return who holds the lease, or held it last
     * @throws SQLException if it cannot be read
     */
    public static LeaseRow read(Unit unit) throws SQLException {
        try (Statement statement = unit.connection().createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT owner, token, expires_at FROM syncline_lease WHERE id = 1")) {
            return row.next() ? new LeaseRow(row.getString(1), row.getLong(2), row.getLong(3)) : LeaseRow.NEVER;
        }
    }

    /**
     * Writes the row over what was there.
     *
     * @param unit a unit that writes
     * @param row the new row
     * @throws SQLException if it cannot be written
     */
    public static void write(Unit unit, LeaseRow row) throws SQLException {
        try (PreparedStatement statement = unit.connection()
                .prepareStatement(
                        "INSERT OR REPLACE INTO syncline_lease(id, owner, token, expires_at) VALUES(1, ?, ?, ?)")) {
            statement.setString(1, row.owner());
            statement.setLong(2, row.token());
            statement.setLong(3, row.expiresAt());
            statement.executeUpdate();
        }
    }

    /**
     * Who holds the lease.
     *
     * @param owner the holder's name; null while nobody does
     * @param token counts how often it was taken; each holder is known by its own
     * @param expiresAt until when it counts if the holder shows no more life, ms since the epoch
     */
    public record LeaseRow(@Nullable String owner, long token, long expiresAt) {
        /** Before anybody took it. */
        public static final LeaseRow NEVER = new LeaseRow(null, 0, 0);
    }
}
