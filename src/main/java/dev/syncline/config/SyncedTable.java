package dev.syncline.config;

import dev.syncline.conflict.ConflictSeverity;
import dev.syncline.conflict.ResolutionStrategy;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One table of the host's that is synchronized. The table itself is never altered; its columns are read from the file, so
 * only what SQLite cannot know is said here. Names of tables and columns ignore the case of ASCII letters, as SQLite does; names
 * at the backend are taken as they are.
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
    private final List<NestedReference> nestedReferences;
    private final Set<String> localOnly;
    private final Set<String> derived;
    private final ConflictRules rules;
    private final @Nullable IdAssignment ids;
    private final Adoption adoption;
    private final Set<String> naturalKey;
    private final @Nullable String externalId;
    private final @Nullable Duration freshFor;
    private final RecordValidator validator;

    SyncedTable(SyncedTableBuilder b) {
        name = b.name;
        entity = b.entity == null ? b.name : b.entity;
        key = List.copyOf(b.key);
        types = Collections.unmodifiableSortedMap(new TreeMap<>(b.types));
        fieldNames = Collections.unmodifiableSortedMap(new TreeMap<>(b.fieldNames));
        references = List.copyOf(b.references);
        nestedReferences = List.copyOf(b.nestedReferences);
        localOnly = Collections.unmodifiableSortedSet(new TreeSet<>(b.localOnly));
        derived = Collections.unmodifiableSortedSet(new TreeSet<>(b.derived));
        rules = b.rules();
        ids = b.ids;
        adoption = b.adoption;
        naturalKey = Collections.unmodifiableSortedSet(new TreeSet<>(b.naturalKey));
        externalId = b.externalId;
        freshFor = b.freshFor;
        validator = b.validator;
    }

    /**
     * Begins the description of one table.
     *
     * @param table the table's name in the SQLite file
     * @return a builder
     */
    public static SyncedTableBuilder named(String table) {
        return new SyncedTableBuilder(table);
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
     * Gives the declared references inside JSON.
     *
     * @return the references in the order they were declared
     */
    public List<NestedReference> nestedReferences() {
        return nestedReferences;
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
     * Names every column of which something is said, so that a name the table does not have is noticed.
     *
     * @return the columns but for the key, each once
     */
    public Set<String> namedColumns() {
        Set<String> named = new TreeSet<>(SqlNames.ORDER);
        named.addAll(types.keySet());
        named.addAll(fieldNames.keySet());
        references.forEach(reference -> named.add(reference.column()));
        nestedReferences.forEach(reference -> named.add(reference.column()));
        named.addAll(localOnly);
        named.addAll(derived);
        named.addAll(rules.severities().keySet());
        named.addAll(rules.byColumn().keySet());
        named.addAll(rules.mergers().keySet());
        named.addAll(rules.columnRules().keySet());
        named.addAll(rules.texts().keySet());
        named.addAll(naturalKey);
        return named;
    }

    /**
     * Gives what is said of the table's conflicts.
     *
     * @return the rules
     */
    public ConflictRules conflictRules() {
        return rules;
    }

    /**
     * Gives how grave a conflict in a column is.
     *
     * @param column a column of the table
     * @return its severity; {@link ConflictSeverity#LOW} unless declared
     */
    public ConflictSeverity severityOf(String column) {
        return rules.severityOf(column);
    }

    /**
     * Gives how conflicts of this table are settled.
     *
     * @return the strategy; {@link ResolutionStrategy#LAST_WRITE_WINS} unless set
     */
    public ResolutionStrategy strategy() {
        return rules.strategy();
    }

    /**
     * Gives the strategies that single columns have of their own.
     *
     * @return column to strategy; empty unless set
     */
    public Map<String, ResolutionStrategy> columnStrategies() {
        return rules.byColumn();
    }

    /**
     * Gives which conflicts are settled without asking.
     *
     * @return the severities that the strategy settles alone; low and medium unless set
     */
    public Set<ConflictSeverity> autoResolve() {
        return rules.autoResolve();
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
     * Gives the columns that name the thing itself.
     *
     * @return columns that travel; empty unless set
     */
    public Set<String> naturalKey() {
        return naturalKey;
    }

    /**
     * Gives the backend's field that the library fills in each create to find it again.
     *
     * @return the field, or null if there is none
     */
    public @Nullable String externalId() {
        return externalId;
    }

    /**
     * Gives for how long the table is left out of pulls once it has been read.
     *
     * @return the time, or null if every pull reads it
     */
    public @Nullable Duration freshFor() {
        return freshFor;
    }

    /**
     * Gives the rule that rows must keep before they are sent.
     *
     * @return the rule; {@link RecordValidator#NONE} unless set
     */
    public RecordValidator validator() {
        return validator;
    }

    /**
     * Says whether the time of the last local edit decides anything here, so that capture must record it.
     *
     * @return true if last-write-wins is in use, or a merge, which falls back on it, or if a person decides, who may choose either
     */
    public boolean usesEditTime() {
        return rules.comparesTimes();
    }

    private List<Object> parts() {
        return Arrays.asList(
                name,
                entity,
                key,
                types,
                fieldNames,
                references,
                nestedReferences,
                localOnly,
                derived,
                rules,
                ids,
                adoption,
                naturalKey,
                externalId,
                freshFor,
                validator);
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
}
