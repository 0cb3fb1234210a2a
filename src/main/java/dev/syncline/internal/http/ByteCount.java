package dev.syncline.internal.http;

/** Takes what goes over the wire, part by part. Safe for any thread; never throws. */
@FunctionalInterface
public interface ByteCount {
    /** Counts nothing. */
    ByteCount NONE = (sent, received) -> {};

    /**
     * Counts a part.
     *
     * @param sent bytes of a request, or 0
     * @param received bytes of an answer, or 0
     */
    void exchanged(long sent, long received);
}
