package dev.syncline.internal.engine;

import dev.syncline.internal.capture.Affinity;
import dev.syncline.internal.capture.ColumnSchema;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.record.RowSelect;
import dev.syncline.internal.record.RowStatements;
import dev.syncline.progress.UnsentChange;
import dev.syncline.table.RowMapping;
import dev.syncline.table.RowQuery;
import dev.syncline.table.TableRepository;
import dev.syncline.table.TableRow;
import dev.syncline.table.UnsentRow;
import io.reactivex.rxjava3.core.Flowable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One table as values of the host's. The mapping runs outside of transactions where it can: only a live query reads within its look.
 *
 * @param <T> the host's type
 */
final class HostRepository<T> implements TableRepository<T> {
    private final HostRepositories file;
    private final BoundTable table;
    private final WrittenColumns<T> columns;
    private final RowMapping<T> mapping;
    private final RowStatements statements;

    HostRepository(HostRepositories file, BoundTable table, WrittenColumns<T> columns, RowMapping<T> mapping) {
        this.file = file;
        this.table = table;
        this.columns = columns;
        this.mapping = mapping;
        statements = new RowStatements(table);
    }

    @Override
    public T create(T row) {
        Map<ColumnSchema, Object> values = new LinkedHashMap<>();
        columns.of(row).forEach((column, value) -> {
            if (value != null) {
                values.put(column, value);
            }
        });
        completeKey(values);
        AtomicReference<TableRow> stored = new AtomicReference<>();
        file.units().write(connection -> {
            statements.insert(connection, values);
            if (table.schema().rowidKey()) {
                values.putIfAbsent(table.schema().key().get(0), statements.chosenKey(connection));
            }
            List<Object> key = table.schema().key().stream()
                    .map(column -> Objects.requireNonNull(values.get(column)))
                    .toList();
            stored.set(only(connection, key)
                    .orElseThrow(() -> new NoSuchElementException("a trigger of table "
                            + table.spec().name() + " took away the row that was added; nothing is stored")));
        });
        return mapping.read(Objects.requireNonNull(stored.get()));
    }

    /** A key that is a number is left to SQLite, any other that is missing is given here. */
    private void completeKey(Map<ColumnSchema, Object> values) {
        List<ColumnSchema> key = table.schema().key();
        if (table.schema().rowidKey()) {
            return;
        }
        if (key.size() == 1 && !values.containsKey(key.get(0)) && key.get(0).affinity() == Affinity.TEXT) {
            values.put(key.get(0), file.ids().get());
        }
        columns.requireKey(values);
    }

    @Override
    public Optional<T> find(Object... key) {
        List<Object> wanted = columns.key(key);
        return file.transactions().read(unit -> only(unit.connection(), wanted)).map(mapping::read);
    }

    private Optional<TableRow> only(Connection connection, List<Object> key) throws SQLException {
        RowQuery query = RowQuery.all();
        for (int i = 0; i < key.size(); i++) {
            query = query.where(table.schema().key().get(i).name(), key.get(i));
        }
        return statements.list(connection, query).stream().findFirst();
    }

    @Override
    public boolean update(T before, T after) {
        Map<ColumnSchema, @Nullable Object> changed = columns.changed(before, after);
        List<Object> key = columns.key(after);
        if (changed.isEmpty()) {
            return file.transactions()
                    .read(unit -> only(unit.connection(), key))
                    .isPresent();
        }
        AtomicBoolean there = new AtomicBoolean();
        file.units().write(connection -> there.set(statements.update(connection, key, changed)));
        return there.get();
    }

    @Override
    public boolean delete(Object... key) {
        List<Object> wanted = columns.key(key);
        AtomicBoolean there = new AtomicBoolean();
        file.units().write(connection -> there.set(statements.delete(connection, wanted)));
        return there.get();
    }

    @Override
    public List<T> list(RowQuery query) {
        List<TableRow> rows = file.transactions().read(unit -> statements.list(unit.connection(), query));
        List<T> values = new ArrayList<>(rows.size());
        rows.forEach(row -> values.add(mapping.read(row)));
        return List.copyOf(values);
    }

    @Override
    public long count(RowQuery query) {
        return file.transactions().read(unit -> statements.count(unit.connection(), query));
    }

    @Override
    public List<UnsentRow<T>> unsynced() {
        List<UnsentRow<T>> unsent = new ArrayList<>();
        for (UnsentChange change : file.queue().operations(table)) {
            Optional<Object[]> key = table.keys().decode(change.rowId());
            unsent.add(new UnsentRow<>(change, key.flatMap(this::find).orElse(null)));
        }
        return List.copyOf(unsent);
    }

    @Override
    public Flowable<List<T>> observe(RowQuery query) {
        RowSelect select = statements.select(query);
        return file.live().watchQuery(select.sql(), select.arguments(), row -> mapping.read(statements.row(row)));
    }

    @Override
    public String toString() {
        return "TableRepository[" + table.spec().name() + ", writes " + mapping.columns() + "]";
    }
}
