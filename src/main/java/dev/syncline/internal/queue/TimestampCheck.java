package dev.syncline.internal.queue;

import static dev.syncline.internal.capture.Identifiers.quote;

import dev.syncline.conflict.ConflictSeverity;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.store.Unit;
import dev.syncline.progress.ConsistencyIssue;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds rows that were updated before they were created, or in the future, in tables with the columns {@code created_at} and {@code
 * updated_at} in ISO form. Lives within one unit.
 */
final class TimestampCheck {
    private static final String CREATED = "created_at";
    private static final String UPDATED = "updated_at";
    /** Clocks of devices differ; what lies less far ahead is no contradiction. */
    private static final Duration AHEAD = Duration.ofMinutes(5);

    private final CheckedRows rows;
    private final BoundTable table;
    private final Instant now;

    TimestampCheck(Unit unit, BoundTable table, Clock clock) {
        rows = new CheckedRows(unit, table);
        this.table = table;
        now = clock.instant();
    }

    List<Finding> find() throws SQLException {
        List<Finding> found = new ArrayList<>();
        if (!CheckedRows.has(table, UPDATED)) {
            return found;
        }
        boolean both = CheckedRows.has(table, CREATED);
        List<String> columns = both ? List.of(UPDATED, CREATED) : List.of(UPDATED);
        rows.each("typeof(h." + quote(UPDATED) + ") = 'text'", columns, row -> {
            Optional<Instant> updated = instant(row.values().get(0));
            Optional<Instant> created = both ? instant(row.values().get(1)) : Optional.empty();
            if (found.size() == CheckedRows.MOST || updated.isEmpty()) {
                return;
            }
            if (updated.get().isAfter(now.plus(AHEAD))) {
                found.add(finding(row, "was updated in the future", now.toString()));
            } else if (created.isPresent() && updated.get().isBefore(created.get())) {
                found.add(finding(
                        row, "was updated before it was created", row.values().get(1)));
            }
        });
        return found;
    }

    private Finding finding(CheckedRows.Row row, String what, @Nullable Object value) {
        return Finding.of(
                ConsistencyIssue.Type.TIMESTAMP_ORDER,
                ConflictSeverity.LOW,
                table,
                table.keys().encode(row.key()).orElse(null),
                "the row " + what,
                () -> rows.set(row.key(), UPDATED, value));
    }

    private static Optional<Instant> instant(@Nullable Object value) {
        try {
            return value instanceof String text
                    ? Optional.of(OffsetDateTime.parse(text).toInstant())
                    : Optional.empty();
        } catch (DateTimeParseException otherForm) {
            return Optional.empty();
        }
    }
}
