package dev.syncline.internal.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.backend.RemoteRecord;
import dev.syncline.internal.json.Json;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Our own write is known again by what it holds, in whatever form the backend gives it. Defends G2. */
class SentFieldsTest {

    @SuppressWarnings("unchecked") // the texts below are objects
    private static boolean held(String record, @Nullable String sent) {
        Map<String, @Nullable Object> fields = (Map<String, @Nullable Object>) Json.parse(record);
        return SentFields.areHeldBy(new RemoteRecord("1", "1", false, fields, null), sent);
    }

    @Test
    void numbers_are_compared_by_value_and_members_in_any_order() {
        assertThat(held(
                        "{\"height\":2,\"tags\":{\"b\":1.50,\"a\":1}}",
                        "{\"tags\":{\"a\":1.0,\"b\":1.5},\"height\":2.0}"))
                .isTrue();
        assertThat(held("{\"height\":2.01}", "{\"height\":2.0}")).isFalse();
        assertThat(held("{\"height\":\"2\"}", "{\"height\":2}")).isFalse();
    }

    @Test
    void what_the_backend_adds_does_no_harm_and_what_it_lacks_does() {
        assertThat(held("{\"name\":\"x\",\"total\":3}", "{\"name\":\"x\"}")).isTrue();
        assertThat(held("{\"total\":3}", "{\"name\":\"x\"}")).isFalse();
        assertThat(held("{\"total\":3}", "{\"name\":null}")).isFalse();
        assertThat(held("{}", null)).isFalse();
        assertThat(SentFields.areHeldBy(RemoteRecord.tombstone("1", "2"), "{}")).isFalse();
    }
}
