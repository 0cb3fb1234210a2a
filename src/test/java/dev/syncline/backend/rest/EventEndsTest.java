package dev.syncline.backend.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which lines of a stream make an event (HTML 9.2.6). Defends G9 (bounded). */
class EventEndsTest {

    @ParameterizedTest(name = "{0} → {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "data: x\\n\\n | 1",
                "data:x\\r\\n\\r\\n | 1",
                "data: x\\r\\r | 1",
                "data\\n\\n | 1",
                "data:\\n\\n | 1",
                "id: 7\\nevent: changed\\ndata: x\\ndata: y\\n\\n | 1",
                "data: x\\n\\ndata: y\\n\\n | 2",
                "data: x\\n\\n\\n\\n | 1",
                "data: x\\n | 0",
                "data: x | 0",
                ": sign of life\\n\\n | 0",
                "id: 7\\n\\n | 0",
                "retry: 0\\n\\n | 0",
                "database: x\\n\\n | 0",
                "dat: x\\n\\n | 0",
                "xdata: x\\n\\n | 0",
                "data x\\n\\n | 0",
                "id: 7\\n\\ndata: x\\n\\n | 1",
                "data: x\\nid: 7\\n\\n: y\\n\\n | 1",
            })
    void an_event_is_an_empty_line_behind_data(String stream, int events) {
        EventEnds ends = new EventEnds();
        int found = 0;
        for (byte next : stream.replace("\\n", "\n").replace("\\r", "\r").getBytes(StandardCharsets.UTF_8)) {
            found += ends.isEnd(next) ? 1 : 0;
        }
        assertThat(found).isEqualTo(events);
    }
}
