package dev.syncline.internal.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which of two writes is the later one, however wrong a clock was. Defends G5. */
class WriteTimesTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    @ParameterizedTest(name = "edited {0}, changed {1}: local is later {2}")
    @CsvSource(
            nullValues = "-",
            value = {
                "PT-1H, PT-2H, true",
                "PT-2H, PT-1H, false",
                "PT-1H, PT-1H, false",
                "PT-1H, PT-1H1S, false",
                "PT-59M59.999S, PT-1H, true",
                "-, PT-1H, false",
                "PT-1H, -, false",
                "-, -, false",
                // Ahead, but not beyond belief.
                "PT24H, PT-1H, true",
                "PT-1H, PT24H, false",
                // No clock that is right tells such a time.
                "PT49H, PT-1H, false",
                "PT-1H, PT49H, true",
                "PT70000000H, PT69000000H, false",
                "PT-1H, PT70000000H, true",
                "PT-70000000H, PT-1H, false",
            })
    void the_later_write_is_the_one_that_can_be_true(
            @Nullable Duration edited, @Nullable Duration changed, boolean local) {
        WriteTimes times = new WriteTimes(
                edited == null ? null : NOW.plus(edited), changed == null ? null : NOW.plus(changed), NOW);
        assertThat(times.localIsLater()).isEqualTo(local);
    }
}
