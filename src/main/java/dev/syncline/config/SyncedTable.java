package dev.syncline.config;

import dev.syncline.conflict.ConflictSeverity;
import dev.syncline.conflict.ResolutionStrategy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One table of the host's that is synchronized. The table itself is never altered; its columns are read from the file, so
 * only what SQLite cannot know is said here.
 *
 * <p>Immutable and value-equal; safe to share between threads. Made by {@link #named(String)}.
 */
public final class SyncedTable {

    private final String name;
    private final String entity;
    private final List<String> key;
    private final Map<String, ValueType> types;
    private final Map<String, String> fieldNames;
    private final List<Reference> references;
    private final Set<String> localOnly;
    private final Set<String> derived;
    private final Map<String, ConflictSeverity> severities;
    private final ResolutionStrategy strategy;
    private final Map<String, ResolutionStrategy> columnStrategies;
    private final Set<ConflictSeverity> autoResolve;
    private final @Nullable IdAssignment ids;
    private final Adoption adoption;

    private SyncedTable(Builder b) {
        name = b.name;
        entity = b.entity == null ? b.name : b.entity;
        key = List.copyOf(b.key);
        types = Collections.unmodifiableMap(new LinkedHashMap<>(b.types));
        fieldNames = Collections.unmodifiableMap(new LinkedHashMap<>(b.fieldNames));
        references = List.copyOf(b.references);
        localOnly = Collections.unmodifiableSet(new LinkedHashSet<>(b.localOnly));
        derived = Collections.unmodifiableSet(new LinkedHashSet<>(b.derived));
        severities = Collections.unmodifiableMap(new LinkedHashMap<>(b.severities));
        strategy = b.strategy;
        columnStrategies = Collections.unmodifiableMap(new LinkedHashMap<>(b.columnStrategies));
        autoResolve = Collections.unmodifiableSet(EnumSet.copyOf(b.autoResolve));
        ids = b.ids;
        adoption = b.adoption;
    }

    /**
     * Begins the description of one table.
     *
     * @param table the table's name in the SQLite file
     * @return a builder
     */
    public static Builder named(String table) {
        return new Builder(table);
    }

    /**
     * Names the table.
     *
     * @return its name in the SQLite file
     */
    public String name() {
        return name;
    }

    /**
     * Names the entity.
     *
     * @return its name at the backend; the table's name unless set
     */
    public String entity() {
        return entity;
    }

    /**
     * Gives the key.
     *
     * @return the key columns in order, never empty
     */
    public List<String> key() {
        return key;
    }

    /**
     * Says what a column's values mean.
     *
     * @param column a column of the table
     * @return its type; {@link ValueType#PLAIN} unless declared
     */
    public ValueType typeOf(String column) {
        return types.getOrDefault(column, ValueType.PLAIN);
    }

    /**
     * Gives a column's name at the backend.
     *
     * @param column a column of the table
     * @return the field's name; the column's own unless set
     */
    public String fieldOf(String column) {
        return fieldNames.getOrDefault(column, column);
    }

    /**
     * Gives the declared references.
     *
     * @return the references in the order they were declared
     */
    public List<Reference> references() {
        return references;
    }

    /**
     * Gives the columns that stay on this device.
     *
     * @return columns that are neither sent nor overwritten
     */
    public Set<String> localOnly() {
        return localOnly;
    }

    /**
     * Gives the columns that the backend or the host's triggers compute.
     *
     * @return columns whose difference is never a conflict
     */
    public Set<String> derived() {
        return derived;
    }

    /**
     * Gives how grave a conflict in a column is.
     *
     * @param column a column of the table
     * @return its severity; {@link ConflictSeverity#LOW} unless declared
     */
    public ConflictSeverity severityOf(String column) {
        return severities.getOrDefault(column, ConflictSeverity.LOW);
    }

    /**
     * Gives how conflicts of this table are settled.
     *
     * @return the strategy; {@link ResolutionStrategy#LAST_WRITE_WINS} unless set
     */
    public ResolutionStrategy strategy() {
        return strategy;
    }

    /**
     * Gives the strategies that single columns have of their own.
     *
     * @return column to strategy; empty unless set
     */
    public Map<String, ResolutionStrategy> columnStrategies() {
        return columnStrategies;
    }

    /**
     * Gives which conflicts are settled without asking.
     *
     * @return the severities that the strategy settles alone; low and medium unless set
     */
    public Set<ConflictSeverity> autoResolve() {
        return autoResolve;
    }

    /**
     * Gives who assigns ids.
     *
     * @return the choice, or null to follow the key: the server for a lone integer key, else the client
     */
    public @Nullable IdAssignment ids() {
        return ids;
    }

    /**
     * Gives what becomes of rows that were there before.
     *
     * @return the choice; {@link Adoption#MATCH_REMOTE} unless set
     */
    public Adoption adoption() {
        return adoption;
    }

    /**
     * Says whether the time of the last local edit decides anything here, so that capture must record it.
     *
     * @return true if last-write-wins or a merge, which falls back on it, is in use
     */
    public boolean usesEditTime() {
        return comparesTimes(strategy) || columnStrategies.values().stream().anyMatch(SyncedTable::comparesTimes);
    }

    private static boolean comparesTimes(ResolutionStrategy strategy) {
        return strategy == ResolutionStrategy.LAST_WRITE_WINS || strategy == ResolutionStrategy.MERGE;
    }

    private List<Object> parts() {
        return Arrays.asList(
                name,
                entity,
                key,
                types,
                fieldNames,
                references,
                localOnly,
                derived,
                severities,
                strategy,
                columnStrategies,
                autoResolve,
                ids,
                adoption);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SyncedTable that && parts().equals(that.parts());
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, entity, key);
    }

    @Override
    public String toString() {
        return "SyncedTable[" + name + ", key=" + key + ", entity=" + entity + "]";
    }

    /** Collects what is said of one table. Not thread-safe. */
    public static final class Builder {
        private final String name;
        private @Nullable String entity;
        private final List<String> key = new ArrayList<>();
        private final Map<String, ValueType> types = new LinkedHashMap<>();
        private final Map<String, String> fieldNames = new LinkedHashMap<>();
        private final List<Reference> references = new ArrayList<>();
        private final Set<String> localOnly = new LinkedHashSet<>();
        private final Set<String> derived = new LinkedHashSet<>();
        private final Map<String, ConflictSeverity> severities = new LinkedHashMap<>();
        private ResolutionStrategy strategy = ResolutionStrategy.LAST_WRITE_WINS;
        private final Map<String, ResolutionStrategy> columnStrategies = new LinkedHashMap<>();
        private Set<ConflictSeverity> autoResolve = EnumSet.of(ConflictSeverity.LOW, ConflictSeverity.MEDIUM);
        private @Nullable IdAssignment ids;
        private Adoption adoption = Adoption.MATCH_REMOTE;

        private Builder(String name) {
            this.name = requireName(name, "table");
        }

        /**
         * Names the entity at the backend. Default: the table's name.
         *
         * @param name the entity, for a REST backend the path segment of its collection
         * @return this
         */
        public Builder entity(String name) {
            entity = requireName(name, "entity");
            return this;
        }

        /**
         * Names the key columns; required. They must be the table's primary key or a unique key without nulls.
         *
         * @param columns the columns in the order in which they make the id
         * @return this
         */
        public Builder key(String... columns) {
            key.clear();
            key.addAll(List.of(columns));
            return this;
        }

        /**
         * Declares that a column holds the key of a row in a synced table: parents are sent before children, and ids that the
         * backend assigns are translated in both directions.
         *
         * @param column the referring column
         * @param table the synced table it refers to
         * @return this
         */
        public Builder references(String column, String table) {
            references.add(new Reference(requireName(column, "column"), requireName(table, "table")));
            return this;
        }

        /**
         * Declares exact decimal columns, such as amounts.
         *
         * @param columns the columns
         * @return this
         */
        public Builder decimal(String... columns) {
            return type(ValueType.DECIMAL, columns);
        }

        /**
         * Declares columns that hold a point in time.
         *
         * @param columns the columns
         * @return this
         */
        public Builder instant(String... columns) {
            return type(ValueType.INSTANT, columns);
        }

        /**
         * Declares columns that hold 0 or 1 and travel as false or true.
         *
         * @param columns the columns
         * @return this
         */
        public Builder bool(String... columns) {
            return type(ValueType.BOOL, columns);
        }

        /**
         * Declares columns that hold bytes and travel as Base64 text.
         *
         * @param columns the columns
         * @return this
         */
        public Builder blob(String... columns) {
            return type(ValueType.BLOB, columns);
        }

        /**
         * Declares columns that hold JSON text and travel as JSON values.
         *
         * @param columns the columns
         * @return this
         */
        public Builder json(String... columns) {
            return type(ValueType.JSON, columns);
        }

        /**
         * Begins to say something about one column.
         *
         * @param column the column
         * @return the next step
         */
        public ColumnStep column(String column) {
            return new ColumnStep(this, requireName(column, "column"));
        }

        /**
         * Keeps columns on this device: they are neither sent nor overwritten.
         *
         * @param columns the columns; not key columns
         * @return this
         */
        public Builder localOnly(String... columns) {
            localOnly.addAll(List.of(columns));
            return this;
        }

        /**
         * Declares columns that the backend or the host's own triggers compute: they are taken over from the backend, never
         * sent, and a difference in them is no edit and no conflict.
         *
         * @param columns the columns; not key columns
         * @return this
         */
        public Builder derived(String... columns) {
            derived.addAll(List.of(columns));
            return this;
        }

        /**
         * Says how grave a conflict in these columns is. Default: {@link ConflictSeverity#LOW}.
         *
         * @param severity the severity
         * @param columns the columns
         * @return this
         */
        public Builder severity(ConflictSeverity severity, String... columns) {
            for (String column : columns) {
                severities.put(column, severity);
            }
            return this;
        }

        /**
         * Says how conflicts of this table are settled. Default: {@link ResolutionStrategy#LAST_WRITE_WINS}. Whether they are
         * settled without asking is said by {@link #autoResolve}.
         *
         * @param strategy the strategy
         * @return this
         */
        public Builder strategy(ResolutionStrategy strategy) {
            this.strategy = strategy;
            return this;
        }

        /**
         * Gives columns a strategy of their own. A conflict in such columns alone is then settled without asking, whatever its
         * severity.
         *
         * @param strategy the strategy
         * @param columns the columns
         * @return this
         */
        public Builder strategy(ResolutionStrategy strategy, String... columns) {
            for (String column : columns) {
                columnStrategies.put(column, strategy);
            }
            return this;
        }

        /**
         * Says which conflicts the strategy settles without asking. Default: low and medium ones.
         *
         * @param severities the severities; none to ask always
         * @return this
         */
        public Builder autoResolve(ConflictSeverity... severities) {
            autoResolve = EnumSet.noneOf(ConflictSeverity.class);
            autoResolve.addAll(List.of(severities));
            return this;
        }

        /**
         * Says who assigns ids. Default: the server for a lone integer key, else the client.
         *
         * @param ids the choice
         * @return this
         */
        public Builder ids(IdAssignment ids) {
            this.ids = ids;
            return this;
        }

        /**
         * Says what becomes of rows that are in the table when it is first synchronized. Default:
         * {@link Adoption#MATCH_REMOTE}.
         *
         * @param adoption the choice
         * @return this
         */
        public Builder adopt(Adoption adoption) {
            this.adoption = adoption;
            return this;
        }

        /**
         * Makes the description. Whether the table and its columns exist is checked when a manager is opened.
         *
         * @return the description
         * @throws IllegalArgumentException if there is no key, or a key column is declared local-only or derived, or two
         *     columns share one field name
         */
        public SyncedTable build() {
            if (key.isEmpty()) {
                throw new IllegalArgumentException("table " + name + " has no key; name its key columns with key(…)");
            }
            if (new LinkedHashSet<>(key).size() != key.size()) {
                throw new IllegalArgumentException("table " + name + " names a key column twice: " + key);
            }
            for (String column : key) {
                if (localOnly.contains(column) || derived.contains(column)) {
                    throw new IllegalArgumentException("table " + name + ": key column " + column
                            + " cannot be local-only or derived, since it identifies the record");
                }
            }
            for (String column : derived) {
                if (localOnly.contains(column)) {
                    throw new IllegalArgumentException("table " + name + ": column " + column
                            + " is declared both local-only and derived; a derived column comes from the backend");
                }
            }
            Set<String> fields = new LinkedHashSet<>();
            fieldNames.forEach((column, field) -> {
                if (!fields.add(field)) {
                    throw new IllegalArgumentException(
                            "table " + name + ": two columns travel as field " + field + ", one of them is " + column);
                }
            });
            Set<String> referring = new LinkedHashSet<>();
            for (Reference reference : references) {
                if (!referring.add(reference.column())) {
                    throw new IllegalArgumentException(
                            "table " + name + ": column " + reference.column() + " refers to two tables");
                }
            }
            return new SyncedTable(this);
        }

        private Builder type(ValueType type, String... columns) {
            for (String column : columns) {
                ValueType before = types.put(requireName(column, "column"), type);
                if (before != null && before != type) {
                    throw new IllegalArgumentException("table " + name + ": column " + column + " is declared " + before
                            + " and " + type + "; it can be one of them");
                }
            }
            return this;
        }

        private static String requireName(String name, String what) {
            if (name.isBlank()) {
                throw new IllegalArgumentException("a " + what + " name is blank");
            }
            return name;
        }
    }

    /** The step after {@link Builder#column(String)}. */
    public static final class ColumnStep {
        private final Builder builder;
        private final String column;

        private ColumnStep(Builder builder, String column) {
            this.builder = builder;
            this.column = column;
        }

        /**
         * Gives the column another name at the backend.
         *
         * @param field the field's name
         * @return the table's builder
         */
        public Builder as(String field) {
            builder.fieldNames.put(column, Builder.requireName(field, "field"));
            return builder;
        }
    }
}
