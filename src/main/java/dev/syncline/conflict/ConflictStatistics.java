package dev.syncline.conflict;

import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Numbers over all stored conflicts. An immutable value.
 *
 * @param unresolved how many are open
 * @param autoResolved how many a rule settled
 * @param manuallyResolved how many a person settled
 * @param bySeverity how many of each severity, open or not; every constant is present
 * @param byType how many of each type, open or not; every constant is present
 * @param byEntity how many of each entity, open or not, sorted by name; entities without a conflict are absent
 * @param meanResolutionTime mean time from detection to resolution; null if none was resolved
 */
public record ConflictStatistics(
        long unresolved,
        long autoResolved,
        long manuallyResolved,
        Map<ConflictSeverity, Long> bySeverity,
        Map<ConflictType, Long> byType,
        Map<String, Long> byEntity,
        @Nullable Duration meanResolutionTime) {

    /**
     * Copies the counts and fills in absent constants with zero.
     *
     * @param unresolved as above; not negative
     * @param autoResolved as above; not negative
     * @param manuallyResolved as above; not negative
     * @param bySeverity as above; absent constants count zero
     * @param byType as above; absent constants count zero
     * @param byEntity as above
     * @param meanResolutionTime as above
     * @throws IllegalArgumentException if a count is negative, or a mean is given without a resolved conflict or the reverse
     */
    public ConflictStatistics {
        if (unresolved < 0 || autoResolved < 0 || manuallyResolved < 0) {
            throw new IllegalArgumentException("a count of conflicts is negative");
        }
        if ((meanResolutionTime == null) != (autoResolved + manuallyResolved == 0)) {
            throw new IllegalArgumentException("a mean resolution time exists exactly if a conflict was resolved");
        }
        bySeverity = complete(ConflictSeverity.class, bySeverity);
        byType = complete(ConflictType.class, byType);
        byEntity = Collections.unmodifiableMap(new TreeMap<>(byEntity));
    }

    /**
     * Counts given conflicts.
     *
     * @param conflicts open and resolved ones
     * @return their statistics
     */
    public static ConflictStatistics of(Collection<Conflict> conflicts) {
        long auto = conflicts.stream().filter(Conflict::wasAutoResolved).count();
        long manual = conflicts.stream().filter(Conflict::wasManuallyResolved).count();
        return new ConflictStatistics(
                conflicts.size() - auto - manual,
                auto,
                manual,
                count(conflicts, Conflict::severity),
                count(conflicts, Conflict::conflictType),
                count(conflicts, Conflict::entityType),
                meanTime(conflicts));
    }

    /**
     * Counts all.
     *
     * @return open and resolved conflicts
     */
    public long total() {
        return unresolved + resolved();
    }

    /**
     * Counts the settled ones.
     *
     * @return resolved conflicts, whoever settled them
     */
    public long resolved() {
        return autoResolved + manuallyResolved;
    }

    /**
     * Gives the share of conflicts that are settled.
     *
     * @return 0 to 1; 1 if there are no conflicts
     */
    public double resolutionRate() {
        return total() == 0 ? 1.0 : (double) resolved() / total();
    }

    /**
     * Gives the share of settled conflicts that needed no person.
     *
     * @return 0 to 1; 0 if none is settled
     */
    public double autoResolutionRate() {
        return resolved() == 0 ? 0.0 : (double) autoResolved / resolved();
    }

    private static <E extends Enum<E>> Map<E, Long> complete(Class<E> type, Map<E, Long> counts) {
        Map<E, Long> complete = new EnumMap<>(type);
        for (E constant : type.getEnumConstants()) {
            complete.put(constant, counts.getOrDefault(constant, 0L));
        }
        return Collections.unmodifiableMap(complete);
    }

    private static <K> Map<K, Long> count(Collection<Conflict> conflicts, Function<Conflict, K> key) {
        Map<K, Long> counts = new TreeMap<>();
        conflicts.forEach(conflict -> counts.merge(key.apply(conflict), 1L, Long::sum));
        return counts;
    }

    private static @Nullable Duration meanTime(Collection<Conflict> conflicts) {
        Duration sum = Duration.ZERO;
        long resolved = 0;
        for (Conflict conflict : conflicts) {
            if (conflict.resolvedAt() != null) {
                sum = sum.plus(Duration.between(conflict.detectedAt(), conflict.resolvedAt()));
                resolved++;
            }
        }
        return resolved == 0 ? null : sum.dividedBy(resolved);
    }
}
