package dev.syncline.internal.engine;

import dev.syncline.backend.EntitySummary;
import dev.syncline.backend.RecordDigest;
import dev.syncline.conflict.ConflictSeverity;
import dev.syncline.exception.SyncException;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.store.KnownRecords;
import dev.syncline.internal.store.RunRepository.Fault;
import dev.syncline.internal.store.TransactionManager;
import dev.syncline.internal.store.Unit;
import dev.syncline.progress.BackendComparison;
import dev.syncline.progress.ConsistencyIssue;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds what this file knows of each entity against the count and digest that the backend tells. Both move while they are asked for, so a
 * table differs only if a pull right after brings nothing and both sides say the same again.
 */
final class BackendComparer {
    private static final Logger log = LoggerFactory.getLogger(BackendComparer.class);
    /** A table that others write to all the time is left alone after so many looks. */
    private static final int LOOKS = 3;

    private final List<BoundTable> tables;
    private final TransactionManager transactions;
    private final ResilientBackend backend;
    private final Pull pull;

    BackendComparer(List<BoundTable> tables, TransactionManager transactions, ResilientBackend backend, Pull pull) {
        this.tables = tables;
        this.transactions = transactions;
        this.backend = backend;
        this.pull = pull;
    }

    /** Compares every table; a part of a run that has pulled. */
    BackendComparison compare(SyncRun run) {
        Set<String> compared = new HashSet<>();
        Set<String> leftOut = new HashSet<>();
        List<ConsistencyIssue> issues = new ArrayList<>();
        for (BoundTable table : tables) {
            run.cancellation().check();
            String entity = table.spec().entity();
            Standing standing = attempt(run, table);
            (standing.isKnown() ? compared : leftOut).add(entity);
            if (standing.difference() != null) {
                log.warn("Found BACKEND_DIFFERS {}: {}", entity, standing.difference());
                issues.add(new ConsistencyIssue(
                        ConsistencyIssue.Type.BACKEND_DIFFERS,
                        ConflictSeverity.HIGH,
                        entity,
                        null,
                        standing.difference(),
                        ConsistencyIssue.Outcome.LEFT));
            }
        }
        log.debug("Compared {} with the backend; left out: {}", compared, leftOut);
        return new BackendComparison(compared, leftOut, issues);
    }

    /**
     * What a look at a table found.
     *
     * @param isKnown whether both sides could be compared
     * @param difference what differs; null if nothing does
     */
    private record Standing(boolean isKnown, @Nullable String difference) {
        static final Standing UNTOLD = new Standing(false, null);
        static final Standing SAME = new Standing(true, null);
    }

    /** A table of which no figures are had keeps nothing else from being compared, and the run from its end. */
    private Standing attempt(SyncRun run, BoundTable table) {
        try {
            return standing(run, table);
        } catch (SyncException failure) {
            if (RunFailures.endsTheRun(failure)) {
                throw failure;
            }
            log.warn("Could not compare {} with the backend", table.spec().entity(), failure);
            run.noteFault(new Fault(table.spec().entity(), null, failure));
            return Standing.UNTOLD;
        }
    }

    private Standing standing(SyncRun run, BoundTable table) {
        for (int look = 0; look < LOOKS; look++) {
            Optional<EntitySummary> there = ask(run, table);
            Optional<EntitySummary> here = known(table);
            if (there.isEmpty() || here.isEmpty()) {
                return Standing.UNTOLD;
            }
            String difference = difference(here.get(), there.get());
            if (difference == null) {
                return Standing.SAME;
            }
            if (!pull.readAgain(run, table)) {
                return Standing.UNTOLD;
            }
            if (known(table).equals(here) && ask(run, table).equals(there)) {
                return new Standing(true, difference);
            }
        }
        return Standing.UNTOLD;
    }

    private Optional<EntitySummary> ask(SyncRun run, BoundTable table) {
        return backend.summarize(table.spec().entity(), run.cancellation());
    }

    private static @Nullable String difference(EntitySummary here, EntitySummary there) {
        String cure = "; synchronize(SyncMode.FULL) reads the table again";
        if (here.count() != there.count()) {
            return "the backend has " + there.count() + " records, " + here.count() + " of them are known here" + cure;
        }
        boolean sameVersions =
                here.digest() == null || there.digest() == null || here.digest().equals(there.digest());
        return sameVersions
                ? null
                : "the backend has as many records as are known here, but other versions of them" + cure;
    }

    /** What the backend has as far as this file knows; empty while that is not settled. */
    private Optional<EntitySummary> known(BoundTable table) {
        return transactions.read(unit -> KnownRecords.areSettled(unit.handle(), table.id())
                ? Optional.of(summary(unit, table))
                : Optional.<EntitySummary>empty());
    }

    private static EntitySummary summary(Unit unit, BoundTable table) throws SQLException {
        Tally tally = new Tally();
        KnownRecords.each(unit.connection(), table.id(), (key, remoteId, version) -> {
            tally.count++;
            if (version == null) {
                tally.versioned = false;
            } else {
                String id = Objects.requireNonNullElseGet(
                        remoteId, () -> table.keys().expand(key));
                tally.digest.add(id, version);
            }
        });
        return new EntitySummary(tally.count, tally.versioned ? tally.digest.value() : null);
    }

    /** What is counted so far. */
    private static final class Tally {
        private final RecordDigest digest = new RecordDigest();
        private long count;
        private boolean versioned = true;
    }
}
