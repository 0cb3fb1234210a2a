package dev.syncline.internal.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Defends G2: what is sent again is, to the last byte, what was frozen. */
class WrittenObjectTest {

    @Test
    void is_written_again_as_the_text_that_it_is_wherever_it_stands() {
        String text = Json.write(members());
        Map<String, @Nullable Object> around = new LinkedHashMap<>();
        around.put("key", "k");
        around.put("fields", new WrittenObject(text));
        around.put("last", List.of(new WrittenObject("{}")));

        assertThat(Json.write(around)).isEqualTo("{\"key\":\"k\",\"fields\":" + text + ",\"last\":[{}]}");
        assertThat(new String(Json.writeBytes(around), StandardCharsets.UTF_8)).isEqualTo(Json.write(around));
    }

    @Test
    void reads_as_the_object_that_was_written() {
        WrittenObject written = new WrittenObject(Json.write(members()));

        assertThat(written).isEqualTo(members()).containsEntry("amount", new BigDecimal("1.50"));
        assertThat(written.get("absent")).isNull();
        assertThat(written.containsKey("nothing")).isTrue();
        assertThat(Json.canonical(written)).isEqualTo(Json.canonical(members()));
        assertThatThrownBy(() -> written.put("a", 1L)).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void half_a_character_survives_the_way_into_bytes() {
        String text = Json.write(Map.of("half", "\uD83D"));

        assertThat(Json.parse(Json.writeBytes(new WrittenObject(text)))).isEqualTo(Map.of("half", "\uD83D"));
        assertThat(Json.parse(Json.writeBytes(Map.of("half", "\uD83D")))).isEqualTo(Map.of("half", "\uD83D"));
    }

    @Test
    void stands_behind_other_members_and_gives_way_to_those_of_the_same_name() {
        WrittenObject written = new WrittenObject(Json.write(members()));
        Map<String, @Nullable Object> id = Map.of("id", "7");

        assertThat(Json.write(written.behind(id)))
                .isEqualTo("{\"id\":\"7\"," + Json.write(members()).substring(1));
        assertThat(written.behind(Map.of("name", "other")))
                .containsEntry("name", "other")
                .containsEntry("amount", new BigDecimal("1.50"))
                .hasSameSizeAs(members());
        assertThat(new WrittenObject("{\"a\":\"id\"}").behind(id)).isEqualTo(Map.of("id", "7", "a", "id"));
        assertThat(Json.write(new WrittenObject("{}").behind(id))).isEqualTo("{\"id\":\"7\"}");
        assertThat(written.behind(Map.of())).isSameAs(written);
    }

    private static Map<String, @Nullable Object> members() {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("name", "Zoë \"quoted\" \u20AC \uD83D\uDE00");
        members.put("amount", new BigDecimal("1.50"));
        members.put("nothing", null);
        members.put("tags", List.of("a", 1L, true));
        return members;
    }
}
