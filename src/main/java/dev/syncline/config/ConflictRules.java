package dev.syncline.config;

import dev.syncline.conflict.ColumnRule;
import dev.syncline.conflict.ConflictSeverity;
import dev.syncline.conflict.ConflictType;
import dev.syncline.conflict.MergeRule;
import dev.syncline.conflict.Merger;
import dev.syncline.conflict.ResolutionStrategy;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is said of one table's conflicts: how they are settled, and which of them without asking. Column names ignore case, as SQLite
 * does. Immutable and value-equal. Made by {@link SyncedTable#named(String)}.
 *
 * @param strategy what holds where nothing else is said
 * @param byType what holds for whole conflicts of one type
 * @param byColumn what holds for single columns
 * @param mergers how single columns are joined from both sides' changes
 * @param columnRules how the host itself joins single columns
 * @param texts when two texts of a column are the same
 * @param severities how grave a conflict in a column is
 * @param autoResolve the severities that are settled without asking
 * @param mergeRule the host's own rule; null if it has none
 */
public record ConflictRules(
        ResolutionStrategy strategy,
        Map<ConflictType, ResolutionStrategy> byType,
        Map<String, ResolutionStrategy> byColumn,
        Map<String, Merger> mergers,
        Map<String, ColumnRule> columnRules,
        Map<String, TextRule> texts,
        Map<String, ConflictSeverity> severities,
        Set<ConflictSeverity> autoResolve,
        @Nullable MergeRule mergeRule) {

    /**
     * Copies the rules.
     *
     * @param strategy as above
     * @param byType as above
     * @param byColumn as above
     * @param mergers as above
     * @param columnRules as above
     * @param texts as above
     * @param severities as above
     * @param autoResolve as above
     * @param mergeRule as above
     */
    public ConflictRules {
        Map<ConflictType, ResolutionStrategy> types = new EnumMap<>(ConflictType.class);
        types.putAll(byType);
        byType = Collections.unmodifiableMap(types);
        byColumn = columns(byColumn);
        mergers = columns(mergers);
        columnRules = columns(columnRules);
        texts = columns(texts);
        severities = columns(severities);
        Set<ConflictSeverity> alone = EnumSet.noneOf(ConflictSeverity.class);
        alone.addAll(autoResolve);
        autoResolve = Collections.unmodifiableSet(alone);
    }

    private static <V> Map<String, V> columns(Map<String, V> given) {
        SortedMap<String, V> copy = new TreeMap<>(SqlNames.ORDER);
        copy.putAll(given);
        return Collections.unmodifiableSortedMap(copy);
    }

    /**
     * Gives what holds for a type of conflict.
     *
     * @param type the type
     * @return its own strategy, or the table's
     */
    public ResolutionStrategy strategyOf(ConflictType type) {
        return byType.getOrDefault(type, strategy);
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
     * Gives how a column is joined.
     *
     * @param column a column of the table
     * @return its merger, or empty if one side's value is taken
     */
    public Optional<Merger> mergerOf(String column) {
        return Optional.ofNullable(mergers.get(column));
    }

    /**
     * Says whether the host itself has a say in conflicts of this table, so that they cannot be settled where they are found.
     *
     * @param columns the columns in dispute
     * @return true if there is a rule for whole conflicts or for one of these columns
     */
    public boolean asksHost(Collection<String> columns) {
        return mergeRule != null || columns.stream().anyMatch(columnRules::containsKey);
    }

    /**
     * Says when two texts of a column are the same.
     *
     * @param column a column of the table
     * @return its rule; {@link TextRule#EXACT} unless declared
     */
    public TextRule textRuleOf(String column) {
        return texts.getOrDefault(column, TextRule.EXACT);
    }

    /**
     * Says whether the time of the last local edit decides anything, so that capture must record it.
     *
     * @return true if last-write-wins is in use, or a merge, which falls back on it, or if a person or a rule of the host's may decide,
     *     who may choose either
     */
    boolean comparesTimes() {
        return mergeRule != null
                || autoResolve.size() < ConflictSeverity.values().length
                || comparesTimes(strategy)
                || byType.values().stream().anyMatch(ConflictRules::comparesTimes)
                || byColumn.values().stream().anyMatch(ConflictRules::comparesTimes);
    }

    private static boolean comparesTimes(ResolutionStrategy strategy) {
        return strategy != ResolutionStrategy.LOCAL_WINS && strategy != ResolutionStrategy.REMOTE_WINS;
    }
}
