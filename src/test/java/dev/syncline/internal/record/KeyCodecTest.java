package dev.syncline.internal.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.internal.capture.Affinity;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ids from a server of any kind have a short form or none, and never break a page. Defends G12 and G13. */
class KeyCodecTest {
    private final KeyCodec integers = new KeyCodec(List.of(Affinity.INTEGER));

    @ParameterizedTest
    @ValueSource(strings = {"9999999999999999999", "-9999999999999999999", "007", "x", ""})
    void an_id_that_is_no_number_of_64_bits_stays_text(String id) {
        assertThat(integers.compact(id)).isEqualTo(id);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, 7, Long.MAX_VALUE, Long.MIN_VALUE})
    void a_number_of_64_bits_is_compact(long id) {
        assertThat(integers.compact(Long.toString(id))).isEqualTo(id);
    }

    @Test
    void digits_in_a_text_key_stay_text() {
        assertThat(new KeyCodec(List.of(Affinity.TEXT)).compact("7")).isEqualTo("7");
    }
}
