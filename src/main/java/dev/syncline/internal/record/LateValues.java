package dev.syncline.internal.record;

import dev.syncline.internal.capture.ColumnSchema;
import dev.syncline.internal.capture.IndexTerm;
import dev.syncline.internal.store.SqliteErrors;
import dev.syncline.internal.store.Unit;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Unique values that rows take only once the rows that still hold them have been written as well. Until then another value, which
 * no row holds, keeps the place. Lives within one try of one unit of work in which capture is silenced.
 */
final class LateValues {
    private final Unit unit;
    private final BoundTable table;
    private final Set<String> unique;
    private final List<Row> rows = new ArrayList<>();

    LateValues(Unit unit, BoundTable table) {
        this.unit = unit;
        this.table = table;
        // What rows of other tables follow by ON UPDATE they would follow to the stand-in, and not all of them back.
        unique = table.schema().uniqueIndexes().stream()
                .flatMap(index -> index.terms().stream())
                .map(IndexTerm::column)
                .filter(column -> column != null && !table.isReferredBy(column))
                .collect(Collectors.toSet());
    }

    /** Writes a row, and takes down what it has to wait for. */
    void write(HostTable host, @Nullable Object[] key, RecordMapper.Incoming incoming) throws SQLException {
        Optional<SQLException> refused = unit.attempt(() -> host.put(key, incoming));
        if (refused.isEmpty()) {
            return;
        }
        if (SqliteErrors.isUniqueTaken(refused.get())) {
            for (Vacancy vacancy : Vacancy.values()) {
                Map<String, @Nullable Object> values = new LinkedHashMap<>();
                RecordMapper.Incoming vacant = vacate(incoming, vacancy, values);
                if (!values.isEmpty()
                        && unit.attempt(() -> host.put(key, vacant)).isEmpty()) {
                    rows.add(new Row(host, key, values));
                    return;
                }
            }
        }
        throw refused.get();
    }

    private RecordMapper.Incoming vacate(
            RecordMapper.Incoming incoming, Vacancy vacancy, Map<String, @Nullable Object> values) {
        @Nullable Object[] vacant = incoming.values().clone();
        for (int i = 0; i < vacant.length; i++) {
            String column = table.columns().get(i).column();
            Optional<ColumnSchema> schema = table.schema().column(column);
            if (incoming.told()[i] && unique.contains(column) && schema.isPresent()) {
                values.put(column, vacant[i]);
                vacant[i] = vacancy.of(schema.get(), rows.size());
            }
        }
        return new RecordMapper.Incoming(vacant, incoming.told(), incoming.missingParent());
    }

    /** Gives the rows what they wait for, and the keys of those that do not get it. */
    List<@Nullable Object[]> arrive() throws SQLException {
        List<@Nullable Object[]> without = new ArrayList<>();
        for (Row row : rows) {
            if (unit.attempt(() -> row.host.set(row.key, row.values)).isPresent()) {
                without.add(row.key);
            }
        }
        return without;
    }

    /** Whether a key is among others. */
    static boolean isAmong(@Nullable Object[] key, List<@Nullable Object[]> others) {
        return others.stream().anyMatch(other -> Arrays.equals(other, key));
    }

    /** A row that waits for values. */
    private static final class Row {
        private final HostTable host;
        private final @Nullable Object[] key;
        private final Map<String, @Nullable Object> values;

        Row(HostTable host, @Nullable Object[] key, Map<String, @Nullable Object> values) {
            this.host = host;
            this.key = key;
            this.values = values;
        }
    }

    /** Values that no row holds, of which a host's CHECK may refuse some. */
    private enum Vacancy {
        LOW {
            @Override
            Object number(int number) {
                return Long.MIN_VALUE + number;
            }
        },
        HIGH {
            @Override
            Object number(int number) {
                return Long.MAX_VALUE - number;
            }
        };

        abstract Object number(int number);

        @Nullable
        Object of(ColumnSchema column, int number) {
            if (!column.notNull()) {
                return null;
            }
            return switch (column.affinity()) {
                case INTEGER, NUMERIC -> number(number);
                case REAL -> (this == LOW ? -1e300 : 1e300) * (1 + number * 1e-6);
                default -> "\u0001 vacated " + number;
            };
        }
    }
}
