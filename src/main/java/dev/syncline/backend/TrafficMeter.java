package dev.syncline.backend;

/**
 * Counts the bytes that a backend exchanges. Safe for any thread.
 *
 * @see RemoteBackend#meter
 */
@FunctionalInterface
public interface TrafficMeter {
    /** Counts nothing. */
    TrafficMeter NONE = (sent, received) -> {};

    /**
     * Takes a part of what went over the wire, compressed as it was. Quick, and never throws.
     *
     * @param sent bytes of a request, or 0
     * @param received bytes of an answer, or 0
     */
    void exchanged(long sent, long received);
}
