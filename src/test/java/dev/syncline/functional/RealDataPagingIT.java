package dev.syncline.functional;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.syncline.config.IdAssignment;
import dev.syncline.config.SyncedTable;
import dev.syncline.progress.SyncResult;
import dev.syncline.testing.Device;
import dev.syncline.testing.PagedServer;
import dev.syncline.testing.PagingStyle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A real database, with composite keys, references and prices, pulled through each style of paging while every fifth request fails, ends
 * equal to its source. Looked for beside the project, or where {@code -Dshared.data} says. Defends G4, G5, G8 and G10.
 */
class RealDataPagingIT {
    private static final Path SOURCE =
            Path.of(System.getProperty("shared.data", "../shared/data")).resolve("chinook.sqlite");

    private static final Map<String, String> QUERIES = new LinkedHashMap<>();

    static {
        QUERIES.put("Artist", "SELECT ArtistId, Name FROM Artist");
        QUERIES.put("Album", "SELECT AlbumId, Title, ArtistId FROM Album");
        QUERIES.put(
                "Track", "SELECT TrackId, Name, AlbumId, Milliseconds, printf('%.2f', UnitPrice) UnitPrice FROM Track");
        QUERIES.put("Playlist", "SELECT PlaylistId, Name FROM Playlist");
        QUERIES.put("PlaylistTrack", "SELECT PlaylistId, TrackId FROM PlaylistTrack");
    }

    @TempDir
    private Path folder;

    private static List<SyncedTable> tables() {
        return List.of(
                SyncedTable.named("Artist")
                        .key("ArtistId")
                        .ids(IdAssignment.CLIENT)
                        .build(),
                SyncedTable.named("Album")
                        .key("AlbumId")
                        .ids(IdAssignment.CLIENT)
                        .references("ArtistId", "Artist")
                        .build(),
                SyncedTable.named("Track")
                        .key("TrackId")
                        .ids(IdAssignment.CLIENT)
                        .references("AlbumId", "Album")
                        .decimal("UnitPrice")
                        .build(),
                SyncedTable.named("Playlist")
                        .key("PlaylistId")
                        .ids(IdAssignment.CLIENT)
                        .build(),
                SyncedTable.named("PlaylistTrack").key("PlaylistId", "TrackId").build());
    }

    private static final String[] SCHEMA = {
        "CREATE TABLE Artist(ArtistId INTEGER PRIMARY KEY, Name TEXT)",
        "CREATE TABLE Album(AlbumId INTEGER PRIMARY KEY, Title TEXT, ArtistId INTEGER REFERENCES Artist)",
        "CREATE TABLE Track(TrackId INTEGER PRIMARY KEY, Name TEXT, AlbumId INTEGER REFERENCES Album,"
                + " Milliseconds INTEGER, UnitPrice TEXT)",
        "CREATE TABLE Playlist(PlaylistId INTEGER PRIMARY KEY, Name TEXT)",
        "CREATE TABLE PlaylistTrack(PlaylistId INTEGER NOT NULL, TrackId INTEGER NOT NULL, PRIMARY KEY(PlaylistId, TrackId))"
    };

    private static List<Map<String, Object>> rows(Device source, String table) {
        int keys = table.equals("PlaylistTrack") ? 2 : 1;
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Map<String, Object> row : source.query(QUERIES.get(table))) {
            Map<String, Object> sent = new HashMap<>(row);
            sent.put(
                    "id", row.values().stream().limit(keys).map(String::valueOf).collect(Collectors.joining(",")));
            rows.add(sent);
        }
        return rows;
    }

    @ParameterizedTest
    @EnumSource(PagingStyle.class)
    void a_real_database_arrives_whole_through_every_style(PagingStyle style) throws Exception {
        assumeTrue(Files.exists(SOURCE), "no chinook.sqlite in shared data");
        Path copy = Files.copy(SOURCE, folder.resolve("source.db"));
        Device source = new Device(copy, "", List.of());
        Map<String, List<Map<String, Object>>> lists = new HashMap<>();
        QUERIES.keySet().forEach(table -> lists.put(table, rows(source, table)));
        Device device = new Device(folder.resolve("a.db"), "", List.of(), SCHEMA);
        try (PagedServer server = new PagedServer(lists)) {
            SyncResult last = style.readThroughTrouble(server, device.file(), tables(), 500);
            assertThat(last.success()).isTrue();
        }
        for (Map.Entry<String, String> query : QUERIES.entrySet()) {
            String ordered = " ORDER BY 1, 2";
            assertThat(device.query("SELECT * FROM " + query.getKey() + ordered))
                    .as(query.getKey())
                    .isEqualTo(source.query(query.getValue() + ordered));
        }
    }
}
