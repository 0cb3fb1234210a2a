package dev.syncline.internal.record;

import dev.syncline.internal.capture.Affinity;
import dev.syncline.internal.json.Json;
import dev.syncline.internal.json.JsonFormatException;
import dev.syncline.internal.json.JsonPath;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Keys of a table's rows inside the JSON of another table's column. The row holds the keys of this device and the wire those of the
 * backend, as with columns that refer. Immutable.
 */
public final class NestedReference {
    private static final Pattern INTEGER = Pattern.compile("0|-?[1-9][0-9]{0,17}");

    private final String column;
    private final JsonPath path;
    private final BoundTable parent;
    private final boolean parentIsNumbered;

    NestedReference(String column, JsonPath path, BoundTable parent) {
        this.column = column;
        this.path = path;
        this.parent = parent;
        parentIsNumbered = parent.schema().key().get(0).affinity() == Affinity.INTEGER;
    }

    /**
     * Names the column.
     *
     * @return the JSON column
     */
    public String column() {
        return column;
    }

    /**
     * Gives the table referred to.
     *
     * @return the parent
     */
    public BoundTable parent() {
        return parent;
    }

    /**
     * Gives the keys in a stored value.
     *
     * @param stored what the column holds
     * @return the keys as the parent's table holds them; none in a value that is no JSON, which cannot be sent anyway
     */
    public List<Object> keysIn(@Nullable Object stored) {
        List<Object> keys = new ArrayList<>();
        for (Object named : path.in(tree(stored))) {
            Object key = key(named);
            if (key != null) {
                keys.add(key);
            }
        }
        return keys;
    }

    /** Gives what a record holds there, with ids of the backend. */
    List<Object> idsIn(@Nullable Object json) {
        return List.copyOf(path.in(json));
    }

    /** A stored value in which rows have other keys; the same value if it holds none of them. */
    @Nullable
    Object renamed(@Nullable Object stored, Renaming renaming) {
        Object tree = tree(stored);
        Map<Object, Object> by = new HashMap<>();
        for (Object named : path.in(tree)) {
            Object key = key(named);
            Object to = key == null ? null : renaming.of(parent, key);
            if (to != null) {
                by.put(named, to);
            }
        }
        return by.isEmpty() ? stored : Json.write(path.replace(tree, by));
    }

    /** What travels of a value; empty if a row that it refers to has no remote id yet. */
    Optional<Object> toRemote(Object json, IdMappingService ids) throws SQLException {
        return translated(json, key -> ids.remoteReference(parent, key), "store the key of a row");
    }

    /** What is stored of a value; empty if a record that it refers to is unknown here. */
    Optional<Object> toLocal(Object json, IdMappingService ids) throws SQLException {
        return translated(json, id -> ids.localReference(parent, id), "correct the record at the backend");
    }

    private Optional<Object> translated(Object json, Translation translation, String fix) throws SQLException {
        Map<Object, Object> by = new HashMap<>();
        for (Object named : path.in(json)) {
            Object key = key(named);
            if (key == null) {
                throw new UnstorableValueException(
                        column, "what a reference inside its JSON holds is neither text nor a whole number", fix);
            }
            Optional<Object> to = translation.of(key);
            if (to.isEmpty()) {
                return Optional.empty();
            }
            by.put(named, to.get());
        }
        return Optional.ofNullable(path.replace(json, by));
    }

    /** Hosts and backends write the number of a row as text as well. */
    private @Nullable Object key(Object named) {
        if (named instanceof String text) {
            return parentIsNumbered && INTEGER.matcher(text).matches() ? (Object) Long.valueOf(text) : text;
        }
        return !(named instanceof Long) ? null : parentIsNumbered ? named : named.toString();
    }

    private static @Nullable Object tree(@Nullable Object stored) {
        try {
            return stored instanceof String text ? Json.parse(text) : null;
        } catch (JsonFormatException e) {
            return null;
        }
    }

    /** Other keys of rows. */
    interface Renaming {
        @Nullable
        Object of(BoundTable table, Object key);
    }

    /** One direction between device and backend. */
    private interface Translation {
        Optional<Object> of(Object named) throws SQLException;
    }
}
