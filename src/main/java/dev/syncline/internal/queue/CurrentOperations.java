package dev.syncline.internal.queue;

import dev.syncline.backend.ChangeKind;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.store.OperationRepository;
import dev.syncline.internal.store.SyncOperation;
import dev.syncline.internal.store.SyncOperation.Status;
import dev.syncline.internal.store.Unit;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Answered operations as they stand in the queue now; one that another answer took out is no more. Read together, and with them
 * which of their rows are as they were sent, except where the backend assigns ids: there an answer may give the rows of those
 * behind it other numbers. Lives within one unit of work.
 */
final class CurrentOperations {
    private final Unit unit;
    private final @Nullable Map<Long, SyncOperation> read;
    private final Set<Long> asSent;
    private final Set<Long> given = new HashSet<>();

    private CurrentOperations(Unit unit, @Nullable Map<Long, SyncOperation> read, Set<Long> asSent) {
        this.unit = unit;
        this.read = read;
        this.asSent = asSent;
    }

    static CurrentOperations of(Unit unit, BoundTable table, List<Answer> answers) throws SQLException {
        if (table.serverIds()) {
            return new CurrentOperations(unit, null, new HashSet<>());
        }
        List<SyncOperation> sent = new ArrayList<>(answers.size());
        for (Answer answer : answers) {
            sent.add(answer.operation());
        }
        Map<Long, SyncOperation> read = OperationRepository.current(unit.handle(), sent);
        return new CurrentOperations(unit, read, asSent(unit, table, read.values()));
    }

    /** A row that was frozen and has no base since is what was frozen: any edit would have given it one. */
    private static Set<Long> asSent(Unit unit, BoundTable table, Collection<SyncOperation> operations)
            throws SQLException {
        List<Long> ids = new ArrayList<>(operations.size());
        List<Object[]> keys = new ArrayList<>(operations.size());
        for (SyncOperation operation : operations) {
            if (operation.kind() != ChangeKind.DELETE) {
                ids.add(operation.id());
                keys.add(table.keys().decode(operation.rowId()).orElseThrow());
            }
        }
        Set<Integer> touched = table.journal().touched(unit.connection(), keys);
        Set<Long> asSent = new HashSet<>();
        for (int i = 0; i < ids.size(); i++) {
            if (!touched.contains(i)) {
                asSent.add(ids.get(i));
            }
        }
        return asSent;
    }

    /** The operation; empty if it has left the queue or was given before, since one answer takes it out. */
    Optional<SyncOperation> of(SyncOperation operation) {
        if (!given.add(operation.id())) {
            return Optional.empty();
        }
        Optional<SyncOperation> now = read == null
                ? OperationRepository.byId(unit.handle(), operation.id())
                : Optional.ofNullable(read.get(operation.id()));
        return now.filter(o -> o.status() == Status.PROCESSING);
    }

    /** Whether the operation's row is in the host's table exactly as it was sent. */
    boolean isAsSent(SyncOperation operation) {
        return asSent.contains(operation.id());
    }

    /** Notes that a row is about to be written: the host's own triggers may change any other in silence. */
    void writing() {
        asSent.clear();
    }
}
