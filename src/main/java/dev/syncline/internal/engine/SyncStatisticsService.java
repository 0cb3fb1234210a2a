package dev.syncline.internal.engine;

import dev.syncline.config.SyncConfig;
import dev.syncline.internal.json.Json;
import dev.syncline.internal.store.MetadataRepository;
import dev.syncline.internal.store.ScheduleRepository;
import dev.syncline.internal.store.StatisticsRepository;
import dev.syncline.internal.store.TransactionManager;
import dev.syncline.internal.store.Unit;
import dev.syncline.progress.EntitySyncStats;
import dev.syncline.progress.SyncMode;
import dev.syncline.progress.SyncResult;
import dev.syncline.progress.SyncStatistics;
import dev.syncline.progress.Traffic;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sums over runs, stored with the end of each run that writes anyway. A quiet run writes nothing: it is kept in memory until the next
 * one that does, or the close. Safe for any thread.
 */
final class SyncStatisticsService {
    private static final Logger log = LoggerFactory.getLogger(SyncStatisticsService.class);
    private static final String KEY = "statistics";

    private final TransactionManager transactions;
    private final MetadataRepository metadata;
    private final TrafficTally traffic;
    private Totals unsaved = Totals.NONE;

    SyncStatisticsService(SyncConfig config, TransactionManager transactions, TrafficTally traffic) {
        this.traffic = traffic;
        this.transactions = transactions;
        metadata = new MetadataRepository(config.clock());
    }

    /** A run has ended. */
    synchronized void note(SyncResult result) {
        unsaved = unsaved.plus(Totals.of(result, traffic.take()));
    }

    /** Stores what is not stored yet in a unit that writes anyway; {@link #stored} is told when that unit is committed. */
    synchronized Totals store(Unit unit) {
        Totals sum = read(unit).plus(unsaved);
        metadata.put(unit.handle(), KEY, sum.toJson());
        StatisticsRepository.add(unit.handle(), unsaved.byEntity().values());
        log.debug("The statistics of {} runs are stored", sum.successful() + sum.failed());
        return unsaved;
    }

    synchronized void stored(Totals saved) {
        // One thread stores at a time, that of the runs or, at the end, the one that closes.
        if (unsaved.equals(saved)) {
            unsaved = Totals.NONE;
        }
    }

    /** What quiet runs have left; a file that cannot be written now only costs their numbers. */
    void storeRest() {
        try {
            if (!unsaved().equals(Totals.NONE)) {
                stored(transactions.write(this::store));
            }
        } catch (RuntimeException e) {
            log.info("The statistics of the last quiet runs could not be stored", e);
        }
    }

    private synchronized Totals unsaved() {
        return unsaved;
    }

    /** The monitor is never held while a lock of the database is asked for. */
    SyncStatistics get() {
        return transactions.read(unit -> {
            Totals rest = unsaved();
            Totals sum = read(unit).plus(rest);
            Map<String, EntitySyncStats> byEntity = StatisticsRepository.read(unit.handle());
            rest.byEntity().forEach((entity, part) -> byEntity.merge(entity, part, EntitySyncStats::plus));
            Instant next = ScheduleRepository.list(unit.handle()).stream()
                    .map(plan -> Instant.ofEpochMilli(plan.dueAt()))
                    .findFirst()
                    .orElse(null);
            return new SyncStatistics(
                    sum.successful(),
                    sum.failed(),
                    Duration.ofMillis(sum.millis()),
                    sum.operations(),
                    sum.detected(),
                    sum.resolved(),
                    instant(sum.lastSync()),
                    instant(sum.lastFull()),
                    next,
                    byEntity,
                    sum.traffic());
        });
    }

    void reset() {
        transactions.perform(unit -> {
            MetadataRepository.remove(unit.handle(), KEY);
            StatisticsRepository.clear(unit.handle());
        });
        stored(unsaved());
        log.warn("The statistics were reset; cursors and data stay");
    }

