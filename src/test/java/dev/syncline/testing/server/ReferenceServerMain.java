package dev.syncline.testing.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * The server as its own process: {@code --db FILE [--port N] [--token T] [--server-ids ENTITY,ENTITY]}. Prints its port as
 * the first line, then takes commands, one a line: {@code cut on}, {@code cut off}, {@code latency MILLIS}, {@code quit}.
 * It ends with its standard input, so that it never outlives the process that started it.
 */
public final class ReferenceServerMain {

    private ReferenceServerMain() {}

    public static void main(String[] args) throws IOException {
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i + 1 < args.length; i += 2) {
            options.put(args[i], args[i + 1]);
        }
        if (!options.containsKey("--db")) {
            throw new IllegalArgumentException("--db FILE is missing");
        }
        ServerOptions server = ReferenceServer.on(Path.of(options.get("--db")))
                .port(Integer.parseInt(options.getOrDefault("--port", "0")));
        if (options.containsKey("--token")) {
            server.tokens(options.get("--token"));
        }
        for (String entity : options.getOrDefault("--server-ids", "").split(",")) {
            if (!entity.isEmpty()) {
                server.entity(entity, EntityRules::serverIds);
            }
        }
        try (ReferenceServer running = server.start();
                BufferedReader commands =
                        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            System.out.println(running.port());
            System.out.flush();
            String line = commands.readLine();
            while (line != null && !line.equals("quit")) {
                obey(line, running.faults());
                line = commands.readLine();
            }
        }
    }

    private static void obey(String command, Faults faults) {
        if (command.startsWith("cut ")) {
            faults.cut(command.endsWith("on"));
        } else if (command.startsWith("latency ")) {
            faults.latency(Duration.ofMillis(Long.parseLong(command.substring(8))));
        }
    }
}
