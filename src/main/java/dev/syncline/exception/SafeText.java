package dev.syncline.exception;

/**
 * Makes foreign text fit for a log line: bounded, on one line, without the invisible characters that reorder or hide what
 * follows. A backend chooses its error texts freely, and some of them are hostile.
 */
final class SafeText {

    /** Longest message or context value, in characters of the given text. */
    static final int MESSAGE_LIMIT = 2_000;

    private static final String CUT = "…";

    private SafeText() {}

    /** Cuts to {@code limit} characters, never within a surrogate pair, and escapes what a terminal would act on. */
    static String line(String text, int limit) {
        String kept = head(text, limit);
        StringBuilder line = new StringBuilder(kept.length() + 16);
        kept.codePoints().forEach(c -> append(line, c));
        return kept.length() < text.length() ? line.append(CUT).toString() : line.toString();
    }

    /** Cuts to {@code limit} characters, never within a surrogate pair. */
    static String head(String text, int limit) {
        if (text.length() <= limit) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(limit - 1)) ? limit - 1 : limit;
        return text.substring(0, end);
    }

    private static void append(StringBuilder line, int c) {
        switch (c) {
            case '\n' -> line.append("\\n");
            case '\r' -> line.append("\\r");
            case '\t' -> line.append("\\t");
            default -> {
                if (isHidden(c)) {
                    line.append(String.format("\\u%04x", c));
                } else {
                    line.appendCodePoint(c);
                }
            }
        }
    }

    private static boolean isHidden(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> true;
            default -> false;
        };
    }
}
