package dev.syncline.testing.crash;

import dev.syncline.backend.rest.RestBackend;
import dev.syncline.testing.Device;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A host in a process of its own that synchronizes when it is told to, one change at a time. Arguments: database, url. Says {@code open},
 * then for each line that it reads why the run ended, {@code null} if it came to its end; ends with its standard input.
 */
public final class ObedientHost {
    private ObedientHost() {}

    public static void main(String[] args) throws IOException {
        Device device = new Device(Path.of(args[0]), args[1], MortalHost.TABLES)
                .with(builder -> builder.backend(
                                RestBackend.at(args[1]).noBatch().build())
                        .options(builder.build().options().toBuilder()
                                .requestsInFlight(1)
                                .build()));
        device.manager();
        System.out.println("open");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        while (in.readLine() != null) {
            System.out.println(device.sync().abortReason());
        }
        Runtime.getRuntime().halt(0);
    }
}
