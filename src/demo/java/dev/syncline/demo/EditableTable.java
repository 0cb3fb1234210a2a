package dev.syncline.demo;

import dev.syncline.config.SyncedTable;
import dev.syncline.config.ValueType;
import dev.syncline.demo.TableShape.Column;
import dev.syncline.demo.TableShape.Use;
import java.util.List;
import java.util.Optional;

/**
 * A table's shape with what its declaration knows better: a decimal may be declared as text.
 *
 * @param shape what the schema tells
 * @param synced what Syncline is told
 */
record EditableTable(TableShape shape, SyncedTable synced) {

    String name() {
        return shape.name();
    }

    List<String> key() {
        return shape.key();
    }

    Use use(String column) {
        return synced.typeOf(column) == ValueType.DECIMAL ? Use.DECIMAL : shape.use(column);
    }

    /** The columns an edit may give any value of their kind to. */
    List<Column> free() {
        return shape.columns().stream()
                .filter(column -> !column.bound())
                .filter(column -> synced.typeOf(column.name()) == ValueType.PLAIN
                        || synced.typeOf(column.name()) == ValueType.DECIMAL)
                .filter(column -> use(column.name()).isFree())
                .toList();
    }

    /** A column that can carry the mark of a new row. */
    Optional<Column> markable() {
        return free().stream().filter(column -> use(column.name()) == Use.TEXT).findFirst();
    }
}
