package dev.syncline.demo;

import dev.syncline.config.SyncedTable;
import dev.syncline.conflict.Conflict;
import dev.syncline.conflict.ResolutionStrategy;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;

/** What the two devices hold and do; each step may be run again after a crash without doing anything twice. */
interface Scenario {

    /** Something that must hold in the end beyond equality. */
    record Check(String what, boolean holds) {}

    /** One line about the data. */
    String title();

    /** Fills device A and makes device B's empty tables, offline; says what there is. */
    List<String> prepare() throws IOException, SQLException;

    /** What Syncline is told of the tables. */
    List<SyncedTable> tables() throws SQLException;

    /** What the people at both devices do while there is no network; says how much of it. */
    List<String> workOffline() throws SQLException;

    /** How the demo's user decides a conflict that the rules leave open. */
    ResolutionStrategy decide(Conflict conflict);

    /** What else must hold in the end. */
    List<Check> checks() throws SQLException;
}
