package dev.syncline.simulator;

/** The device's process is gone while it talked to the network: whoever catches this can do nothing any more with its file. */
final class Killed extends Error {
    private static final long serialVersionUID = 1L;

    Killed() {
        super("the process was killed", null, false, false);
    }
}
