package dev.syncline.internal.engine;

import dev.syncline.internal.capture.Identifiers;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.store.TransactionManager;
import dev.syncline.table.RowMapping;
import dev.syncline.table.TableRepositories;
import dev.syncline.table.TableRepository;
import java.util.List;
import java.util.function.Supplier;

/**
 * Typed access to the tables of one file. Safe for any thread.
 *
 * @param tables the synced tables
 * @param transactions what reads
 * @param units what writes, as the host's units are written
 * @param live what follows
 * @param queue what knows the unsent changes
 * @param ids gives keys of new rows
 */
record HostRepositories(
        List<BoundTable> tables,
        TransactionManager transactions,
        HostTransactions units,
        FileQueries live,
        QueueKeeper queue,
        Supplier<String> ids)
        implements TableRepositories {

    @Override
    public <T> TableRepository<T> of(String table, RowMapping<T> mapping) {
        BoundTable bound = tables.stream()
                .filter(known -> Identifiers.same(known.spec().name(), table))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("table " + table + " is not synced; synced are "
                        + tables.stream().map(known -> known.spec().name()).toList()));
        return new HostRepository<>(this, bound, new WrittenColumns<>(bound, mapping), mapping);
    }
}
