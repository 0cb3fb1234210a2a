package dev.syncline.internal.store;

import java.sql.Connection;
import java.sql.SQLException;
import org.sqlite.SQLiteCommitListener;
import org.sqlite.SQLiteConnection;

/** Hears of the commits of a connection of the host's, which the driver tells on the host's thread. */
public final class CommitNotice {
    private CommitNotice() {}

    /**
     * Begins to listen, until the connection is closed.
     *
     * @param connection a connection of the SQLite driver's, or a wrapper of one
     * @param commits told right before each commit, in which nothing may be asked of the connection; quick, and never throws
     * @throws IllegalArgumentException if the connection is none of the SQLite driver's, or is closed
     */
    public static void of(Connection connection, Runnable commits) {
        try {
            if (connection.isClosed()) {
                // Asked for its commits, the driver would end the process.
                throw new IllegalArgumentException("the connection is closed; follow one that is open");
            }
            connection.unwrap(SQLiteConnection.class).addCommitListener(new SQLiteCommitListener() {
                @Override
                public void onCommit() {
                    commits.run();
                }

                @Override
                public void onRollback() {
                    // Nothing has changed, so there is nothing to see.
                }
            });
        } catch (SQLException e) {
            throw new IllegalArgumentException(
                    "the connection cannot be followed; give an open one of the SQLite driver org.xerial:sqlite-jdbc",
                    e);
        }
    }
}
