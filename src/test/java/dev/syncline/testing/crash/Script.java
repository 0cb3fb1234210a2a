package dev.syncline.testing.crash;

import dev.syncline.config.SyncedTable;
import dev.syncline.exception.SyncException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The day of a host, step by step. A step may be begun again after an interruption and then does what is left of it: edits of the
 * host and of other devices carry a mark and happen once.
 */
public final class Script {
    private final String name;
    private final List<SyncedTable> tables;
    private final List<String> schema;
    private final List<Step> steps = new ArrayList<>();
    private Consumer<CopyableServer> rules = server -> {};
    private int pageSize = 1000;
    private int pushBatch = 500;
    private List<String> apart = List.of();
    private @Nullable Class<? extends SyncException> expected;

    /**
     * One step.
     *
     * @param name what is done
     * @param struck whether the crash may be in this step
     * @param tables the tables of the application's version from here on
     * @param action does it
     */
    record Step(String name, boolean struck, List<SyncedTable> tables, Action action) {}

    /** What a step does. */
    @FunctionalInterface
    public interface Action {
        /** Does it on a stage. */
        void on(Stage stage) throws Exception;
    }

    private Script(String name, List<SyncedTable> tables, List<String> schema) {
        this.name = name;
        this.tables = tables;
        this.schema = schema;
    }

    /** A day that begins with a host's tables that were never synced. */
    public static Script named(String name, List<SyncedTable> tables, String... schema) {
        return new Script(name, tables, List.of(schema));
    }

    /** What the server demands and holds before. */
    public Script server(Consumer<CopyableServer> rules) {
        this.rules = rules;
        return this;
    }

    /** How many rows a page and a push hold. */
    public Script portions(int pageSize, int pushBatch) {
        this.pageSize = pageSize;
        this.pushBatch = pushBatch;
        return this;
    }

    /** Failures of this kind are part of the day. */
    public Script tells(Class<? extends SyncException> kind) {
        expected = kind;
        return this;
    }

    /** Where host and server are not to agree at the end of the day. */
    public Script apart(String... differences) {
        apart = List.of(differences);
        return this;
    }

    /** A step in which nothing strikes. */
    public Script calm(String step, Action action) {
        return add(step, false, tablesAt(steps.size()), action);
    }

    /** A step in which the crash may be. */
    public Script step(String step, Action action) {
        return add(step, true, tablesAt(steps.size()), action);
    }

    /** The application is updated and has other tables from here on. */
    public Script update(String step, List<SyncedTable> newTables, Action action) {
        return add(step, true, newTables, action);
    }

    private Script add(String step, boolean struck, List<SyncedTable> known, Action action) {
        steps.add(new Step(step, struck, known, action));
        return this;
    }

    private List<SyncedTable> tablesAt(int step) {
        return step == 0 ? tables : steps.get(step - 1).tables();
    }

    /** What the day is about. */
    public String name() {
        return name;
    }

    /** Where host and server are not to agree at the end of the day: what waits for a person, or was never to be sent. */
    public List<String> apart() {
        return apart;
    }

    /** Whether a failure is part of the day. */
    boolean expects(SyncException failure) {
        return expected != null && expected.isInstance(failure);
    }

    List<Step> steps() {
        return steps;
    }

    List<String> schema() {
        return schema;
    }

    int pageSize() {
        return pageSize;
    }

    int pushBatch() {
        return pushBatch;
    }

    CopyableServer newServer() {
        CopyableServer server = new CopyableServer();
        rules.accept(server);
        return server;
    }

    @Override
    public String toString() {
        return name;
    }
}
