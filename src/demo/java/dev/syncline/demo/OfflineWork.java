package dev.syncline.demo;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;

/** Lets both devices do their part of the staged edits, each on its own connection. */
record OfflineWork(StagedEdits edits, Path fileA, Path fileB) {

    /** Does it; says how much it was. */
    List<String> done() throws SQLException {
        return List.of(at("A", fileA), at("B", fileB));
    }

    private String at(String device, Path file) throws SQLException {
        try (Sql sql = Sql.open(file)) {
            StagedEdits.Tally tally = edits.work(device, sql);
            return device + ": " + Screen.count(tally.edited(), "row") + " edited, " + Screen.number(tally.created())
                    + " created, " + Screen.number(tally.deleted()) + " deleted";
        }
    }
}
