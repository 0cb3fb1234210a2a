package dev.syncline.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Defends no promise of the library; defends that the server's answers are those of the documented protocol. */
class CreatedRowTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void a_created_row_is_answered_whole_in_its_first_version() throws IOException {
        CreatedRow row = CreatedRow.read(bytes("{\"id\":\"a\",\"amount\":\"1.50\",\"tags\":{\"id\":\"inner\"}}"));

        assertThat(row.id()).isEqualTo("a");
        assertThat(JSON.readTree(row.answer()))
                .isEqualTo(JSON.readTree("{\"id\":\"a\",\"version\":1,\"updated_at\":\"" + BenchServer.STAMP
                        + "\",\"amount\":\"1.50\",\"tags\":{\"id\":\"inner\"}}"));
    }

    @Test
    void a_batch_is_answered_with_one_result_for_each_operation_under_its_key() throws IOException {
        List<String> created = new ArrayList<>();

        JsonNode answer = JSON.readTree(CreatedRow.answerBatch(bytes("""
                        {"operations":[
                          {"key":"k1","method":"create","entity":"transactions","id":"a","fields":{"amount":"1.50"}},
                          {"fields":{"amount":"\u20ac 2"},"id":"b","entity":"transactions","method":"create","key":"k2"}]}"""), created::add));

        assertThat(created).containsExactly("a", "b");
        assertThat(answer.get("results")).hasSize(2);
        assertThat(answer.at("/results/1/key").asText()).isEqualTo("k2");
        assertThat(answer.at("/results/1/status").asInt()).isEqualTo(201);
        assertThat(answer.at("/results/1/body/id").asText()).isEqualTo("b");
        assertThat(answer.at("/results/1/body/amount").asText()).isEqualTo("\u20ac 2");
        assertThat(answer.at("/results/0/body/version").asInt()).isEqualTo(1);
    }

    @Test
    void an_operation_that_no_scenario_sends_is_refused() {
        byte[] delete = bytes("{\"operations\":[{\"key\":\"k\",\"method\":\"delete\",\"id\":\"a\"}]}");

        assertThatThrownBy(() -> CreatedRow.answerBatch(delete, id -> {}))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("delete");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
