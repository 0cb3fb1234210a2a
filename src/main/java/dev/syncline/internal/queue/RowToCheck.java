package dev.syncline.internal.queue;

import static dev.syncline.internal.capture.Identifiers.quote;

import dev.syncline.config.OutgoingRow;
import dev.syncline.internal.capture.Identifiers;
import dev.syncline.internal.capture.RowImage;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.store.TransactionManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A frozen row before a validator: its values as they were frozen, what is around it as it is now. Each look is a unit of its own. */
public final class RowToCheck implements OutgoingRow {
    private final BoundTable table;
    private final List<BoundTable> tables;
    private final Object[] key;
    private final RowImage image;
    private final TransactionManager transactions;
    private final Instant now;

    /**
     * Takes the row.
     *
     * @param table its table
     * @param tables all synced tables
     * @param rowId its key as text
     * @param image its other values
     * @param transactions units of work
     * @param now the time
     */
    public RowToCheck(
            BoundTable table,
            List<BoundTable> tables,
            String rowId,
            RowImage image,
            TransactionManager transactions,
            Instant now) {
        this.table = table;
        this.tables = tables;
        this.key = table.keys().decode(rowId).orElseThrow();
        this.image = image;
        this.transactions = transactions;
        this.now = now;
    }

    @Override
    public String table() {
        return table.spec().name();
    }

    @Override
    public @Nullable Object get(String column) {
        for (int i = 0; i < key.length; i++) {
            if (Identifiers.same(table.schema().key().get(i).name(), column)) {
                return key[i];
            }
        }
        if (!image.has(column)) {
            throw new IllegalArgumentException("table " + table() + " has no column " + column
                    + " whose value is sent; a validator can look at " + image.columns());
        }
        return image.get(column);
    }

    @Override
    public Instant now() {
        return now;
    }

    @Override
    public boolean hasTwin(Map<String, ? extends @Nullable Object> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("no column of " + table() + " is given that a twin would hold");
        }
        StringBuilder condition = new StringBuilder("NOT (");
        List<@Nullable Object> bound = new ArrayList<>(List.of(key));
        for (int i = 0; i < key.length; i++) {
            condition
                    .append(i == 0 ? "" : " AND ")
                    .append(quote(table.schema().key().get(i).name()))
                    .append(" = ?");
        }
        condition.append(')');
        values.forEach((column, value) -> {
            get(column);
            condition.append(" AND ").append(quote(column)).append(" = ?");
            bound.add(value);
        });
        return isThere(table, condition.toString(), bound);
    }

    @Override
    public boolean exists(String name, Object wanted) {
        BoundTable other = tables.stream()
                .filter(one -> Identifiers.same(one.spec().name(), name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("table " + name + " is not synced"));
        if (other.schema().key().size() != 1) {
            throw new IllegalArgumentException("table " + name + " has a key of several columns");
        }
        String condition = quote(other.schema().key().get(0).name()) + " = ?";
        return isThere(other, condition, List.of(wanted));
    }

    private boolean isThere(BoundTable where, String condition, List<? extends @Nullable Object> values) {
        String sql = "SELECT 1 FROM " + quote(where.schema().name()) + " WHERE " + condition + " LIMIT 1";
        return transactions.read(unit -> {
            try (PreparedStatement query = unit.connection().prepareStatement(sql)) {
                for (int i = 0; i < values.size(); i++) {
                    query.setObject(i + 1, values.get(i));
                }
                return isFound(query);
            }
        });
    }

    private static boolean isFound(PreparedStatement query) throws SQLException {
        try (ResultSet rows = query.executeQuery()) {
            return rows.next();
        }
    }
}
