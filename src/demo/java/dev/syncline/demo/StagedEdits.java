package dev.syncline.demo;

import dev.syncline.config.SyncedTable;
import dev.syncline.demo.TableShape.Column;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.StringJoiner;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Work without network on tables that nobody wrote an application for: plain SQL made from their shape. What happens to a row
 * follows from the seed and its remote id, so both devices agree on the collisions without talking to each other, and a step
 * run again after a crash does the same again, which changes nothing.
 */
final class StagedEdits {

    /** What happens to a row on each device. */
    private enum Plan {
        DIFFERENT_FIELDS(Deed.EDIT, Deed.EDIT_SECOND),
        SAME_FIELD(Deed.EDIT, Deed.EDIT),
        SAME_VALUE(Deed.EDIT_ALIKE, Deed.EDIT_ALIKE),
        EDIT_AGAINST_DELETION(Deed.EDIT, Deed.DELETE),
        DELETION_AGAINST_EDIT(Deed.DELETE, Deed.EDIT),
        DELETED_ON_BOTH(Deed.DELETE, Deed.DELETE),
        EDITED_ON_A(Deed.EDIT, Deed.NOTHING),
        EDITED_ON_B(Deed.NOTHING, Deed.EDIT),
        DELETED_ON_A(Deed.DELETE, Deed.NOTHING),
        DELETED_ON_B(Deed.NOTHING, Deed.DELETE);

        private final Deed onA;
        private final Deed onB;

        Plan(Deed onA, Deed onB) {
            this.onA = onA;
            this.onB = onB;
        }

        Deed on(String device) {
            return device.equals("A") ? onA : onB;
        }
    }

    private enum Deed {
        NOTHING,
        EDIT,
        EDIT_SECOND,
        EDIT_ALIKE,
        DELETE
    }

    /**
     * How much was done.
     *
     * @param edited rows edited
     * @param deleted rows deleted
     * @param created rows created
     */
    record Tally(int edited, int deleted, int created) {

        Tally plus(int edits, int deletions, int creations) {
            return new Tally(edited + edits, deleted + deletions, created + creations);
        }
    }

    private static final int FEWEST_SLOTS = 16;

    private final long seed;
    private final List<EditableTable> tables = new ArrayList<>();

    StagedEdits(long seed, List<TableShape> shapes, List<SyncedTable> synced) {
        this.seed = seed;
        Map<String, SyncedTable> byName =
                synced.stream().collect(Collectors.toMap(SyncedTable::name, Function.identity()));
        for (TableShape shape : shapes) {
            SyncedTable declared = byName.get(shape.name());
            if (declared != null) {
                tables.add(new EditableTable(shape, declared));
            }
        }
    }

    /** Does one device's part in one transaction, unless its new rows show that it was done. */
    Tally work(String device, Sql sql) throws SQLException {
        Tally[] tally = {new Tally(0, 0, 0)};
        sql.inTransaction(() -> {
            RowCopies copies = new RowCopies(tables, device, seed);
            if (!copies.areThere(sql)) {
                IdTranslation ids = IdTranslation.read(sql);
                for (EditableTable table : tables) {
                    tally[0] = touch(table, device, sql, ids, tally[0]);
                }
                tally[0] = tally[0].plus(0, 0, copies.make(sql));
            }
        });
        return tally[0];
    }

    private Tally touch(EditableTable table, String device, Sql sql, IdTranslation ids, Tally before)
            throws SQLException {
        List<Object[]> keys = sql.list("SELECT " + Sql.names(table.key()) + " FROM " + Sql.name(table.name()), row -> {
            Object[] key = new Object[table.key().size()];
            for (int i = 0; i < key.length; i++) {
                key[i] = row.getObject(i + 1);
            }
            return key;
        });
        Tally tally = before;
        int slots = Math.max(FEWEST_SLOTS, Integer.highestOneBit(Math.max(1, keys.size())) / 8);
        for (Object[] key : keys) {
            String remoteId = remoteId(table, key, ids);
            int slot = remoteId == null ? slots : random(table, remoteId).nextInt(slots);
            if (slot < Plan.values().length) {
                tally = act(Plan.values()[slot].on(device), table, key, device, sql, tally);
            }
        }
        return tally;
    }

    private static Tally act(Deed deed, EditableTable table, Object[] key, String device, Sql sql, Tally tally)
            throws SQLException {
        return switch (deed) {
            case NOTHING -> tally;
            case EDIT -> tally.plus(edit(table, key, 0, device, sql), 0, 0);
            case EDIT_SECOND -> tally.plus(edit(table, key, 1, device, sql), 0, 0);
            case EDIT_ALIKE -> tally.plus(edit(table, key, 0, "both", sql), 0, 0);
            case DELETE -> tally.plus(0, delete(table, key, sql), 0);
        };
    }

    /** The table's own rules may refuse a made-up value; then the row stays as it is. */
    private static int edit(EditableTable table, Object[] key, int which, String by, Sql sql) throws SQLException {
        List<Column> free = table.free();
        if (which >= free.size()) {
            return 0;
        }
        List<Object> values = new ArrayList<>();
        values.add(value(table, free.get(which), by));
        values.addAll(List.of(key));
        return sql.run(
                "UPDATE OR IGNORE " + Sql.name(table.name()) + " SET "
                        + Sql.name(free.get(which).name()) + " = ? WHERE " + Sql.allEqual(table.key()),
                values.toArray());
    }

    /** Only rows that nothing refers to: what hangs on others is not the demo's to delete. */
    private static int delete(EditableTable table, Object[] key, Sql sql) throws SQLException {
        return table.shape().referenced()
                ? 0
                : sql.run("DELETE FROM " + Sql.name(table.name()) + " WHERE " + Sql.allEqual(table.key()), key);
    }

    private static Object value(EditableTable table, Column column, String by) {
        int number = by.equals("A") ? 1 : by.equals("B") ? 2 : 3;
        return switch (table.use(column.name())) {
            case INTEGER -> number;
            case DECIMAL -> number + "1.25";
            default -> "edited by " + by;
        };
    }

    private SplittableRandom random(EditableTable table, String remoteId) {
        return new SplittableRandom(seed * 31 + (table.name() + "/" + remoteId).hashCode() * 0x9E3779B97F4A7C15L);
    }

    /** The id under which both devices know the row, or null if it has none yet. */
    private @Nullable String remoteId(EditableTable table, @Nullable Object[] key, IdTranslation ids) {
        StringJoiner id = new StringJoiner(",");
        for (int i = 0; i < key.length; i++) {
            String owner = table.shape().serverIds()
                    ? table.name()
                    : table.shape().references().getOrDefault(table.key().get(i), "");
            Object part = key[i];
            if (tables.stream()
                    .anyMatch(
                            other -> other.name().equals(owner) && other.shape().serverIds())) {
                part = part instanceof Number number ? ids.remote(owner, number.longValue()) : null;
            }
            if (part == null || part instanceof byte[]) {
                return null;
            }
            id.add(part.toString());
        }
        return id.toString();
    }
}
