package dev.syncline.simulator;

/**
 * A promise that was broken.
 *
 * @param invariant the invariant's number, such as {@code I07}
 * @param text what was seen
 */
record Violation(String invariant, String text) {
    @Override
    public String toString() {
        return invariant + " " + text;
    }
}
