package dev.syncline.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Collects what is said of one table. Not thread-safe. */
public final class SyncedTableBuilder extends ConflictRulesBuilder<SyncedTableBuilder> {
    private static final Duration A_DAY = Duration.ofHours(24);

    final String name;

    @Nullable
    String entity;

    final List<String> key = new ArrayList<>();
    final SortedMap<String, ValueType> types = new TreeMap<>(SqlNames.ORDER);
    final SortedMap<String, String> fieldNames = new TreeMap<>(SqlNames.ORDER);
    final List<Reference> references = new ArrayList<>();
    final List<NestedReference> nestedReferences = new ArrayList<>();
    final SortedSet<String> localOnly = new TreeSet<>(SqlNames.ORDER);
    final SortedSet<String> derived = new TreeSet<>(SqlNames.ORDER);

    @Nullable
    IdAssignment ids;

    Adoption adoption = Adoption.MATCH_REMOTE;
    final SortedSet<String> naturalKey = new TreeSet<>(SqlNames.ORDER);

    @Nullable
    String externalId;

    @Nullable
    Duration freshFor;

    RecordValidator validator = RecordValidator.NONE;

    SyncedTableBuilder(String name) {
        this.name = requireName(name, "a table");
    }

    @Override
    SyncedTableBuilder self() {
        return this;
    }

    /**
     * Names the entity at the backend. Default: the table's name.
     *
     * @param name the entity, for a REST backend the path segment of its collection
     * @return this
     */
    public SyncedTableBuilder entity(String name) {
        entity = requireName(name, "an entity");
        return this;
    }

