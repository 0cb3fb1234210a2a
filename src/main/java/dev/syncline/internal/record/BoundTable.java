package dev.syncline.internal.record;

import dev.syncline.config.IdAssignment;
import dev.syncline.config.SyncedTable;
import dev.syncline.config.TextRule;
import dev.syncline.config.ValueType;
import dev.syncline.internal.capture.Affinity;
import dev.syncline.internal.capture.ChangeCapture;
import dev.syncline.internal.capture.ColumnSchema;
import dev.syncline.internal.capture.Identifiers;
import dev.syncline.internal.capture.Journal;
import dev.syncline.internal.capture.RowImage;
import dev.syncline.internal.capture.TableSchema;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A synced table as declared and as found in the file, joined: what every other class needs to know of it. Immutable but for
 * its parents, which are tied once while the manager opens.
 */
public final class BoundTable {
    private final int id;
    private final SyncedTable spec;
    private final TableSchema schema;
    private final ChangeCapture capture;
    private final Journal journal;
    private final KeyCodec keys;
    private final List<ColumnMapping> columns;
    private final List<String> columnNames;
    private final boolean serverIds;
    private final RowReferences references;
    private final Set<BoundTable> children = new LinkedHashSet<>();
    private final List<Referrer> referrers = new ArrayList<>();
    private volatile Set<String> late = Set.of();

    /**
     * Joins declaration and schema.
     *
     * @param spec what the host declared
     * @param capture the table's triggers
     * @param journal the table's journal, which knows what the file says
     * @throws IllegalArgumentException if the declaration does not fit the table, see {@link DeclarationCheck}
     */
    public BoundTable(SyncedTable spec, ChangeCapture capture, Journal journal) {
        this.id = Math.toIntExact(journal.tableId());
        this.spec = spec;
        this.schema = journal.schema();
        this.capture = capture;
        this.journal = journal;
        this.keys =
                new KeyCodec(schema.key().stream().map(ColumnSchema::affinity).toList());
        this.columns = mappings(spec, schema);
        this.serverIds = serverIds(spec, schema);
        this.columnNames = columns.stream().map(ColumnMapping::column).toList();
        DeclarationCheck.check(spec, schema);
        references = new RowReferences(this);
    }

    /**
     * Compares two versions of a row by what would be sent of them.
     *
     * @param a one version; null if the row is gone
     * @param b the other
     * @return true if neither an edit nor a conflict lies between them; derived columns do not count
     */
    boolean sameRow(@Nullable RowImage a, @Nullable RowImage b) {
        if (a == null || b == null) {
            return a == null && b == null;
        }
        return columns.stream().allMatch(c -> c.derived() || c.same(a.get(c.column()), b.get(c.column())));
    }

    private static List<ColumnMapping> mappings(SyncedTable spec, TableSchema schema) {
        List<ColumnMapping> mappings = new ArrayList<>();
        for (ColumnSchema column : schema.imageColumns()) {
            String name = column.name();
            if (!spec.localOnly().contains(name)) {
                mappings.add(new ColumnMapping(
                        name,
                        spec.fieldOf(name),
                        spec.typeOf(name),
                        column.affinity(),
                        spec.derived().contains(name),
                        spec.conflictRules().textRuleOf(name)));
            }
        }
        return List.copyOf(mappings);
    }

    /**
     * Ties declared references to their tables.
     *
     * @param tables every synced table; a configuration refers to no others
     */
    public void tieParents(Collection<BoundTable> tables) {
        references.tie(tables);
        references.tables().forEach(parent -> parent.children.add(this));
        references
                .columns()
                .forEach((column, parent) -> parent.referrers.add(
                        new Referrer(schema.name(), parent.schema.name(), List.of(column), List.of())));
    }

    /**
     * Notes who in the file refers to this table, synced or not.
     *
     * @param inFile the foreign keys of every table
     */
    public void noteReferrers(List<Referrer> inFile) {
        inFile.stream()
                .filter(referrer -> Identifiers.same(referrer.parent(), schema.name()))
                .forEach(referrers::add);
    }

    /**
     * Notes what the table learned to hold after its rows were read.
     *
     * @param fields names of fields at the backend; none once all has been read again
     */
    public void noteLate(Set<String> fields) {
        late = Set.copyOf(fields);
    }

    /**
     * Gives what the table learned to hold after its rows were read.
     *
     * @return names of fields at the backend
     */
    Set<String> late() {
        return late;
    }

    /**
     * Tells whether rows of any table may refer to rows of this one.
     *
     * @return true if deletions must wait for those of children
     */
    public boolean hasChildren() {
        return !referrers.isEmpty() || !children.isEmpty();
    }

    /**
     * Tells whether a row of any table refers to a row of this one.
     *
     * @param connection the unit's connection
     * @param key the row's key
     * @return true if its deletion would leave a dangling reference or take rows along
     * @throws SQLException if a referring table cannot be read
     */
    public boolean isReferred(Connection connection, @Nullable Object[] key) throws SQLException {
        return isReferred(connection, key, new Departing());
    }

