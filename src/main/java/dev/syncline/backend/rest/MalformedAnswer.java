package dev.syncline.backend.rest;

/** The server's answer is not what the protocol says. The message names the fault, never what the answer held. */
final class MalformedAnswer extends RuntimeException {

    private static final long serialVersionUID = 1L;

    MalformedAnswer(String message) {
        super(message);
    }
}
