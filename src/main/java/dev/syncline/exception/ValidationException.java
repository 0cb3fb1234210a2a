package dev.syncline.exception;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * A record breaks a rule, ours or the backend's (422, or 400 with field errors). Not retryable; the operation waits for the
 * record to be mended. The message names the fields; rules and fixes, which a backend words freely, are in {@link #faults()}.
 */
public final class ValidationException extends SyncException {

    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // List.copyOf, which is serializable
    private final List<FieldFault> faults;

    /**
     * Describes a refused record.
     *
     * @param message what was refused and by whom, without record values; the field names are appended
     * @param faults what is wrong, all of it at once; empty if the backend named no field
     * @param at when, by the configured clock
     * @param cause what the adapter caught; null if nothing
     */
    public ValidationException(String message, List<FieldFault> faults, Instant at, @Nullable Throwable cause) {
        this(message, faults, at, cause, Map.of());
    }

    /**
     * Describes a refused record, with context.
     *
     * @param message what was refused and by whom, without record values; the field names are appended
     * @param faults what is wrong, all of it at once; empty if the backend named no field
     * @param at when, by the configured clock
     * @param cause what the adapter caught; null if nothing
     * @param context where it happened, for logs
     */
    public ValidationException(
            String message,
            List<FieldFault> faults,
            Instant at,
            @Nullable Throwable cause,
            Map<String, String> context) {
        super(
                naming(message, faults),
                at,
                cause,
                new Facts()
                        .with("fields", faults.isEmpty() ? null : fields(faults))
                        .and(context));
        this.faults = List.copyOf(faults);
    }

    /**
     * Tells what is wrong.
     *
     * @return field, rule and fix of each fault, unmodifiable; empty if the backend named no field
     */
    public List<FieldFault> faults() {
        return faults;
    }

    @Override
    public boolean isRetryable() {
        return false;
    }

    @Override
    Level level() {
        return Level.WARN;
    }

    private static String naming(String message, List<FieldFault> faults) {
        return faults.isEmpty() ? message : message + " [" + fields(faults) + "]";
    }

    private static String fields(List<FieldFault> faults) {
        return faults.stream().map(FieldFault::field).distinct().collect(Collectors.joining(", "));
    }
}
