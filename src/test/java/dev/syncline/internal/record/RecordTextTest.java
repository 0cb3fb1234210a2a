package dev.syncline.internal.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.syncline.backend.RemoteRecord;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Records put aside as text. Defends G6: what waits comes back exactly as the backend sent it. */
class RecordTextTest {

    @Test
    void a_record_comes_back_with_every_digit_and_letter() {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("null", null);
        fields.put("long", Long.MIN_VALUE);
        fields.put("big", new BigInteger("99999999999999999999"));
        fields.put("decimal", new BigDecimal("1.500"));
        fields.put("text", "'; DROP TABLE \u0000\ud83d\ude80");
        fields.put("half a character", "\ud800");
        fields.put("tree", Map.of("list", Arrays.asList(true, null, Map.of())));
        RemoteRecord record =
                new RemoteRecord("id,1", "v\"7", false, fields, Instant.parse("2026-03-01T10:00:00.123456789Z"));
        assertThat(RecordText.read(RecordText.write(record))).isEqualTo(record);
    }

    @Test
    void a_tombstone_comes_back_as_one() {
        for (RemoteRecord gone :
                new RemoteRecord[] {RemoteRecord.tombstone("x", null), RemoteRecord.tombstone("", "7")}) {
            assertThat(RecordText.read(RecordText.write(gone))).isEqualTo(gone);
        }
    }

    @Test
    void text_that_somebody_else_wrote_is_named_as_the_cause() {
        for (String text : new String[] {"null", "{}", "{\"id\":\"x\"}"}) {
            assertThatIllegalStateException()
                    .isThrownBy(() -> RecordText.read(text))
                    .withMessageContaining("changed by hand");
        }
    }
}
