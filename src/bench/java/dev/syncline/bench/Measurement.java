package dev.syncline.bench;

import java.util.Locale;

/**
 * One measured piece of work.
 *
 * @param millis wall time in milliseconds
 * @param cpuMillis processor time of the client's process in milliseconds, its garbage collector and compiler included
 * @param peakMegabytes the most resident memory that the client's process ever held, preparation included; 0 if unknown
 */
record Measurement(double millis, double cpuMillis, double peakMegabytes) {

    static final String WORD = "measured";

    /** The line in which one process tells it to another. */
    String line() {
        return String.format(Locale.ROOT, "%s %.4f %.4f %.1f", WORD, millis, cpuMillis, peakMegabytes);
    }

    /** Reads such a line. */
    static Measurement ofLine(String line) {
        String[] words = line.split(" ");
        if (words.length != 4 || !words[0].equals(WORD)) {
            throw new IllegalStateException("the measured process said: " + line);
        }
        return new Measurement(
                Double.parseDouble(words[1]), Double.parseDouble(words[2]), Double.parseDouble(words[3]));
    }
}
