package dev.syncline.internal.queue;

import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.store.OperationRepository;
import dev.syncline.internal.store.SyncOperation;
import dev.syncline.internal.store.SyncOperation.Status;
import dev.syncline.internal.store.Unit;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Answered operations as they stand in the queue now; one that another answer took out is no more. Read together, except where the
 * backend assigns ids: there an answer may give the rows of those behind it other numbers. Lives within one unit of work.
 */
final class CurrentOperations {
    private final Unit unit;
    private final @Nullable Map<Long, SyncOperation> read;
    private final Set<Long> given = new HashSet<>();

    private CurrentOperations(Unit unit, @Nullable Map<Long, SyncOperation> read) {
        this.unit = unit;
        this.read = read;
    }

    static CurrentOperations of(Unit unit, BoundTable table, List<Answer> answers) throws SQLException {
        if (table.serverIds()) {
            return new CurrentOperations(unit, null);
        }
        List<SyncOperation> sent = new ArrayList<>(answers.size());
        for (Answer answer : answers) {
            sent.add(answer.operation());
        }
        return new CurrentOperations(unit, OperationRepository.current(unit.handle(), sent));
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
}