    /** The same, where some rows that refer to it do not count since they go as well. */
    boolean isReferred(Connection connection, @Nullable Object[] key, Departing departing) throws SQLException {
        for (Referrer referrer : referrers) {
            if (staysAny(connection, referrer, key, departing)) {
                return true;
            }
        }
        for (BoundTable child : children) {
            if (new NestedReferrers(connection, child).any(this, key, departing)) {
                return true;
            }
        }
        return false;
    }

    private boolean staysAny(Connection connection, Referrer referrer, @Nullable Object[] key, Departing departing)
            throws SQLException {
        Optional<BoundTable> leaving = departing.table(referrer.table());
        return leaving.isEmpty()
                ? referrer.refersTo(connection, schema, key)
                : !referrer.referring(connection, schema, key, leaving.get().schema).stream()
                        .allMatch(other -> departing.includes(leaving.get(), other));
    }

    /**
     * Tells whether rows of any table may refer to rows of this one by a column other than the key.
     *
     * @param column a column of this table
     * @return true if it is one that foreign keys name
     */
    boolean isReferredBy(String column) {
        return referrers.stream()
                .anyMatch(referrer ->
                        referrer.parentColumns().stream().anyMatch(named -> Identifiers.same(named, column)));
    }

    static boolean loneIntegerKey(TableSchema schema) {
        return schema.key().size() == 1 && schema.key().get(0).affinity() == Affinity.INTEGER;
    }

    /**
     * Gives its number in the library's tables.
     *
     * @return the number
     */
    public int id() {
        return id;
    }

    /**
     * Gives what the host declared.
     *
     * @return the declaration
     */
    public SyncedTable spec() {
        return spec;
    }

    /**
     * Gives what the file says.
     *
     * @return the schema
     */
    public TableSchema schema() {
        return schema;
    }

    /**
     * Gives its triggers.
     *
     * @return the capture
     */
    public ChangeCapture capture() {
        return capture;
    }

    /**
     * Gives its journal.
     *
     * @return the journal
     */
    public Journal journal() {
        return journal;
    }

    /**
     * Gives how its keys are written.
     *
     * @return the codec
     */
    public KeyCodec keys() {
        return keys;
    }

    /**
     * Gives the columns that travel.
     *
     * @return every column but the key, generated and local-only ones, in table order
     */
    public List<ColumnMapping> columns() {
        return columns;
    }

    /**
     * Gives the names of the columns that travel.
     *
     * @return the name of each of {@link #columns()}
     */
    List<String> columnNames() {
        return columnNames;
    }

    /**
     * Finds the table that a column refers to.
     *
     * @param column a column
     * @return the parent, or null if the column is no declared reference
     */
    public @Nullable BoundTable parentOf(String column) {
        return references.columns().get(column);
    }

    /**
     * Gives the columns that are declared references.
     *
     * @return column to parent
     */
    public Map<String, BoundTable> parents() {
        return references.columns();
    }

    /**
     * Gives what rows of this table refer to, inside JSON too.
     *
     * @return the declared references
     */
    public RowReferences references() {
        return references;
    }

    /**
     * Gives the synced tables that refer to this one.
     *
     * @return the children by declared reference, this table among them if it refers to itself
     */
    public Set<BoundTable> children() {
        return children;
    }

    /**
     * Gives a column's place in the key.
     *
     * @param column a key column
     * @return its place, from 0
     */
    public int keyIndex(String column) {
        for (int i = 0; i < schema.key().size(); i++) {
            if (schema.key().get(i).name().equalsIgnoreCase(column)) {
                return i;
            }
        }
        throw new IllegalArgumentException(column + " is no key column of " + spec.name());
    }

    /**
     * Says who assigns ids.
     *
     * @return true if the backend does
     */
    public boolean serverIds() {
        return serverIds;
    }

    /** Says whether this device makes the ids of this table's records, of those of other tables' records among others. */
    boolean isKeyedByParents() {
        return !serverIds && schema.key().stream().anyMatch(column -> parentOf(column.name()) != null);
    }

    /**
     * Says who assigns the ids of a table.
     *
     * @param spec what the host declared
     * @param schema what the file says
     * @return true if the backend does, which is the default for a lone integer key
     */
    public static boolean serverIds(SyncedTable spec, TableSchema schema) {
        return spec.ids() == IdAssignment.SERVER || (spec.ids() == null && loneIntegerKey(schema));
    }

    /**
     * Gives the mapping of a key column, whose values travel as fields where the key has several parts.
     *
     * @param index its place in the key
     * @return the mapping
     */
    public ColumnMapping keyMapping(int index) {
        ColumnSchema column = schema.key().get(index);
        return new ColumnMapping(
                column.name(), spec.fieldOf(column.name()), ValueType.PLAIN, column.affinity(), false, TextRule.EXACT);
    }

    /**
     * Finds a column that travels by its field's name.
     *
     * @param field the field
     * @return the column, or empty if the field is not one of this table's
     */
    public Optional<ColumnMapping> byField(String field) {
        return columns.stream().filter(c -> c.field().equals(field)).findFirst();
    }

    @Override
    public String toString() {
        return spec.name();
    }
}
