package dev.syncline.internal.record;

import dev.syncline.internal.capture.ColumnSchema;
import dev.syncline.internal.capture.Identifiers;
import dev.syncline.internal.capture.SqliteValues;
import dev.syncline.internal.capture.TableSchema;
import dev.syncline.table.TableRow;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A row as SQLite gave it. Immutable. */
final class StoredRow implements TableRow {
    private final TableSchema schema;
    private final @Nullable Object[] values;

    private StoredRow(TableSchema schema, @Nullable Object[] values) {
        this.schema = schema;
        this.values = values;
    }

    /** Reads the row that a result stands at, which has every column of the table in its order. */
    static StoredRow read(TableSchema schema, ResultSet rows) throws SQLException {
        @Nullable Object[] values = new Object[schema.columns().size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = SqliteValues.read(
                    rows, i + 1, schema.name(), schema.columns().get(i).name());
        }
        return new StoredRow(schema, values);
    }

    @Override
    public String text(String column) {
        Object value = present(column);
        if (value instanceof byte[]) {
            throw isNo("text", column);
        }
        return value.toString();
    }

    @Override
    public long integer(String column) {
        BigDecimal number = Decimals.of(present(column));
        Long whole = number == null ? null : Decimals.whole(number);
        if (whole == null) {
            throw isNo("whole number", column);
        }
        return whole;
    }

    @Override
    public double real(String column) {
        return decimal(column).doubleValue();
    }

    @Override
    public BigDecimal decimal(String column) {
        BigDecimal number = Decimals.of(present(column));
        if (number == null) {
            throw isNo("number", column);
        }
        return number;
    }

    @Override
    public Instant instant(String column) {
        Instant instant = Instants.of(present(column));
        if (instant == null) {
            throw isNo("point in time", column);
        }
        return instant;
    }

    @Override
    public boolean flag(String column) {
        long flag = integer(column);
        if (flag < 0 || flag > 1) {
            throw isNo("0 or 1", column);
        }
        return flag == 1;
    }

    @Override
    public byte[] bytes(String column) {
        if (present(column) instanceof byte[] bytes) {
            return bytes.clone();
        }
        throw isNo("bytes", column);
    }

    @Override
    public boolean isNull(String column) {
        return value(column) == null;
    }

    private Object present(String column) {
        Object value = value(column);
        if (value == null) {
            throw new IllegalStateException("column " + column + " of table " + schema.name()
                    + " holds NULL, which the mapping does not expect; let it read the column with orNull");
        }
        return value;
    }

    private @Nullable Object value(String column) {
        List<ColumnSchema> columns = schema.columns();
        for (int i = 0; i < columns.size(); i++) {
            if (Identifiers.same(columns.get(i).name(), column)) {
                return values[i];
            }
        }
        throw new IllegalArgumentException("table " + schema.name() + " has no column " + column
                + ", which the mapping reads; it has "
                + columns.stream().map(ColumnSchema::name).toList());
    }

    private IllegalStateException isNo(String kind, String column) {
        return new IllegalStateException("column " + column + " of table " + schema.name() + " holds no " + kind
                + ", which the mapping expects; read it as what it is, or correct the row");
    }
}
