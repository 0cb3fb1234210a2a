package dev.syncline.demo;

import java.io.Console;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.util.Locale;

/** What the reader sees: numbered phases, lines under them, and numbers that can be read. */
final class Screen {

    private final PrintStream out;
    private final boolean terminal;
    private final boolean blocks;
    private int phase;

    Screen(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
        Charset charset = Charset.forName(
                System.getProperty("stdout.encoding", Charset.defaultCharset().name()));
        blocks = charset.canEncode() && charset.newEncoder().canEncode('█');
    }

    /** Standard output; a bar that moves only where somebody is there to watch it. */
    static Screen standard() {
        return new Screen(System.out, standardOutputIsATerminal());
    }

    private static boolean standardOutputIsATerminal() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException beforeJava22) {
            // There a console exists only where both ends are a terminal.
            return true;
        }
    }

    void line(String text) {
        out.println(text);
    }

    void phase(String title) {
        out.printf("%n%2d  %s%n", ++phase, title);
    }

    void detail(String text) {
        out.println("    " + text);
    }

    PrintStream out() {
        return out;
    }

    boolean isTerminal() {
        return terminal;
    }

    /** Whether the bar can be drawn with block characters. */
    boolean drawsBlocks() {
        return blocks;
    }

    static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number).replace(',', ' ');
    }

    /** "1 row", "2 rows". */
    static String count(long number, String noun) {
        return number(number) + " "
                + (number == 1 ? noun : noun.endsWith("y") ? noun.substring(0, noun.length() - 1) + "ies" : noun + "s");
    }
}
