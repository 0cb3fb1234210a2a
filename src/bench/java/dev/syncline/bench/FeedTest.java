package dev.syncline.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** Defends no promise of the library; defends that every client is fed the documented protocol. */
class FeedTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void a_walk_gives_every_row_once_and_ends_at_a_cursor_for_what_comes_later() throws IOException {
        Feed feed = Feed.of(2500);

        JsonNode page = page(feed, 0);
        int rows = 0;
        while (page.get("more").asBoolean()) {
            rows += page.get("items").size();
            assertThat(page.get("total").asInt()).isEqualTo(2500);
            page = page(feed, page.get("cursor").asInt());
        }
        assertThat(rows + page.get("items").size()).isEqualTo(2500);
        assertThat(page.at("/items/499/id").asText()).isEqualTo(Transactions.row(2499)[0]);

        JsonNode nothing = page(feed, page.get("cursor").asInt());
        assertThat(nothing.get("items")).isEmpty();
        assertThat(nothing.get("more").asBoolean()).isFalse();
        assertThat(nothing.get("cursor")).isEqualTo(page.get("cursor"));
    }

    @Test
    void published_changes_are_behind_the_cursor_of_the_walk_with_another_etag() throws IOException {
        Feed feed = Feed.of(1000);
        Feed untouched = feed.fresh();
        String before = feed.etag();

        feed.publishChanges(1000);

        JsonNode delta = page(feed, 1);
        assertThat(delta.get("items")).hasSize(1000);
        assertThat(delta.get("total").asInt()).isEqualTo(1000);
        assertThat(delta.at("/items/0/version").asInt()).isEqualTo(2);
        assertThat(delta.at("/items/0/description").asText()).isEqualTo("Corrected by the server");
        assertThat(feed.etag()).isNotEqualTo(before);
        assertThat(page(untouched, 1).get("items")).isEmpty();
    }

    private static JsonNode page(Feed feed, int cursor) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (byte[] piece : feed.answer(cursor)) {
            bytes.write(piece);
        }
        return JSON.readTree(bytes.toByteArray());
    }
}
