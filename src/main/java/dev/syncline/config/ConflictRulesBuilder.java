package dev.syncline.config;

import dev.syncline.conflict.ColumnRule;
import dev.syncline.conflict.ConflictSeverity;
import dev.syncline.conflict.ConflictType;
import dev.syncline.conflict.MergeRule;
import dev.syncline.conflict.Merger;
import dev.syncline.conflict.ResolutionStrategy;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The part of {@link SyncedTableBuilder} that says what becomes of conflicts. Not thread-safe.
 *
 * @param <B> the builder that each method returns
 */
public abstract sealed class ConflictRulesBuilder<B extends ConflictRulesBuilder<B>> permits SyncedTableBuilder {
    private ResolutionStrategy strategy = ResolutionStrategy.LAST_WRITE_WINS;
    private final Map<ConflictType, ResolutionStrategy> byType = new EnumMap<>(ConflictType.class);
    private final SortedMap<String, ResolutionStrategy> byColumn = new TreeMap<>(SqlNames.ORDER);
    private final SortedMap<String, Merger> mergers = new TreeMap<>(SqlNames.ORDER);
    private final SortedMap<String, ColumnRule> columnRules = new TreeMap<>(SqlNames.ORDER);
    private final SortedMap<String, TextRule> texts = new TreeMap<>(SqlNames.ORDER);
    private final SortedMap<String, ConflictSeverity> severities = new TreeMap<>(SqlNames.ORDER);
    private Set<ConflictSeverity> autoResolve = EnumSet.of(ConflictSeverity.LOW, ConflictSeverity.MEDIUM);

    private @Nullable MergeRule mergeRule;

    ConflictRulesBuilder() {}

    abstract B self();

    /**
     * Says how grave a conflict in these columns is. Default: {@link ConflictSeverity#LOW}.
     *
     * @param severity the severity
     * @param columns the columns
     * @return this
     */
    public B severity(ConflictSeverity severity, String... columns) {
        for (String column : columns) {
            severities.put(column, severity);
        }
        return self();
    }

    /**
     * Says how conflicts of this table are settled. Default: {@link ResolutionStrategy#LAST_WRITE_WINS}. Whether they are
     * settled without asking is said by {@link #autoResolve}.
     *
     * @param strategy the strategy
     * @return this
     */
    public B strategy(ResolutionStrategy strategy) {
        this.strategy = strategy;
        return self();
    }

    /**
     * Gives columns a strategy of their own. A conflict in such columns alone is then settled without asking, whatever its
     * severity.
     *
     * @param strategy the strategy
     * @param columns the columns
     * @return this
     */
    public B strategy(ResolutionStrategy strategy, String... columns) {
        for (String column : columns) {
            byColumn.put(column, strategy);
        }
        return self();
    }

    /**
     * Gives types of conflict a strategy of their own, in the place of the table's; what is said of a column goes before. A conflict of
     * such a type is then settled without asking, whatever its severity.
     *
     * @param strategy the strategy
     * @param types the types
     * @return this
     */
    public B strategy(ResolutionStrategy strategy, ConflictType... types) {
        for (ConflictType type : types) {
            byType.put(type, strategy);
        }
        return self();
    }

    /**
     * Says which conflicts the strategy settles without asking. Default: low and medium ones.
     *
     * @param severities the severities; none to ask always
     * @return this
     */
    public B autoResolve(ConflictSeverity... severities) {
        autoResolve = EnumSet.noneOf(ConflictSeverity.class);
        autoResolve.addAll(List.of(severities));
        return self();
    }

    /**
     * Has columns that both sides changed joined from both changes, so that neither is lost and there is no conflict in them. Where the
     * merger does not apply, the strategy decides as in any column. Default: none.
     *
     * @param merger how
     * @param columns the columns; not key columns
     * @return this
     */
    public B merge(Merger merger, String... columns) {
        for (String column : columns) {
            mergers.put(column, merger);
        }
        return self();
    }

    /**
     * Has columns that both sides changed joined by a rule of the host's. Default: none.
     *
     * @param rule the rule
     * @param columns the columns; neither key columns nor such as have a {@link Merger}
     * @return this
     */
    public B merge(ColumnRule rule, String... columns) {
        for (String column : columns) {
            columnRules.put(column, rule);
        }
        return self();
    }

    /**
     * Has conflicts of this table put to a rule of the host's, in the place of the strategies; what has a merger is joined before. A rule
     * that defers leaves the conflict to a person. Default: none.
     *
     * @param rule the rule
     * @return this
     */
    public B mergeRule(MergeRule rule) {
        mergeRule = rule;
        return self();
    }

    /**
     * Says when two texts of these columns are the same, so that neither an edit nor a conflict lies between them. Default: {@link
     * TextRule#EXACT}.
     *
     * @param rule the rule
     * @param columns columns that hold plain text
     * @return this
     */
    public B text(TextRule rule, String... columns) {
        for (String column : columns) {
            texts.put(column, rule);
        }
        return self();
    }

    final ConflictRules rules() {
        return new ConflictRules(
                strategy, byType, byColumn, mergers, columnRules, texts, severities, autoResolve, mergeRule);
    }
}
