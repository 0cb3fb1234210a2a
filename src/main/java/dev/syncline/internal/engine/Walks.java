package dev.syncline.internal.engine;

import dev.syncline.config.SyncConfig;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.store.CursorRepository;
import dev.syncline.internal.store.CursorRepository.PullCursor;
import dev.syncline.internal.store.DecisionRepository;
import dev.syncline.internal.store.HoldingRepository;
import dev.syncline.internal.store.RowStateRepository;
import dev.syncline.internal.store.StagedRecords;
import dev.syncline.internal.store.TombstoneRepository;
import dev.syncline.internal.store.TransactionManager;
import dev.syncline.internal.store.Unit;
import dev.syncline.internal.store.UnmetRecords;
import dev.syncline.internal.store.UnmetRows;
import dev.syncline.internal.store.WalkRepository;
import dev.syncline.internal.store.WalkRepository.Phase;
import dev.syncline.internal.store.WalkRepository.Walk;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the walks over whole tables: note what is known → read all pages → sweep what was not met. Every step is stored, so a walk
 * that was interrupted goes on. The first walk over an empty table has nothing to note, and marks no row.
 */
final class Walks {
    /** Rows noted or forgotten in one unit, so that no write of the host's waits long. */
    private static final int CHUNK = 10_000;

    private final SyncConfig config;
    private final TransactionManager transactions;
    private final CursorRepository cursors;
    private final WalkRepository walks;
    private final Duration told;
    private final Staging staging;
    /** When the cursors were stored, as far as the pull under way has read that. */
    private final Map<BoundTable, Instant> savedAt = new HashMap<>();

    Walks(SyncConfig config, TransactionManager transactions, Staging staging) {
        this.config = config;
        this.transactions = transactions;
        this.staging = staging;
        cursors = new CursorRepository(config.clock());
        walks = new WalkRepository(config.clock());
        told = config.backend().capabilities().tombstoneRetention();
    }

    /** Has the next pull read all of a table; one that is being read already is read on. */
    void want(BoundTable table) {
        transactions.perform(unit -> {
            boolean underWay = CursorRepository.find(unit.handle(), table.id()).walking()
                    && phase(unit, table).isReading();
            if (!underWay) {
                cursors.save(unit.handle(), table.id(), PullCursor.START);
            }
        });
    }

    /** Has the next pull read all of a table from the start, because the place it was read to means nothing any more. */
    void startOver(BoundTable table) {
        transactions.perform(unit -> {
            cursors.save(unit.handle(), table.id(), PullCursor.START);
            walks.begin(unit.handle(), table.id(), Phase.NOTING);
        });
    }

    /** Gives where the pull of a table goes on, after having begun a walk if one is due. */
    Entered enter(BoundTable table) {
        Entry entry = transactions.read(unit -> {
            PullCursor cursor = CursorRepository.find(unit.handle(), table.id());
            Walk walk = WalkRepository.find(unit.handle(), table.id()).orElse(null);
            boolean wanted = StagedRecords.isWanted(unit.handle(), table.id());
            boolean staged = StagedRecords.isUnderWay(unit.handle(), table.id());
            Instant at = CursorRepository.savedAt(unit.handle(), table.id()).orElse(null);
            return new Entry(
                    cursor,
                    wanted
                            ? WalkPlan.BEGIN
                            : WalkPlan.of(
                                    cursor,
                                    at,
                                    walk,
                                    config.options(),
                                    told,
                                    config.clock().instant()),
                    staged,
                    at);
        });
        if (entry.plan() != WalkPlan.BEGIN) {
            if (entry.savedAt() != null) {
                savedAt.put(table, entry.savedAt());
            }
            return new Entered(entry.cursor(), entry.staged());
        }
        boolean nothingKnown = transactions.write(unit -> begin(unit, table));
        if (!nothingKnown) {
            note(table);
            transactions.perform(unit -> WalkRepository.enter(unit.handle(), table.id(), Phase.READING));
        }
        savedAt.remove(table);
        return new Entered(PullCursor.START, staging.isUnderWay(table));
    }

    /**
     * Where a pull begins.
     *
     * @param cursor how far the table was read
     * @param staged whether what is read is kept back
     */
    record Entered(PullCursor cursor, boolean staged) {}

