package dev.syncline.config;

import dev.syncline.backend.RemoteBackend;
import io.reactivex.rxjava3.core.Scheduler;
import io.reactivex.rxjava3.schedulers.Schedulers;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Collects a configuration. Not thread-safe. */
public final class SyncConfigBuilder {
    // Shared, so that two configurations that leave them alone are equal; who draws, locks the generator.
    private static final RandomGenerator CHANCE = RandomGenerator.getDefault();
    private static final Supplier<String> UUIDS = new RandomUuids();
    private static final ExecutorSource DAEMONS = new DaemonThreads();

    final @Nullable Path path;
    final @Nullable DataSource dataSource;
    final List<SyncedTable> tables = new ArrayList<>();

    @Nullable
    RemoteBackend backend;

    String account = "";
    SyncOptions options = SyncOptions.defaults();
    Clock clock = Clock.systemUTC();
    RandomGenerator random = CHANCE;
    Supplier<String> ids = UUIDS;
    Scheduler scheduler = Schedulers.computation();
    ExecutorSource executors = DAEMONS;

    final List<BalanceRule> balances = new ArrayList<>();
    ConnectivityMonitor connectivity = ConnectivityMonitor.alwaysUp();

    @Nullable
    Executor deliverOn;

    SyncConfigBuilder(@Nullable Path path, @Nullable DataSource dataSource) {
        this.path = path;
        this.dataSource = dataSource;
    }

    /**
     * Adds a table.
     *
     * @param table the table
     * @return this
     * @throws IllegalArgumentException if a table of that name or entity was added before
     */
    public SyncConfigBuilder table(SyncedTable table) {
        for (SyncedTable other : tables) {
            if (SqlNames.same(other.name(), table.name()) || other.entity().equals(table.entity())) {
                throw new IllegalArgumentException("table " + table.name() + " (entity " + table.entity()
                        + ") was added before as " + other.name() + " (entity " + other.entity() + ")");
            }
        }
        tables.add(table);
        return this;
    }

    /**
     * Adds several tables.
     *
     * @param tables the tables
     * @return this
     */
    public SyncConfigBuilder tables(Iterable<SyncedTable> tables) {
        tables.forEach(this::table);
        return this;
    }

    /**
     * Sets the backend; required.
     *
     * @param backend the backend; the manager closes it
     * @return this
     */
    public SyncConfigBuilder backend(RemoteBackend backend) {
        this.backend = backend;
        return this;
    }

    /**
     * Names whose data this is. Unsent changes of one account are never sent under another. Default: one nameless account.
     *
     * @param account a stable name, such as the user's id
     * @return this
     */
    public SyncConfigBuilder account(String account) {
        this.account = account;
        return this;
    }

    /**
     * Sets the numbers. Default: {@link SyncOptions#defaults()}.
     *
     * @param options the options
     * @return this
     */
    public SyncConfigBuilder options(SyncOptions options) {
        this.options = options;
        return this;
    }

    /**
     * Sets the source of time. Default: the system clock in UTC.
     *
     * @param clock the clock
     * @return this
     */
    public SyncConfigBuilder clock(Clock clock) {
        this.clock = clock;
        return this;
    }

    /**
     * Sets the source of chance. Default: the platform's generator.
     *
     * @param random the generator
     * @return this
     */
    public SyncConfigBuilder random(RandomGenerator random) {
        this.random = random;
        return this;
    }

    /**
     * Sets the source of ids. Default: random UUIDs.
     *
     * @param ids a supplier of ids unique over all devices: letters, digits and hyphens, at most 64
     * @return this
     */
    public SyncConfigBuilder ids(Supplier<String> ids) {
        this.ids = ids;
        return this;
    }

    /**
     * Sets what every wait goes through. Default: RxJava's computation scheduler.
     *
     * @param scheduler the scheduler
     * @return this
     */
    public SyncConfigBuilder scheduler(Scheduler scheduler) {
        this.scheduler = scheduler;
        return this;
    }

    /**
     * Sets where the manager's threads come from. Default: daemon threads, named {@code syncline-} and what they do.
     *
     * @param executors the source, asked once for each role when a manager is opened
     * @return this
     */
    public SyncConfigBuilder executors(ExecutorSource executors) {
        this.executors = executors;
        return this;
    }

    /**
     * Sets what streams deliver on, for example a user-interface thread. Default: a thread of the manager's own.
     *
     * @param executor the executor
     * @return this
     */
    public SyncConfigBuilder deliverOn(Executor executor) {
        deliverOn = executor;
        return this;
    }

    /**
     * Sets what the host knows of the network. Default: {@link ConnectivityMonitor#alwaysUp()}.
     *
     * @param monitor the monitor
     * @return this
     */
    public SyncConfigBuilder connectivity(ConnectivityMonitor monitor) {
        connectivity = monitor;
        return this;
    }

    /**
     * Adds a rule by which a stored balance follows from entries, for the consistency check.
     *
     * @param rule the rule
     * @return this
     */
    public SyncConfigBuilder balance(BalanceRule rule) {
        balances.add(rule);
        return this;
    }

    /**
     * Makes the configuration.
     *
     * @return the configuration
     * @throws IllegalArgumentException if there is no backend or no table, or a reference names a table that is not synced or has
     *     a key of several columns
     */
    public SyncConfig build() {
        if (backend == null) {
            throw new IllegalArgumentException("no backend is set; give one with backend(…)");
        }
        if (tables.isEmpty()) {
            throw new IllegalArgumentException("no table is set; add at least one with table(…)");
        }
        List<String> unknown = new ArrayList<>();
        for (SyncedTable table : tables) {
            for (Reference reference : table.references()) {
                checkParent(table, reference.column(), reference.table(), unknown);
            }
            for (NestedReference reference : table.nestedReferences()) {
                checkParent(table, reference.column(), reference.table(), unknown);
            }
        }
        for (BalanceRule rule : balances) {
            for (String name : List.of(rule.table(), rule.entries())) {
                if (tables.stream().noneMatch(table -> SqlNames.same(table.name(), name))) {
                    unknown.add("balance " + rule.table() + "." + rule.balance() + " → " + name);
                }
            }
        }
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("references to tables that are not synced: " + unknown
                    + "; add those tables or leave the references out");
        }
        return new SyncConfig(this, backend);
    }

    private void checkParent(SyncedTable table, String column, String name, List<String> unknown) {
        Optional<SyncedTable> parent =
                tables.stream().filter(t -> SqlNames.same(t.name(), name)).findFirst();
        if (parent.isEmpty()) {
            unknown.add(table.name() + "." + column + " → " + name);
        } else if (parent.get().key().size() > 1) {
            throw new IllegalArgumentException("table " + table.name() + ": column " + column + " refers to " + name
                    + ", whose key has several columns, " + parent.get().key() + "; leave the reference out");
        }
    }

    /**
     * Ids for hosts that set no source of their own. A thousand come from one draw and differ in their last digits, since every
     * change that is sent needs one, and the system's generator takes as long as all the rest of preparing it.
     */
    private static final class RandomUuids implements Supplier<String> {
        private static final int FROM_ONE_DRAW = 1024;

        private UUID drawn = UUID.randomUUID();
        private int given;

        @Override
        public synchronized String get() {
            if (given == FROM_ONE_DRAW) {
                drawn = UUID.randomUUID();
                given = 0;
            }
            return new UUID(drawn.getMostSignificantBits(), drawn.getLeastSignificantBits() ^ given++).toString();
        }
    }
}
