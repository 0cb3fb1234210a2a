package dev.syncline.exception;

import java.io.Serializable;

/** What a server wrote beside a refusing status: kept for a person who asks, never part of a message. */
record ServerBody(String text) implements Serializable {

    /** At most 64 kB of memory: an error page of a gigabyte must not outlive its connection. */
    private static final int KEPT = 32 * 1024;

    private static final int SHOWN = 200;

    ServerBody {
        text = SafeText.head(text, KEPT);
    }

    String excerpt() {
        return SafeText.line(text, SHOWN);
    }
}
