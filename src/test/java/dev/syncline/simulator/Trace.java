package dev.syncline.simulator;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** What happened, as a story for a reader and as a hash of everything: two runs of a tape must end with the same. */
final class Trace {
    private final MessageDigest digest;
    private final List<String> story = new ArrayList<>();
    private final VirtualTime time;
    private final String folder;

    Trace(VirtualTime time, Path folder) {
        this.time = time;
        this.folder = folder.toString();
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Adds a line for the reader. */
    void tell(String line) {
        // The folder is another one each time.
        String same = line.replace(folder, "");
        story.add(same);
        note(time.now() + " " + same);
    }

    /** Adds to the hash what no reader would want to see. */
    void note(String text) {
        digest.update(text.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) '\n');
    }

    void note(byte[] bytes) {
        digest.update(bytes);
    }

    List<String> story() {
        return story;
    }

    /** The hash of what was told so far; ends the trace. */
    String hash() {
        return HexFormat.of().formatHex(digest.digest(), 0, 8);
    }
}