    /**
     * What a pull begins with.
     *
     * @param cursor how far the table was read
     * @param plan what is read
     * @param staged whether what is read is kept back
     * @param savedAt when the cursor was stored; null if it never was
     */
    private record Entry(
            PullCursor cursor,
            WalkPlan plan,
            boolean staged,
            @Nullable Instant savedAt) {}

    private boolean begin(Unit unit, BoundTable table) throws SQLException {
        boolean nothingKnown = RowStateRepository.isEmpty(unit.connection(), table.id())
                && UnmetRows.some(unit.connection(), table.id(), 1).isEmpty()
                && HoldingRepository.isEmpty(unit.handle(), table.id());
        cursors.save(unit.handle(), table.id(), PullCursor.START);
        walks.begin(unit.handle(), table.id(), nothingKnown ? Phase.READING : Phase.NOTING);
        staging.walkBegins(unit, table);
        return nothingKnown;
    }

    /** Notes what is known of a table, in place of what an earlier walk left. */
    void note(BoundTable table) {
        int forgotten;
        do {
            forgotten = transactions.write(unit -> UnmetRows.forget(unit.connection(), table.id(), CHUNK));
        } while (forgotten > 0);
        int noted;
        do {
            noted = transactions.write(unit -> UnmetRows.note(unit.connection(), table.id(), CHUNK));
        } while (noted > 0);
        do {
            noted = transactions.write(unit -> UnmetRecords.note(unit.handle(), table.id(), CHUNK));
        } while (noted > 0);
    }

    /**
     * Dates a cursor anew at which there was nothing new, once it has grown half as old as it may get; a quiet run else writes nothing.
     */
    void stillThere(BoundTable table, PullCursor cursor) {
        Instant half = config.clock().instant().minus(told.dividedBy(2));
        Instant known = savedAt.get(table);
        if (known == null || !half.isBefore(known)) {
            transactions.perform(unit -> cursors.save(unit.handle(), table.id(), cursor));
            savedAt.put(table, config.clock().instant());
        }
    }

    /**
     * Notes in the unit of a walk's last page that all pages are in. What was deleted before it began is not guarded against stale
     * pages any longer: a backup that was restored may bring it back under the version it had.
     */
    void allRead(Unit unit, BoundTable table) throws SQLException {
        WalkRepository.find(unit.handle(), table.id())
                .ifPresent(walk -> TombstoneRepository.confirmed(
                        unit.handle(), table.id(), walk.startedAt().toEpochMilli()));
        if (UnmetRows.some(unit.connection(), table.id(), 1).isEmpty()
                && UnmetRecords.some(unit.handle(), table.id(), 1).isEmpty()
                && !DecisionRepository.hasOpenWithoutBase(unit.handle(), table.id())) {
            walks.end(unit.handle(), table.id());
        } else {
            Phase now = phase(unit, table);
            WalkRepository.enter(
                    unit.handle(), table.id(), now == Phase.READING_AGAIN ? Phase.SWEEPING_SURELY : Phase.SWEEPING);
        }
    }

    /** Begins to read the pages a second time: what is met in neither reading is gone, however they shifted. */
    Entered enterAgain(BoundTable table) {
        return transactions.write(unit -> {
            cursors.save(unit.handle(), table.id(), PullCursor.START);
            walks.begin(unit.handle(), table.id(), Phase.READING_AGAIN);
            return new Entered(PullCursor.START, StagedRecords.isUnderWay(unit.handle(), table.id()));
        });
    }

    /** Gives what part of its walk a table is in. */
    Phase phase(BoundTable table) {
        return transactions.read(unit -> phase(unit, table));
    }

    private static Phase phase(Unit unit, BoundTable table) {
        Optional<Walk> walk = WalkRepository.find(unit.handle(), table.id());
        return walk.map(Walk::phase).orElse(Phase.DONE);
    }

    /** Ends a walk whose sweep is through. */
    void end(BoundTable table) {
        transactions.perform(unit -> end(unit, table));
    }

    /** Ends a walk in the unit that is the last of its sweep. */
    void end(Unit unit, BoundTable table) {
        walks.end(unit.handle(), table.id());
    }
}
