package dev.syncline.internal.record;

import dev.syncline.internal.capture.RowImage;
import dev.syncline.internal.capture.RowImageCodec;
import dev.syncline.internal.store.DecisionRepository.Undo;
import dev.syncline.internal.store.Unit;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Takes back what a rule decided about a row, as the host itself would: with capture on, so that it is an edit of this device like any
 * other. Lives within one unit of work.
 */
public final class DecisionTakenBack {
    private final Unit unit;
    private final BoundTable table;

    /**
     * Makes one.
     *
     * @param unit the unit, in which capture is not silenced
     * @param table the row's table
     */
    public DecisionTakenBack(Unit unit, BoundTable table) {
        this.unit = unit;
        this.table = table;
    }

    /**
     * Gives the row what the side that lost had, where it still is as was decided.
     *
     * @param rowId the row's local id as text
     * @param undo what was decided, and what it can be taken back to
     * @return whether there was anything left to take back
     * @throws SQLException if the host's table refuses it
     */
    public boolean of(String rowId, Undo undo) throws SQLException {
        Object[] key = table.keys().decode(rowId).orElseThrow();
        RowImage decided = image(undo.outcome());
        RowImage back = image(undo.image());
        try (HostTable host = new HostTable(unit.connection(), table)) {
            Optional<RowImage> present = host.read(key);
            if (decided == null) {
                if (present.isPresent() || back == null) {
                    return false;
                }
                host.write(key, back);
                return true;
            }
            if (present.isEmpty()) {
                return false;
            }
            if (back == null) {
                boolean asDecided = heldAsDecided(present.get(), decided);
                if (asDecided) {
                    host.delete(key);
                }
                return asDecided;
            }
            Map<String, @Nullable Object> values = values(present.get(), decided, back);
            if (!values.isEmpty()) {
                host.set(key, values);
            }
            return !values.isEmpty();
        }
    }

    private boolean heldAsDecided(RowImage present, RowImage decided) {
        return table.columns().stream()
                .filter(column -> !column.derived() && decided.has(column.column()))
                .allMatch(column -> column.same(present.get(column.column()), decided.get(column.column())));
    }

    private Map<String, @Nullable Object> values(RowImage present, RowImage decided, RowImage back) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        for (ColumnMapping column : table.columns()) {
            String name = column.column();
            // A column that the host added or dropped since was not decided about.
            if (!column.derived() && decided.has(name) && back.has(name)) {
                boolean untouched = column.same(present.get(name), decided.get(name));
                if (untouched && !column.same(decided.get(name), back.get(name))) {
                    values.put(name, back.get(name));
                }
            }
        }
        return values;
    }

    private static @Nullable RowImage image(@Nullable String text) {
        return text == null ? null : RowImageCodec.fromJson(text);
    }
}
