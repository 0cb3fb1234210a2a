package dev.syncline.demo;

/** The demo was asked for something it cannot do; the message says what, and what can be asked for instead. */
final class UsageException extends Exception {

    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }
}
