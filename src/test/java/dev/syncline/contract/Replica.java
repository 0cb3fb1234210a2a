package dev.syncline.contract;

import dev.syncline.backend.PullPage;
import dev.syncline.backend.PullRequest;
import dev.syncline.backend.RemoteBackend;
import dev.syncline.backend.RemoteRecord;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The simplest client there can be: it pulls page after page and keeps the newest state of each record. */
final class Replica {

    private final RemoteBackend backend;
    private final String entity;
    private final int limit;
    private final Map<String, RemoteRecord> live = new LinkedHashMap<>();
    private @Nullable String cursor;

    Replica(RemoteBackend backend, String entity, int limit) {
        this.backend = backend;
        this.entity = entity;
        this.limit = limit;
    }

    /** Takes one page; says whether another one follows. */
    boolean pullPage() {
        try (PullPage page = backend.fetchPage(new PullRequest(entity, cursor, limit))) {
            page.records().forEach(this::apply);
            cursor = page.next();
            return page.more();
        }
    }

    /** Pulls to the end; returns the ids of which something was told that was not known. */
    Set<String> pull() {
        Map<String, RemoteRecord> before = new LinkedHashMap<>(live);
        if (!backend.capabilities().delta()) {
            live.clear();
            cursor = null;
        }
        while (pullPage()) {
            // Each page was applied by pullPage.
            continue;
        }
        Set<String> news = new LinkedHashSet<>(before.keySet());
        news.addAll(live.keySet());
        news.removeIf(id -> Objects.equals(before.get(id), live.get(id)));
        return news;
    }

    Map<String, RemoteRecord> live() {
        return live;
    }

    @Nullable
    String cursor() {
        return cursor;
    }

    void goOnAt(@Nullable String cursor) {
        this.cursor = cursor;
    }

    private void apply(RemoteRecord row) {
        if (row.deleted()) {
            live.remove(row.id());
        } else {
            live.put(row.id(), row);
        }
    }
}
