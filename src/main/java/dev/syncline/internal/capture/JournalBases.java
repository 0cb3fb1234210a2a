package dev.syncline.internal.capture;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The bases of one journal, column by column. Immutable; every method works on the caller's connection. */
public final class JournalBases {
    private final JournalLayout layout;

    JournalBases(JournalLayout layout) {
        this.layout = layout;
    }

    /**
     * Gives the texts that bases hold.
     *
     * @param connection the connection
     * @param column the column
     * @return each text once
     * @throws SQLException if a statement fails
     */
    public List<String> texts(Connection connection, String column) throws SQLException {
        String place = place(column);
        List<String> texts = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement("SELECT DISTINCT " + place + " FROM main."
                        + layout.journal() + " WHERE p = 1 AND typeof(" + place + ") = 'text'");
                ResultSet rows = query.executeQuery()) {
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
        }
        return texts;
    }

    /**
     * Replaces a value in all bases.
     *
     * @param connection the connection
     * @param column the column
     * @param from the value to replace
     * @param to the new value
     * @throws SQLException if a statement fails
     */
    public void replace(Connection connection, String column, Object from, Object to) throws SQLException {
        String place = place(column);
        try (PreparedStatement update = connection.prepareStatement(
                "UPDATE main." + layout.journal() + " SET " + place + " = ? WHERE p = 1 AND " + place + " = ?")) {
            update.setObject(1, to);
            update.setObject(2, from);
            update.executeUpdate();
        }
    }

    private String place(String column) {
        return layout.image().stream()
                .filter(one -> Identifiers.same(one.column().name(), column))
                .map(JournalLayout.Place::journalColumn)
                .findFirst()
                .orElseThrow();
    }
}
