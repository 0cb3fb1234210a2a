package dev.syncline.backend.rest;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Times of rows are read to the nanosecond or not at all. Defends G5. */
class TimestampsTest {

    @ParameterizedTest
    @CsvSource({
        "2026-11-23T10:00:00Z, 2026-11-23T10:00:00Z",
        "2026-11-23T10:00:00.5Z, 2026-11-23T10:00:00.500Z",
        "2026-11-23T10:00:00.123456789Z, 2026-11-23T10:00:00.123456789Z",
        "2026-11-23T10:00:00+02:00, 2026-11-23T08:00:00Z",
        "2026-11-23T10:00:00.25-05:30, 2026-11-23T15:30:00.250Z",
        "2026-11-23T10:00Z, 2026-11-23T10:00:00Z",
        "2024-02-29T23:59:59Z, 2024-02-29T23:59:59Z",
        "0001-01-01T00:00:00Z, 0001-01-01T00:00:00Z"
    })
    void a_time_with_an_offset_is_read(String text, Instant time) {
        assertThat(Timestamps.parse(text)).isEqualTo(time);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "yesterday",
                "2026-11-23",
                "2026-11-23T10:00:00",
                "2024-02-30T00:00:00Z",
                "2026-13-01T00:00:00Z",
                "2026-11-23T24:00:01Z",
                "2026-11-23T10:60:00Z",
                "2026-11-23T10:00:61Z",
                "2026-11-23T10:00:00.1234567890Z",
                "2026-11-23T10:00:00,5Z",
                "2026-1a-23T10:00:00Z",
                "1764000000",
                "10000-01-01T00:00:00Z"
            })
    void anything_else_is_no_time(String text) {
        assertThat(Timestamps.parse(text)).isNull();
    }

    @Test
    void reading_by_hand_agrees_with_the_platform() {
        Random random = new Random(20261123);
        DateTimeFormatter micros =
                DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);
        for (int i = 0; i < 20_000; i++) {
            Instant time =
                    Instant.ofEpochSecond(random.nextLong(0, 253_402_300_800L), random.nextInt(1_000_000) * 1000L);
            assertThat(Timestamps.parse(micros.format(time))).isEqualTo(time);
            assertThat(Timestamps.parse(time.toString())).isEqualTo(time);
        }
    }
}
