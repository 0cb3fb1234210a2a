package dev.syncline.internal.engine;

import dev.syncline.config.SyncConfig;
import dev.syncline.exception.StorageException;
import dev.syncline.internal.capture.JournalRows;
import dev.syncline.internal.queue.WrittenRows;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.record.IdMappingService;
import dev.syncline.internal.store.SqliteErrors;
import dev.syncline.internal.store.TogetherRepository;
import dev.syncline.internal.store.TogetherRepository.Member;
import dev.syncline.internal.store.Unit;
import dev.syncline.progress.TransactionManager;
import dev.syncline.progress.WriteUnit;
import dev.syncline.progress.WriteUnit.Delivery;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Units of the host's: writes them, and notes which rows travel together because of that. Safe for any thread. */
final class HostTransactions implements TransactionManager {
    private final dev.syncline.internal.store.TransactionManager transactions;
    private final List<BoundTable> tables;
    private final int most;
    private final Clock clock;
    private final Runnable hint;
    /** Whose work runs now; set behind the lock of the units that write. */
    private volatile @Nullable Thread writer;

    /**
     * Makes units.
     *
     * @param config tells how many changes the backend applies together, and the time
     * @param transactions the file
     * @param tables the synced tables
     * @param hint told after a unit that has to be sent
     */
    HostTransactions(
            SyncConfig config,
            dev.syncline.internal.store.TransactionManager transactions,
            List<BoundTable> tables,
            Runnable hint) {
        this.transactions = transactions;
        this.tables = tables;
        most = config.backend().capabilities().atomicBatch();
        clock = config.clock();
        this.hint = hint;
    }

    @Override
    public WriteUnit write(Work work) {
        if (Thread.currentThread().equals(writer)) {
            transactions.perform(unit -> within(unit, work));
            return new WriteUnit(0, Delivery.WITH_OUTER);
        }
        WriteUnit written = transactions.writeDurably(unit -> {
            writer = Thread.currentThread();
            try (WrittenRows rows = new WrittenRows(unit, tables)) {
                work.run(unit.connection());
                return note(unit, rows.pending());
            } finally {
                writer = null;
            }
        });
        if (written.changes() > 0) {
            hint.run();
        }
        return written;
    }

    /** The unit around decides what becomes of itself, so its work has to be told what failed as any caller is. */
    private void within(Unit unit, Work work) {
        try {
            work.run(unit.connection());
        } catch (SQLException e) {
            throw new StorageException(
                    "the database refused a unit within another one, nothing of the inner one is stored: "
                            + e.getMessage(),
                    SqliteErrors.isBusy(e),
                    clock.instant(),
                    e);
        }
    }

    private WriteUnit note(Unit unit, Map<BoundTable, Set<String>> rows) throws SQLException {
        Map<String, Member> members = new LinkedHashMap<>();
        rows.forEach((table, rowIds) -> rowIds.forEach(rowId -> {
            Member member = new Member(table.id(), rowId, null);
            members.put(member.name(), member);
        }));
        int changes = members.size();
        if (changes < 2) {
            return new WriteUnit(changes, changes == 0 ? Delivery.NOTHING : Delivery.TOGETHER);
        }
        List<Long> joined = most > 1 ? join(unit, members) : List.of();
        if (members.size() > most || waitsForIds(unit, rows)) {
            return new WriteUnit(changes, Delivery.IN_ORDER);
        }
        long number = TogetherRepository.units(unit.handle()).keySet().stream()
                        .mapToLong(Long::longValue)
                        .max()
                        .orElse(0)
                + 1;
        joined.forEach(old -> TogetherRepository.remove(unit.handle(), old));
        TogetherRepository.put(unit.handle(), number, members.values());
        return new WriteUnit(changes, Delivery.TOGETHER);
    }

    /** A row that waits for its unit brings the others of that unit along. */
    private List<Long> join(Unit unit, Map<String, Member> members) throws SQLException {
        List<Long> joined = new ArrayList<>();
        for (Map.Entry<Long, List<Member>> other :
                TogetherRepository.units(unit.handle()).entrySet()) {
            boolean waits = other.getValue().stream().allMatch(member -> member.operation() == null);
            if (waits && other.getValue().stream().anyMatch(member -> members.containsKey(member.name()))) {
                joined.add(other.getKey());
                for (Member member : other.getValue()) {
                    if (isPending(unit, member)) {
                        members.put(member.name(), member);
                    }
                }
            }
        }
        return joined;
    }

    private boolean isPending(Unit unit, Member member) throws SQLException {
        for (BoundTable table : tables) {
            if (table.id() == member.table()) {
                try (JournalRows journal = table.journal().rows(unit.connection())) {
                    return journal.isPending(table.keys().decode(member.rowId()).orElseThrow());
                }
            }
        }
        return true;
    }

    /** A row without an id at the backend cannot be named in the batch that makes it. */
    private static boolean waitsForIds(Unit unit, Map<BoundTable, Set<String>> rows) throws SQLException {
        try (IdMappingService ids = new IdMappingService(unit.connection())) {
            for (Map.Entry<BoundTable, Set<String>> part : rows.entrySet()) {
                if (part.getKey().serverIds()) {
                    for (String rowId : part.getValue()) {
                        if (ids.remoteId(part.getKey(), rowId).isEmpty()) {
                            return true;
                        }
                    }
                }
            }
        }
        return false;
    }
}
