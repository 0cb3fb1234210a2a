package dev.syncline.bench;

import java.sql.SQLException;

/** A client that is measured. */
interface Contender extends AutoCloseable, HostTable.EditRecorder {

    /** Brings the empty table to the server's state. */
    void pull() throws Exception;

    /** Does what the scenario measures, once. */
    void perform(Scenario scenario) throws Exception;

    /** How many of the device's changes the server has not taken; 0 after every scenario. */
    long pending() throws SQLException;

    @Override
    void close() throws SQLException;
}
