package dev.syncline.internal.http;

/** The server's answer is not what the protocol says. The message names the fault, never what the answer held. */
public final class MalformedAnswer extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * Names a fault.
     *
     * @param message what is wrong, without anything of the answer
     */
    public MalformedAnswer(String message) {
        super(message);
    }
}
