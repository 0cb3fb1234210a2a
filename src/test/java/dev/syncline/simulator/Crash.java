package dev.syncline.simulator;

/** The device's process is gone: nothing that catches this can do anything any more, since its files and its network are dead. */
final class Crash extends Error {
    private static final long serialVersionUID = 1L;

    Crash() {
        super("the process was killed", null, false, false);
    }
}
