package dev.syncline.backend.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.backend.PullPage;
import dev.syncline.backend.PullRequest;
import dev.syncline.backend.RemoteRecord;
import dev.syncline.exception.ServerException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists of ids as servers have them, over HTTP. Defends G5 (convergence) and G13 (a hostile backend stays harmless). */
class ListedIdsOverHttpTest {
    private static final PullRequest START = new PullRequest("note", null, 3);

    private final ScriptedServer server = new ScriptedServer();

    @AfterEach
    void stop() {
        server.close();
    }

    private RestBackend client(String path) {
        return server.client().deletions(Deletions.listed(path)).build();
    }

    @Test
    void an_id_stands_for_itself_or_in_an_object_and_pages_follow_each_other() throws Exception {
        server.says(ScriptedServer.json(200, "{\"items\":[\"a\",7,{\"id\":\"b\"}],\"cursor\":\"x\",\"more\":true}"));
        server.says(ScriptedServer.json(200, "{\"items\":[{\"id\":\"gone\",\"deleted\":true}],\"more\":false}"));
        try (RestBackend backend = client("lists/{entity}/ids")) {
            PullPage first = backend.fetchIds(START);
            assertThat(first.records()).extracting(RemoteRecord::id).containsExactly("a", "7", "b");
            assertThat(first.more()).isTrue();
            PullPage second = backend.fetchIds(new PullRequest("note", first.next(), 3));
            assertThat(second.records()).extracting(RemoteRecord::deleted).containsExactly(true);
            assertThat(second.more()).isFalse();
        }
        assertThat(server.taken().getUrl().encodedPath()).isEqualTo("/v1/lists/note/ids");
        assertThat(server.taken().getUrl().query()).isEqualTo("limit=3&cursor=x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "true", "1.5", "\"\"", "[]", "{}", "{\"id\":null}"})
    void G13_what_is_no_id_makes_the_whole_page_unusable(String id) {
        server.says(ScriptedServer.json(200, "{\"items\":[\"a\"," + id + "],\"more\":false}"));
        try (RestBackend backend = client("{entity}/ids")) {
            assertThatThrownBy(() -> backend.fetchIds(START)).isInstanceOf(ServerException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "ids", "{entity}/", "/{entity}", "{entity}/../x", "{entity}?a", "{entity}/./x", "x#{entity}"
            })
    void a_path_that_is_no_list_of_an_entity_is_refused(String path) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Deletions.listed(path))
                .withMessageContaining("{entity}");
    }

    @Test
    void what_is_not_listed_is_not_claimed() {
        try (RestBackend listed = client("{entity}/ids");
                RestBackend told = server.client().build();
                RestBackend walks = server.client()
                        .delta(Delta.none())
                        .deletions(Deletions.listed("{entity}/ids"))
                        .build()) {
            assertThat(listed.capabilities().idList()).isTrue();
            assertThat(listed.capabilities().tombstones()).isFalse();
            assertThat(told.capabilities().idList()).isFalse();
            assertThat(walks.capabilities().idList()).isFalse();
            assertThatIllegalArgumentException().isThrownBy(() -> told.fetchIds(START));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> Deletions.toldFor(Duration.ZERO));
    }
}
