package dev.syncline.testing;

import dev.syncline.backend.rest.LargePages;
import dev.syncline.backend.rest.RestBackend;
import dev.syncline.config.SyncedTable;
import dev.syncline.progress.SyncResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A host in a process of its own, whose heap the test chooses: it synchronizes once and says how many rows it has then, their sum
 * of numbers, and how many errors there were. Arguments: database, url, directory of temporary files.
 */
public final class SmallHost {
    public static final List<SyncedTable> TABLES =
            List.of(SyncedTable.named("note").key("id").build());
    public static final String SCHEMA = "CREATE TABLE note(id TEXT PRIMARY KEY, count INTEGER, body TEXT)";

    private SmallHost() {}

    public static void main(String[] args) {
        RestBackend backend = RestBackend.at(args[1])
                .largePages(LargePages.standard().in(Path.of(args[2])))
                .callTimeout(Duration.ofMinutes(5))
                .build();
        try (Device device = new Device(Path.of(args[0]), "", TABLES, SCHEMA).with(backend)) {
            SyncResult result = device.sync();
            System.out.println(device.value("SELECT count(*) || ' ' || sum(count) FROM note") + " "
                    + result.errors().size());
        }
    }
}
