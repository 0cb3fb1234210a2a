package dev.syncline.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Defends no promise of the library; defends that the figures are what was measured. */
class ResultsTest {

    private final Results results = new Results(Scenario.DELTA, 10_000);

    ResultsTest() {
        add(30, 20, 40);
        add(30, 10, 30);
        add(60, 40, 44);
    }

    @Test
    void a_ratio_is_taken_within_each_repetition_before_the_median() {
        assertThat(results.ratioToLt(Client.SYNCLINE).orElseThrow()).isEqualTo(2.0, within(1e-9));
        assertThat(results.median(Client.SYNCLINE, Measurement::millis)).isEqualTo(40);
        assertThat(results.ratioToLt(Client.LT)).isEmpty();
    }

    @Test
    void the_json_holds_an_entry_for_each_client_with_every_figure() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ResultsJson.write(List.of(results), 3, Instant.parse("2026-11-23T00:00:00Z"), bytes);
        JsonNode json = new ObjectMapper().readTree(bytes.toByteArray());

        assertThat(json.get("measuredAt").asText()).isEqualTo("2026-11-23T00:00:00Z");
        assertThat(json.get("results")).hasSize(3);
        JsonNode syncline = json.at("/results/2");
        assertThat(syncline.get("scenario").asText()).isEqualTo("delta");
        assertThat(syncline.get("size").asInt()).isEqualTo(10_000);
        assertThat(syncline.get("client").asText()).isEqualTo("Syncline");
        assertThat(syncline.get("milliseconds").asDouble()).isEqualTo(40);
        assertThat(syncline.get("ratioToLt").asDouble()).isEqualTo(2);
        assertThat(syncline.get("cpuMilliseconds").asDouble()).isEqualTo(80);
        assertThat(syncline.get("peakMegabytes").asDouble()).isEqualTo(100);
        assertThat(syncline.get("allMilliseconds")).hasSize(3);
    }

    @Test
    void the_table_has_a_line_for_each_scenario() {
        assertThat(ResultTable.of(List.of(results)).lines())
                .anySatisfy(line -> assertThat(line)
                        .startsWith("| pull 1000 changes | 10000 | 30.0 | 20.0 | 40.0 | 1.50 | **2.00** |"));
    }

    @Test
    void a_measurement_survives_its_way_from_the_measured_process() {
        Measurement measured = new Measurement(1234.5678, 0.25, 99.5);

        assertThat(Measurement.ofLine(measured.line())).isEqualTo(measured);
        assertThatThrownBy(() -> Measurement.ofLine("Exception in thread main"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Exception in thread main");
    }

    @Test
    void a_table_smaller_than_what_is_changed_in_it_is_refused() {
        assertThatThrownBy(() -> BenchOptions.of("--sizes", "500", "--scenarios", "delta"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("500");
        assertThat(BenchOptions.of("--quick").sizes()).containsExactly(10_000);
        assertThat(BenchOptions.of("--reps", "5", "--scenarios", "push-1000").scenarios())
                .containsExactly(Scenario.PUSH_1000);
    }

    private void add(double l, double lt, double syncline) {
        results.add(Map.of(
                Client.L, new Measurement(l, 2 * l, 100),
                Client.LT, new Measurement(lt, 2 * lt, 100),
                Client.SYNCLINE, new Measurement(syncline, 2 * syncline, 100)));
    }
}
