package dev.syncline.backend.rest;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Remembers, per entity, the ETag of the last answer that held no news, so that asking again at the same cursor can be
 * answered with 304. Answers with records are never remembered: a 304 in their place would lose them if they had not been
 * stored. Thread-safe.
 */
final class QuietAnswers {

    private static final int MOST = 200;
    private static final int LONGEST = 300;

    private record Quiet(String cursor, String etag) {}

    private final Map<String, Quiet> byEntity = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Quiet> eldest) {
            return size() > MOST;
        }
    };

    synchronized @Nullable String etag(String entity, @Nullable String cursor) {
        Quiet quiet = byEntity.get(entity);
        return quiet != null && quiet.cursor().equals(cursor) ? quiet.etag() : null;
    }

    synchronized void learn(
            String entity, @Nullable String cursor, PageContent page, PageFeed.Next next, @Nullable String etag) {
        boolean news = page.rows().count() > 0 || next.more() || cursor == null || !cursor.equals(next.cursor());
        if (!news && cursor != null && etag != null && etag.length() <= LONGEST) {
            byEntity.put(entity, new Quiet(cursor, etag));
        } else {
            byEntity.remove(entity);
        }
    }
}
