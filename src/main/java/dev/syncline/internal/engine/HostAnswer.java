package dev.syncline.internal.engine;

import dev.syncline.conflict.Conflict;
import dev.syncline.conflict.Decision;
import dev.syncline.internal.json.JsonValue;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the host's rules made of one conflict.
 *
 * @param seen the conflict as they saw it
 * @param columns the columns that rules of their own joined, with values in the form that hosts see
 * @param rest what the rule for the whole conflict decided; null if there is none or it defers
 */
record HostAnswer(
        Conflict seen,
        Map<String, @Nullable Object> columns,
        @Nullable Decision rest) {
    HostAnswer {
        columns = JsonValue.copyOf(columns);
    }

    /** Whether anything was decided. */
    boolean decides() {
        return rest != null || !columns.isEmpty();
    }
}
