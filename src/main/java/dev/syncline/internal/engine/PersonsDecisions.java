package dev.syncline.internal.engine;

import dev.syncline.config.RecordValidator;
import dev.syncline.conflict.Conflict;
import dev.syncline.conflict.Decision;
import dev.syncline.exception.FieldFault;
import dev.syncline.exception.ValidationException;
import dev.syncline.internal.engine.InboxDecisions.Rehearsed;
import dev.syncline.internal.queue.RowToCheck;
import dev.syncline.internal.record.ApplyContext;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.store.TransactionManager;
import java.util.List;
import java.util.Optional;

/**
 * A person's decisions: what they would send is put to the table's validator first, outside of transactions, and carried out only if the
 * conflict is still as it was then. Safe for any thread.
 */
final class PersonsDecisions {
    private static final int TRIES = 5;

    private final List<BoundTable> tables;
    private final TransactionManager transactions;
    private final InboxDecisions decisions;

    PersonsDecisions(List<BoundTable> tables, TransactionManager transactions, InboxDecisions decisions) {
        this.tables = tables;
        this.transactions = transactions;
        this.decisions = decisions;
    }

    /** Shows what a decision would make of a row; empty if no conflict of this id is open. */
    Optional<Rehearsed> preview(String id, Decision decision, ApplyContext context) {
        Optional<Rehearsed> shown = decisions.rehearse(id, decision, context);
        if (shown.isPresent()) {
            Optional<BoundTable> strict = strictTable(id);
            if (strict.isPresent()) {
                check(strict.get(), shown.get(), context);
            }
        }
        return shown;
    }

    /** Carries a decision out; empty if no conflict of this id is open. */
    Optional<Conflict> resolve(String id, Decision decision, ApplyContext context) {
        Optional<BoundTable> strict = strictTable(id);
        if (strict.isEmpty()) {
            return decisions.resolve(id, decision, any -> true, context);
        }
        for (int tries = 0; tries < TRIES; tries++) {
            Optional<Rehearsed> made = decisions.rehearse(id, decision, context);
            if (made.isEmpty()) {
                return Optional.empty();
            }
            check(strict.get(), made.get(), context);
            Optional<Conflict> resolved =
                    decisions.resolve(id, decision, made.get().seen()::equals, context);
            if (resolved.isPresent()) {
                return resolved;
            }
        }
        throw new IllegalStateException(
                "conflict " + id
                        + " changed each time that its outcome was looked at; it stays open. Decide again when its row is at rest");
    }

    private Optional<BoundTable> strictTable(String id) {
        boolean none = tables.stream().allMatch(table -> table.spec().validator() == RecordValidator.NONE);
        return none
                ? Optional.empty()
                : decisions.tableOf(id).filter(table -> table.spec().validator() != RecordValidator.NONE);
    }

    private void check(BoundTable table, Rehearsed made, ApplyContext context) {
        if (made.toSend() == null) {
            return;
        }
        String rowId = made.resolved().entityId();
        List<FieldFault> faults = RowChecks.ask(
                table,
                rowId,
                new RowToCheck(
                        table,
                        tables,
                        rowId,
                        made.toSend(),
                        transactions,
                        context.clock().instant()));
        if (!faults.isEmpty()) {
            throw new ValidationException(
                    "conflict " + made.seen().id() + " of " + table.spec().entity()
                            + " cannot be settled like this, since the row would break a rule of the host's; it stays open."
                            + " Decide in another way, or correct the row first",
                    faults,
                    context.clock().instant(),
                    null);
        }
    }
}