    private static @Nullable Instant instant(long millis) {
        return millis == 0 ? null : Instant.ofEpochMilli(millis);
    }

    private static Totals read(Unit unit) {
        return MetadataRepository.get(unit.handle(), KEY).map(Totals::fromJson).orElse(Totals.NONE);
    }

    /** The sums; times in ms, 0 for never. */
    record Totals(
            long successful,
            long failed,
            long millis,
            long operations,
            long detected,
            long resolved,
            long lastSync,
            long lastFull,
            Map<String, EntitySyncStats> byEntity,
            Map<String, Traffic> traffic) {
        static final Totals NONE = new Totals(0, 0, 0, 0, 0, 0, 0, 0, Map.of(), Map.of());

        static Totals of(SyncResult result, Map<String, Traffic> traffic) {
            boolean success = result.success();
            long ended = result.endedAt().toEpochMilli();
            return new Totals(
                    success ? 1 : 0,
                    success ? 0 : 1,
                    Math.max(0, result.duration().toMillis()),
                    result.total(),
                    result.conflictsDetected(),
                    result.conflictsResolved(),
                    success ? ended : 0,
                    success && result.mode() == SyncMode.FULL ? ended : 0,
                    result.byEntity(),
                    traffic);
        }

        Totals plus(Totals other) {
            Map<String, EntitySyncStats> sum = new LinkedHashMap<>(byEntity);
            other.byEntity.forEach((entity, part) -> sum.merge(entity, part, EntitySyncStats::plus));
            Map<String, Traffic> bytes = new LinkedHashMap<>(traffic);
            other.traffic.forEach((entity, part) -> bytes.merge(entity, part, Traffic::plus));
            return new Totals(
                    successful + other.successful,
                    failed + other.failed,
                    millis + other.millis,
                    operations + other.operations,
                    detected + other.detected,
                    resolved + other.resolved,
                    Math.max(lastSync, other.lastSync),
                    Math.max(lastFull, other.lastFull),
                    sum,
                    bytes);
        }

        String toJson() {
            Map<String, @Nullable Object> fields = new LinkedHashMap<>();
            fields.put("successful", successful);
            fields.put("failed", failed);
            fields.put("millis", millis);
            fields.put("operations", operations);
            fields.put("detected", detected);
            fields.put("resolved", resolved);
            fields.put("lastSync", lastSync);
            fields.put("lastFull", lastFull);
            Map<String, @Nullable Object> bytes = new LinkedHashMap<>();
            traffic.forEach((entity, part) -> bytes.put(entity, List.of(part.sent(), part.received())));
            fields.put("bytes", bytes);
            return Json.write(fields);
        }

        static Totals fromJson(String text) {
            Map<?, ?> fields = Json.parse(text) instanceof Map<?, ?> known ? known : Map.of();
            return new Totals(
                    number(fields, "successful"),
                    number(fields, "failed"),
                    number(fields, "millis"),
                    number(fields, "operations"),
                    number(fields, "detected"),
                    number(fields, "resolved"),
                    number(fields, "lastSync"),
                    number(fields, "lastFull"),
                    Map.of(),
                    bytes(fields.get("bytes")));
        }

        private static Map<String, Traffic> bytes(@Nullable Object stored) {
            Map<String, Traffic> bytes = new LinkedHashMap<>();
            if (stored instanceof Map<?, ?> byEntity) {
                byEntity.forEach((entity, part) -> {
                    if (entity instanceof String name
                            && part instanceof List<?> both
                            && both.size() == 2
                            && both.get(0) instanceof Number sent
                            && both.get(1) instanceof Number received) {
                        bytes.put(name, new Traffic(sent.longValue(), received.longValue()));
                    }
                });
            }
            return bytes;
        }

        private static long number(Map<?, ?> fields, String name) {
            return fields.get(name) instanceof Number number ? number.longValue() : 0;
        }
    }
}
