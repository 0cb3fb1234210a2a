package dev.syncline.progress;

/**
 * What one unit of the host's wrote. An immutable value.
 *
 * @param changes rows of synced tables that it wrote and that are to be sent
 * @param delivery how they are sent
 */
public record WriteUnit(int changes, Delivery delivery) {

    /** How the changes of a unit reach the backend. */
    public enum Delivery {
        /** All or nothing. If the backend turns out to refuse that, they are sent in order, and a warning is logged. */
        TOGETHER,

        /**
         * One after the other, since the backend offers nothing else, takes fewer at once, or has to give one of the rows its id first.
         * Others may see a part of them for a while.
         */
        IN_ORDER,

        /** There is nothing to send. */
        NOTHING,

        /** With the unit in whose work this one ran. */
        WITH_OUTER
    }
}
