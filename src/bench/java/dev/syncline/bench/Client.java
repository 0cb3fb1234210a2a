package dev.syncline.bench;

import java.nio.file.Path;
import java.sql.SQLException;

/** Who is measured. */
enum Client {
    /** The floor: download, parse, write; PRAGMAs at their defaults, one commit for each page. */
    L("L") {
        @Override
        Contender open(Path file, String url, Scenario scenario) throws SQLException {
            return new Floor(FloorStore.plain(file), new FloorHttp(url));
        }
    },
    /** The floor with the connection tuned and commits gathered: the real limit, to which ratios are taken. */
    LT("Lt") {
        @Override
        Contender open(Path file, String url, Scenario scenario) throws SQLException {
            return new Floor(FloorStore.tuned(file), new FloorHttp(url));
        }
    },
    /** The library with everything on: capture, state, progress. */
    SYNCLINE("Syncline") {
        @Override
        Contender open(Path file, String url, Scenario scenario) {
            return new SynclineClient(file, url, scenario);
        }
    };

    private final String title;

    Client(String title) {
        this.title = title;
    }

    /** The name in tables and results. */
    String title() {
        return title;
    }

    /** Opens it on a host's file. */
    abstract Contender open(Path file, String url, Scenario scenario) throws SQLException;
}
