package dev.syncline.testing.jdbc;

/** The process died at a boundary. An error, so that nothing that is meant for failures takes it for one and goes on. */
public final class SimulatedCrash extends Error {
    private static final long serialVersionUID = 1L;

    SimulatedCrash(String where) {
        super("the process died " + where);
    }
}
