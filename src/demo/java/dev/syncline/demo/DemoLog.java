package dev.syncline.demo;

import java.nio.file.Path;

/** Sends the library's log to a file. Must be told so before the first logger is asked for. */
final class DemoLog {

    private DemoLog() {}

    static void to(Path file) {
        System.setProperty("demo.log", file.toString());
        System.setProperty("logback.configurationFile", "demo-logback.xml");
    }
}