    /**
     * Names the key columns; required. They must be the table's primary key or a unique key without nulls.
     *
     * @param columns the columns in the order in which they make the id
     * @return this
     */
    public SyncedTableBuilder key(String... columns) {
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
    public SyncedTableBuilder references(String column, String table) {
        references.add(new Reference(requireName(column, "a column"), requireName(table, "a table")));
        return this;
    }

    /**
     * Declares that the JSON of a column holds keys of rows in a synced table, with the same effect as a column of its own.
     *
     * @param column the column, one declared with {@link #json(String...)}
     * @param path where in its values the keys are, such as {@code $.items[*].account_id}: {@code $} and then steps of the form
     *     {@code .name}, {@code ['any name']} or {@code [*]} for all elements of a list
     * @param table the synced table it refers to
     * @return this
     * @throws IllegalArgumentException if the path is written otherwise
     */
    public SyncedTableBuilder references(String column, String path, String table) {
        nestedReferences.add(new NestedReference(requireName(column, "a column"), path, requireName(table, "a table")));
        return this;
    }

    /**
     * Declares exact decimal columns, such as amounts.
     *
     * @param columns the columns
     * @return this
     */
    public SyncedTableBuilder decimal(String... columns) {
        return type(ValueType.DECIMAL, columns);
    }

    /**
     * Declares columns that hold a point in time.
     *
     * @param columns the columns
     * @return this
     */
    public SyncedTableBuilder instant(String... columns) {
        return type(ValueType.INSTANT, columns);
    }

    /**
     * Declares columns that hold 0 or 1 and travel as false or true.
     *
     * @param columns the columns
     * @return this
     */
    public SyncedTableBuilder bool(String... columns) {
        return type(ValueType.BOOL, columns);
    }

    /**
     * Declares columns that hold bytes and travel as Base64 text.
     *
     * @param columns the columns
     * @return this
     */
    public SyncedTableBuilder blob(String... columns) {
        return type(ValueType.BLOB, columns);
    }

    /**
     * Declares columns that hold JSON text and travel as JSON values.
     *
     * @param columns the columns
     * @return this
     */
    public SyncedTableBuilder json(String... columns) {
        return type(ValueType.JSON, columns);
    }

    /**
     * Begins to say something about one column.
     *
     * @param column the column
     * @return the next step
     */
    public ColumnStep column(String column) {
        return new ColumnStep(this, requireName(column, "a column"));
    }

    /**
     * Keeps columns on this device: they are neither sent nor overwritten.
     *
     * @param columns the columns; not key columns
     * @return this
     */
    public SyncedTableBuilder localOnly(String... columns) {
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
    public SyncedTableBuilder derived(String... columns) {
        derived.addAll(List.of(columns));
        return this;
    }

    /**
     * Says who assigns ids. Default: the server for a lone integer key, else the client.
     *
     * @param ids the choice
     * @return this
     */
    public SyncedTableBuilder ids(IdAssignment ids) {
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
    public SyncedTableBuilder adopt(Adoption adoption) {
        this.adoption = adoption;
        return this;
    }

    /**
     * Names columns that together name the thing itself, here and at the backend, such as the number of an account. A create whose
     * answer was lost and whose id only the backend knows is then looked for by them before it is sent again, if the backend can
     * search; rows with a null in one of them are not. And where two devices have made the same thing, each before it heard of the other's, the
     * one that comes later meets the other's record as a conflict of type {@code CREATE_EXISTS} instead of adding a second one: its row
     * takes the record's id, and what refers to it follows. Rows that were there before the first sync meet the backend's by it as well.
     * Default: none.
     *
     * @param columns columns that travel; of a key of several columns some may be among them, such as the parent within which a name
     *     is the only one of its kind
     * @return this
     */
    public SyncedTableBuilder naturalKey(String... columns) {
        naturalKey.clear();
        naturalKey.addAll(List.of(columns));
        return this;
    }

    /**
     * Names a field of the backend's, no column here, that the library fills with a value of its own in each create, so that a
     * create whose answer was lost can be found again, if the backend can search. Default: none.
     *
     * @param field a text field that the backend stores as it is and otherwise leaves alone, such as {@code external_id}
     * @return this
     */
    public SyncedTableBuilder externalId(String field) {
        externalId = requireName(field, "a field");
        return this;
    }

    /**
     * Declares that the table rarely changes at the backend: once read to its end it is left out of pulls for 24 hours, as
     * {@link #rarelyChanges(Duration)} says.
     *
     * @return this
     */
    public SyncedTableBuilder rarelyChanges() {
        return rarelyChanges(A_DAY);
    }

    /**
     * Declares that the table rarely changes at the backend: once read to its end it is left out of pulls for as long as said here,
     * by the device's clock. It is read all the same by a run of mode {@code FULL}, after {@code SyncManager.forceSync}, and where
     * a record of another table came that refers to a row which is not here. Local changes of it are sent as ever. Default: every
     * pull reads the table.
     *
     * @param freshFor how long what was read is good enough, one second to 36 500 days
     * @return this
     * @throws IllegalArgumentException if it is shorter or longer
     */
    public SyncedTableBuilder rarelyChanges(Duration freshFor) {
        if (freshFor.compareTo(Duration.ofSeconds(1)) < 0 || freshFor.compareTo(Duration.ofDays(36_500)) > 0) {
            throw new IllegalArgumentException("table " + name + " is declared fresh for " + freshFor
                    + ", but that must be between one second and 36 500 days");
        }
        this.freshFor = freshFor;
        return this;
    }

    /**
     * Has each row looked at before it is sent; one that breaks the rule is never sent and is failed until it is edited. Where the file is
     * opened twice in one JVM, both openers give equal rules: the same object, or a record. Default: {@link RecordValidator#NONE}.
     *
     * @param rule the rule; in the place of an earlier one
     * @return this
     */
    public SyncedTableBuilder validator(RecordValidator rule) {
        validator = rule;
        return this;
    }

    /**
     * Makes the description. Whether the table and its columns exist is checked when a manager is opened.
     *
     * @return the description
     * @throws IllegalArgumentException if there is no key, or a key column is declared local-only or derived, or two
     *     columns share one field name, or a column of the natural key or one with a merger or rule does not travel, or one has
     *     both, or one refers to two tables, or a reference inside JSON is declared for a column that is not JSON or not sent
     */
    public SyncedTable build() {
        if (key.isEmpty()) {
            throw new IllegalArgumentException("table " + name + " has no key; name its key columns with key(…)");
        }
        Set<String> identifying = new TreeSet<>(SqlNames.ORDER);
        if (!identifying.addAll(key) || identifying.size() != key.size()) {
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
        Set<String> joined = new TreeSet<>(SqlNames.ORDER);
        joined.addAll(rules().mergers().keySet());
        for (String column : rules().columnRules().keySet()) {
            if (!joined.add(column)) {
                throw new IllegalArgumentException("table " + name + ": column " + column
                        + " has both a merger and a rule of its own; either of them can join it");
            }
        }
        for (String column : joined) {
            if (identifying.contains(column) || localOnly.contains(column) || derived.contains(column)) {
                throw new IllegalArgumentException("table " + name + ": column " + column
                        + " cannot have a merger, since it is a key column, local-only or derived, and so is never in"
                        + " dispute");
            }
        }
        Set<String> fields = new LinkedHashSet<>();
        fieldNames.forEach((column, field) -> {
            if (!fields.add(field)) {
                throw new IllegalArgumentException(
                        "table " + name + ": two columns travel as field " + field + ", one of them is " + column);
            }
        });
        for (String column : naturalKey) {
            boolean isKey = identifying.contains(column) && (key.size() == 1 || identifying.containsAll(naturalKey));
            if (isKey || localOnly.contains(column) || derived.contains(column)) {
                throw new IllegalArgumentException("table " + name + ": column " + column
                        + " cannot be part of the natural key, since it is the key, local-only or derived, and so tells"
                        + " nothing that both sides know of a row before they have agreed on its id");
            }
        }
        ReferenceRules.check(this);
        return new SyncedTable(this);
    }

    private SyncedTableBuilder type(ValueType type, String... columns) {
        for (String column : columns) {
            ValueType before = types.put(requireName(column, "a column"), type);
            if (before != null && before != type) {
                throw new IllegalArgumentException("table " + name + ": column " + column + " is declared " + before
                        + " and " + type + "; it can be one of them");
            }
        }
        return this;
    }

    private static String requireName(String name, String what) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("the name of " + what + " is blank");
        }
        return name;
    }

    /** The step after {@link SyncedTableBuilder#column(String)}. */
    public static final class ColumnStep {
        private final SyncedTableBuilder builder;
        private final String column;

        private ColumnStep(SyncedTableBuilder builder, String column) {
            this.builder = builder;
            this.column = column;
        }

        /**
         * Gives the column another name at the backend.
         *
         * @param field the field's name
         * @return the table's builder
         */
        public SyncedTableBuilder as(String field) {
            builder.fieldNames.put(column, SyncedTableBuilder.requireName(field, "a field"));
            return builder;
        }
    }
}
