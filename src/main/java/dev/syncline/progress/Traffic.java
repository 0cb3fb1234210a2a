package dev.syncline.progress;

/**
 * Bytes that went over the wire, headers and bodies as they were compressed. An immutable value.
 *
 * @param sent bytes of requests
 * @param received bytes of answers
 */
public record Traffic(long sent, long received) {
    /** Nothing, or nothing that the backend told of. */
    public static final Traffic NONE = new Traffic(0, 0);

    /**
     * Adds up.
     *
     * @param other more of it
     * @return the sums
     */
    public Traffic plus(Traffic other) {
        return new Traffic(sent + other.sent, received + other.received);
    }
}
