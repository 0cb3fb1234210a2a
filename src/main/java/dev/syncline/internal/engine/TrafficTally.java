package dev.syncline.internal.engine;

import dev.syncline.backend.TrafficMeter;
import dev.syncline.progress.Traffic;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of each entity since they were last taken. A backend serves a call on the thread that makes it, so the thread tells which entity
 * the bytes are for; what belongs to no call about one, such as a probe, is not counted. Safe for any thread.
 */
final class TrafficTally implements TrafficMeter {
    private final ThreadLocal<@Nullable String> entity = new ThreadLocal<>();
    private final Map<String, Traffic> byEntity = new HashMap<>();

    /** Makes a call that is about an entity; one about several counts for the first of them. */
    <T> T during(String about, Supplier<T> call) {
        entity.set(about);
        try {
            return call.get();
        } finally {
            entity.remove();
        }
    }

    @Override
    public void exchanged(long sent, long received) {
        String about = entity.get();
        if (about != null) {
            synchronized (byEntity) {
                byEntity.merge(about, new Traffic(sent, received), Traffic::plus);
            }
        }
    }

    /** Gives what was counted, and begins anew. */
    Map<String, Traffic> take() {
        synchronized (byEntity) {
            Map<String, Traffic> taken = Map.copyOf(byEntity);
            byEntity.clear();
            return taken;
        }
    }
}
