package dev.syncline.internal.queue;

import dev.syncline.backend.ChangeKind;
import dev.syncline.exception.ConsistencyException;
import dev.syncline.internal.capture.PendingChange;
import dev.syncline.internal.capture.RowImage;
import dev.syncline.internal.queue.WaitingGraph.Node;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.record.RowIdentity;
import dev.syncline.internal.record.RowReferences.Referred;
import dev.syncline.internal.store.ConflictRepository;
import dev.syncline.internal.store.OperationRepository;
import dev.syncline.internal.store.RowStateRepository;
import dev.syncline.internal.store.RunRepository.Fault;
import dev.syncline.internal.store.Unit;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Finds unsent rows that wait for each other: new ones that refer to each other, or to themselves where the backend has yet to give
 * them an id, and deleted ones that referred to each other. Says what to leave out so that each can be sent, or that nothing can
 * be. Lives within one unit of work.
 */
final class ReferenceCycles {
    private static final int PAGE = 1000;
    /** More rows that wait are looked at in a later run, when these are gone. */
    private static final int LOOKED_AT = 20_000;

    private final Unit unit;
    private final Clock clock;
    private final WaitingGraph creates = new WaitingGraph();
    private final WaitingGraph deletes = new WaitingGraph();
    private int seen;

    ReferenceCycles(Unit unit, Clock clock) {
        this.unit = unit;
        this.clock = clock;
    }

    /**
     * Looks for them.
     *
     * @param tables the tables whose rows may refer to each other in a circle
     * @param omissions takes what to leave out
     * @return the circles that nothing can be left out of
     * @throws SQLException if a journal cannot be read
     */
    List<Fault> find(List<BoundTable> tables, Omissions omissions) throws SQLException {
        for (BoundTable table : tables) {
            look(table);
        }
        creates.dropBlocked();
        creates.breakUp(omissions);
        deletes.breakUp(omissions);
        deletes.cycles().forEach(cycle -> {
            Node first = cycle.get(0);
            omissions.sendAnyway(first.table(), first.rowId());
        });
        return creates.cycles().stream().map(this::fault).toList();
    }

    private void look(BoundTable table) throws SQLException {
        try (Dependencies dependencies = new Dependencies(unit, table, Omissions.none());
                RowStateRepository states = new RowStateRepository(unit.connection(), table.id())) {
            long after = 0;
            boolean more = true;
            while (more && seen < LOOKED_AT) {
                List<PendingChange> page = table.journal().pending(unit.connection(), after, PAGE, (key, why) -> {
                    // Its own claim reports it; what refers to it waits for more than a circle.
                });
                for (PendingChange change : page) {
                    after = change.seq();
                    Optional<RowIdentity> row = RowIdentity.of(table, change.key(), null);
                    if (row.isPresent() && !isBusy(table, row.get())) {
                        note(table, change, row.get(), states, dependencies);
                    }
                }
                more = page.size() == PAGE;
            }
        }
    }

    private boolean isBusy(BoundTable table, RowIdentity row) {
        return OperationRepository.find(unit.handle(), table.id(), row.rowId()).isPresent()
                || ConflictRepository.openOf(unit.handle(), table.id(), row.rowId())
                        .isPresent();
    }

    private void note(
            BoundTable table,
            PendingChange change,
            RowIdentity row,
            RowStateRepository states,
            Dependencies dependencies)
            throws SQLException {
        boolean known = states.find(row.compact()).isPresent();
        if (change.now() != null && !known) {
            seen++;
            noteCreate(table, change, row, dependencies);
        } else if (change.kind() == ChangeKind.DELETE && known && change.base() != null) {
            seen++;
            Node node = deletes.node(table, row.rowId());
            for (Referred reference : table.references().of(change.key(), change.base())) {
                Optional<String> target = rowId(reference);
                boolean itself = reference.parent() == table
                        && target.filter(row.rowId()::equals).isPresent();
                if (target.isPresent() && !itself) {
                    node.waitsFor(reference.column(), reference.parent(), target.get());
                }
            }
        }
    }

    private void noteCreate(BoundTable table, PendingChange change, RowIdentity row, Dependencies dependencies)
            throws SQLException {
        Node node = creates.node(table, row.rowId());
        RowImage now = Objects.requireNonNull(change.now());
        for (Referred reference : table.references().of(change.key(), now)) {
            Optional<String> target = rowId(reference);
            if (target.isPresent() && dependencies.isUnsent(reference.parent(), reference.value(), change.key())) {
                node.waitsFor(reference.column(), reference.parent(), target.get());
            }
        }
    }

    private static Optional<String> rowId(Referred reference) {
        return reference.parent().keys().encode(new Object[] {reference.value()});
    }

    private Fault fault(List<Node> cycle) {
        String way = cycle.stream().map(node -> node.table().spec().name()).collect(Collectors.joining(" → "));
        Node first = cycle.get(0);
        return new Fault(
                first.table().spec().entity(),
                first.rowId(),
                new ConsistencyException(
                        "new rows wait for each other and cannot be sent: " + way + " → "
                                + first.table().spec().name()
                                + ". They stay pending; let one of the columns through which they refer to each other be"
                                + " NULL, so that its row can be sent first, or delete one of them",
                        "REFERENCE_CYCLE",
                        cycle.stream().map(Node::rowId).toList(),
                        clock.instant(),
                        null));
    }
}
