package dev.syncline.config;

import dev.syncline.backend.RemoteBackend;
import io.reactivex.rxjava3.core.Scheduler;
import io.reactivex.rxjava3.schedulers.Schedulers;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Everything a {@code SyncManager} is opened with. Immutable; made by {@link #builder(Path)} or
 * {@link #builder(DataSource)}.
 *
 * <p>Two configurations are equal if they name the same file, tables, backend and settings; opening one file twice needs
 * equal ones.
 */
public final class SyncConfig {

    private final @Nullable Path path;
    private final @Nullable DataSource dataSource;
    private final List<SyncedTable> tables;
    private final RemoteBackend backend;
    private final String account;
    private final SyncOptions options;
    private final Clock clock;
    private final RandomGenerator random;
    private final Supplier<String> ids;
    private final Scheduler scheduler;
    private final @Nullable Executor deliverOn;

    private SyncConfig(Builder b, RemoteBackend backend) {
        path = b.path;
        dataSource = b.dataSource;
        tables = List.copyOf(b.tables.values());
        this.backend = backend;
        account = b.account;
        options = b.options;
        clock = b.clock;
        random = b.random;
        ids = b.ids;
        scheduler = b.scheduler;
        deliverOn = b.deliverOn;
    }

    /**
     * Begins a configuration for a SQLite file.
     *
     * @param database the host's file; created if it does not exist
     * @return a builder
     */
    public static Builder builder(Path database) {
        return new Builder(database, null);
    }

    /**
     * Begins a configuration for a data source of the host's, for example one that encrypts. Every connection it gives must
     * lead to the same SQLite file; Syncline keeps two of them while it is open.
     *
     * @param database the host's data source
     * @return a builder
     */
    public static Builder builder(DataSource database) {
        return new Builder(null, database);
    }

    /**
     * Gives the file.
     *
     * @return the file, or null if a data source was given
     */
    public @Nullable Path path() {
        return path;
    }

    /**
     * Gives the data source.
     *
     * @return the data source, or null if a file was given
     */
    public @Nullable DataSource dataSource() {
        return dataSource;
    }

    /**
     * Gives the synced tables.
     *
     * @return the tables in the order they were added
     */
    public List<SyncedTable> tables() {
        return tables;
    }

    /**
     * Gives the backend.
     *
     * @return the backend; the manager closes it
     */
    public RemoteBackend backend() {
        return backend;
    }

    /**
     * Names whose data this is.
     *
     * @return the account; empty unless set
     */
    public String account() {
        return account;
    }

    /**
     * Gives the numbers.
     *
     * @return the options
     */
    public SyncOptions options() {
        return options;
    }

    /**
     * Gives the source of time.
     *
     * @return the clock; the system's in UTC unless set
     */
    public Clock clock() {
        return clock;
    }

    /**
     * Gives the source of chance, used to spread waits.
     *
     * @return the generator; never called by two threads at once
     */
    public RandomGenerator random() {
        return random;
    }

    /**
     * Gives the source of operation, run and conflict ids.
     *
     * @return a supplier of ids that are unique over all devices: letters, digits and hyphens, at most 64
     */
    public Supplier<String> ids() {
        return ids;
    }

    /**
     * Gives what every wait goes through.
     *
     * @return the scheduler; RxJava's computation scheduler unless set
     */
    public Scheduler scheduler() {
        return scheduler;
    }

    /**
     * Gives what streams deliver on.
     *
     * @return the executor, or null for a thread of the manager's own
     */
    public @Nullable Executor deliverOn() {
        return deliverOn;
    }

    private List<Object> parts() {
        return Arrays.asList(
                path, dataSource, tables, backend, account, options, clock, random, ids, scheduler, deliverOn);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SyncConfig that && parts().equals(that.parts());
    }

    @Override
    public int hashCode() {
        return Objects.hash(path, dataSource, tables, account);
    }

    @Override
    public String toString() {
        return "SyncConfig[" + (path == null ? "data source" : path) + ", tables=" + tables + ", backend="
                + backend.name() + "]";
    }

    /** Collects a configuration. Not thread-safe. */
    public static final class Builder {
        private final @Nullable Path path;
        private final @Nullable DataSource dataSource;
        private final Map<String, SyncedTable> tables = new LinkedHashMap<>();
        private @Nullable RemoteBackend backend;
        private String account = "";
        private SyncOptions options = SyncOptions.defaults();
        private Clock clock = Clock.systemUTC();
        private RandomGenerator random = RandomGenerator.getDefault();
        private Supplier<String> ids = () -> UUID.randomUUID().toString();
        private Scheduler scheduler = Schedulers.computation();
        private @Nullable Executor deliverOn;

        private Builder(@Nullable Path path, @Nullable DataSource dataSource) {
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
        public Builder table(SyncedTable table) {
            for (SyncedTable other : tables.values()) {
                if (other.name().equalsIgnoreCase(table.name())
                        || other.entity().equals(table.entity())) {
                    throw new IllegalArgumentException("table " + table.name() + " (entity " + table.entity()
                            + ") was added before as " + other.name() + " (entity " + other.entity() + ")");
                }
            }
            tables.put(table.name(), table);
            return this;
        }

        /**
         * Adds several tables.
         *
         * @param tables the tables
         * @return this
         */
        public Builder tables(Iterable<SyncedTable> tables) {
            tables.forEach(this::table);
            return this;
        }

        /**
         * Sets the backend; required.
         *
         * @param backend the backend; the manager closes it
         * @return this
         */
        public Builder backend(RemoteBackend backend) {
            this.backend = backend;
            return this;
        }

        /**
         * Names whose data this is. Unsent changes of one account are never sent under another. Default: one nameless account.
         *
         * @param account a stable name, such as the user's id
         * @return this
         */
        public Builder account(String account) {
            this.account = account;
            return this;
        }

        /**
         * Sets the numbers. Default: {@link SyncOptions#defaults()}.
         *
         * @param options the options
         * @return this
         */
        public Builder options(SyncOptions options) {
            this.options = options;
            return this;
        }

        /**
         * Sets the source of time. Default: the system clock in UTC.
         *
         * @param clock the clock
         * @return this
         */
        public Builder clock(Clock clock) {
            this.clock = clock;
            return this;
        }

        /**
         * Sets the source of chance. Default: the platform's generator.
         *
         * @param random the generator
         * @return this
         */
        public Builder random(RandomGenerator random) {
            this.random = random;
            return this;
        }

        /**
         * Sets the source of ids. Default: random UUIDs.
         *
         * @param ids a supplier of ids unique over all devices: letters, digits and hyphens, at most 64
         * @return this
         */
        public Builder ids(Supplier<String> ids) {
            this.ids = ids;
            return this;
        }

        /**
         * Sets what every wait goes through. Default: RxJava's computation scheduler.
         *
         * @param scheduler the scheduler
         * @return this
         */
        public Builder scheduler(Scheduler scheduler) {
            this.scheduler = scheduler;
            return this;
        }

        /**
         * Sets what streams deliver on, for example a user-interface thread. Default: a thread of the manager's own.
         *
         * @param executor the executor
         * @return this
         */
        public Builder deliverOn(Executor executor) {
            deliverOn = executor;
            return this;
        }

        /**
         * Makes the configuration.
         *
         * @return the configuration
         * @throws IllegalArgumentException if there is no backend or no table, or a reference names a table that is not synced
         */
        public SyncConfig build() {
            if (backend == null) {
                throw new IllegalArgumentException("no backend is set; give one with backend(…)");
            }
            if (tables.isEmpty()) {
                throw new IllegalArgumentException("no table is set; add at least one with table(…)");
            }
            List<String> unknown = new ArrayList<>();
            for (SyncedTable table : tables.values()) {
                for (Reference reference : table.references()) {
                    if (!tables.containsKey(reference.table())) {
                        unknown.add(table.name() + "." + reference.column() + " → " + reference.table());
                    }
                }
            }
            if (!unknown.isEmpty()) {
                throw new IllegalArgumentException("references to tables that are not synced: " + unknown
                        + "; add those tables or leave the references out");
            }
            return new SyncConfig(this, backend);
        }
    }
}
