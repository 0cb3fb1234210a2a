package dev.syncline.backend.rest;

/**
 * Finds where the events of a stream end, byte by byte: at an empty line behind at least one line that begins with the field {@code
 * data}. A line ends with CR, LF or both (HTML 9.2.5).
 */
final class EventEnds {

    private static final String DATA = "data";

    /** How long the present line is so far, as far as that matters. */
    private int length;
    /** Whether the line agrees with the name of the field so far. */
    private boolean mayBeData = true;

    private boolean hasData;
    private boolean afterReturn;

    /** Takes the next byte, and says whether an event has ended with it. */
    boolean isEnd(byte next) {
        boolean ignored = afterReturn && next == '\n';
        afterReturn = next == '\r';
        if (ignored) {
            return false;
        }
        if (next == '\r' || next == '\n') {
            return endLine();
        }
        if (length < DATA.length()) {
            mayBeData &= next == DATA.charAt(length);
            length++;
        } else if (length == DATA.length()) {
            mayBeData &= next == ':';
            length++;
        }
        return false;
    }

    private boolean endLine() {
        boolean empty = length == 0;
        hasData |= !empty && mayBeData && length >= DATA.length();
        boolean end = empty && hasData;
        if (empty) {
            hasData = false;
        }
        length = 0;
        mayBeData = true;
        return end;
    }
}
