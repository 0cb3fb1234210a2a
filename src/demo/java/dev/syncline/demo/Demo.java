package dev.syncline.demo;

import java.io.IOException;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts the demo: a server, two devices with their own SQLite files and their own plain SQL, no network for a while, and a
 * comparison row by row. {@code --help} shows what can be asked for.
 */
public final class Demo {

    private static final int GOOD = 0;
    private static final int BAD = 1;
    private static final int MISUSED = 2;

    private Demo() {}

    /**
     * Runs it and ends the process: with 0 if everything is equal and accounted for, 1 if not, 2 for unknown arguments.
     *
     * @param args see {@code --help}
     */
    public static void main(String[] args) {
        System.exit(run(Screen.standard(), args));
    }

    static int run(Screen screen, String... args) {
        try {
            Arguments arguments = Arguments.parse(args);
            if (arguments.help()) {
                screen.line(Arguments.HELP);
                return GOOD;
            }
            try (DemoFolder folder = DemoFolder.open(arguments, screen)) {
                DemoLog.to(folder.file("syncline.log"));
                return run(arguments, folder, screen);
            }
        } catch (UsageException e) {
            screen.line(e.getMessage());
            return MISUSED;
        } catch (IOException e) {
            screen.line("The demo's folder cannot be used: " + e.getMessage());
            return BAD;
        }
    }

    private static int run(Arguments arguments, DemoFolder folder, Screen screen) {
        Logger log = LoggerFactory.getLogger(Demo.class);
        try {
            Scenario scenario = scenario(arguments, folder);
            screen.line("Syncline demo: " + scenario.title());
            screen.line("Folder " + arguments.dir() + ": device-a.db, device-b.db, server.db, syncline.log"
                    + (folder.resumed() ? "; going on where the last run was" : ""));
            boolean good = new Story(folder, scenario, screen).tell();
            screen.line("");
            screen.line(good ? "All three databases are equal." : "NOT everything is as it should be; see above.");
            return good ? GOOD : BAD;
        } catch (IOException | SQLException | RuntimeException | InterruptedException e) {
            log.error("The demo ended early", e);
            screen.line("");
            screen.line(
                    "The demo ended early: " + e.getMessage() + " (details in " + folder.file("syncline.log") + ")");
            return BAD;
        }
    }

    private static Scenario scenario(Arguments arguments, DemoFolder folder) {
        if (arguments.data() != null) {
            return new AscBank(arguments.data(), folder, arguments.seed());
        }
        return arguments.sqlite() != null
                ? new AdoptedDatabase(arguments.sqlite(), folder, arguments.seed())
                : new GeneratedBank(
                        folder, new BankGenerator(arguments.seed(), arguments.accounts(), arguments.payments()));
    }
}
