package consumer;

import dev.syncline.exception.NetworkException;
import java.time.Instant;

/** Sees the exceptions. */
public final class Main {
    private Main() {}

    /**
     * Runs.
     *
     * @param args ignored
     */
    public static void main(String[] args) {
        if (!new NetworkException("gone", Instant.EPOCH, null).isRetryable()) {
            throw new AssertionError("a broken connection is worth another try");
        }
    }
}
