package dev.syncline.bench;

import java.util.Arrays;
import java.util.Locale;

/**
 * What is measured. Every scenario but the first starts from a device that has pulled the whole table, in a process that did
 * so a moment ago; the first is measured in a process that has just started.
 */
enum Scenario {
    /** The whole table into an empty one. */
    FULL_PULL("full pull", 0, 0, 1),
    /** Rows that were changed on the server. */
    DELTA("pull 1000 changes", 1000, 0, 1),
    /** Rows created on the device, over the batch endpoint. */
    PUSH_1000("push 1000, batched", 0, 1000, 1),
    /** Ten times as many. */
    PUSH_10000("push 10 000, batched", 0, 10_000, 1),
    /** Rows created on the device, a request for each, eight at a time. */
    PUSH_SINGLY("push 1000, one at a time", 0, 1000, 1),
    /** A run in which nothing has changed; so short that one alone could not be measured. */
    NOTHING("nothing to do", 0, 0, 20),
    /** Rows that were changed here and there in the same columns; the server's side wins. */
    CONFLICTS("1000 conflicts", 1000, 1000, 1);

    private final String title;
    private final int changedThere;
    private final int changedHere;
    private final int times;

    Scenario(String title, int changedThere, int changedHere, int times) {
        this.title = title;
        this.changedThere = changedThere;
        this.changedHere = changedHere;
        this.times = times;
    }

    /** The name under which it is chosen and printed. */
    String title() {
        return title;
    }

    /** How many of the table's first rows the server publishes anew before the measured part. */
    int changedThere() {
        return changedThere;
    }

    /** How many rows are written on the device before the measured part. */
    int changedHere() {
        return changedHere;
    }

    /** How often the measured part is done; figures are per time. */
    int times() {
        return times;
    }

    /** Whether what is written on the device are new rows that travel to the server. */
    boolean pushes() {
        return this == PUSH_1000 || this == PUSH_10000 || this == PUSH_SINGLY;
    }

    /** The name used on the command line: {@code full-pull}, {@code push-1000}, … */
    String option() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Scenario ofOption(String option) {
        return Arrays.stream(values())
                .filter(scenario -> scenario.option().equals(option))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no scenario " + option + "; there are "
                        + Arrays.stream(values()).map(Scenario::option).toList()));
    }
}
