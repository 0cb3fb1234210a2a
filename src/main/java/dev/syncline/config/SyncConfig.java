package dev.syncline.config;

import dev.syncline.backend.RemoteBackend;
import io.reactivex.rxjava3.core.Scheduler;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Everything a {@code SyncManager} is opened with. Immutable; made by {@link #builder(Path)} or
 * {@link #builder(DataSource)}.
 *
 * <p>Two configurations are equal if they name the same file, tables and settings and hold the same backend, clock and other
 * objects; opening one file twice needs ones that are equal {@linkplain #sameButForFile but for the file's name}.
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
    private final ExecutorSource executors;
    private final @Nullable Executor deliverOn;
    private final ConnectivityMonitor connectivity;
    private final List<BalanceRule> balances;

    SyncConfig(SyncConfigBuilder b, RemoteBackend backend) {
        path = b.path;
        dataSource = b.dataSource;
        tables = List.copyOf(b.tables);
        this.backend = backend;
        account = b.account;
        options = b.options;
        clock = b.clock;
        random = b.random;
        ids = b.ids;
        scheduler = b.scheduler;
        executors = b.executors;
        deliverOn = b.deliverOn;
        connectivity = b.connectivity;
        balances = List.copyOf(b.balances);
    }

    /**
     * Begins a configuration for a SQLite file.
     *
     * @param database the host's file; it must be there, with its tables, when a manager is opened
     * @return a builder
     */
    public static SyncConfigBuilder builder(Path database) {
        return new SyncConfigBuilder(database, null);
    }

    /**
     * Begins a configuration for a data source of the host's, for example one that encrypts. Every connection it gives must
     * lead to the same SQLite file; Syncline keeps two of them while it is open.
     *
     * @param database the host's data source
     * @return a builder
     */
    public static SyncConfigBuilder builder(DataSource database) {
        return new SyncConfigBuilder(null, database);
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
     * Gives where the manager's threads come from.
     *
     * @return the source; daemon threads of the library's unless set
     */
    public ExecutorSource executors() {
        return executors;
    }

    /**
     * Gives what streams deliver on.
     *
     * @return the executor, or null for a thread of the manager's own
     */
    public @Nullable Executor deliverOn() {
        return deliverOn;
    }

    /**
     * Gives what the host knows of the network.
     *
     * @return the monitor; {@link ConnectivityMonitor#alwaysUp()} unless set
     */
    public ConnectivityMonitor connectivity() {
        return connectivity;
    }

    /**
     * Gives how stored balances follow from entries.
     *
     * @return the rules, in the order they were added
     */
    public List<BalanceRule> balances() {
        return balances;
    }

    /**
     * Compares everything but the name of the file, of which a link may have given it another.
     *
     * @param other a configuration
     * @return whether the two ask for the same
     */
    public boolean sameButForFile(SyncConfig other) {
        return (path == null) == (other.path == null) && parts().equals(other.parts());
    }

    private List<@Nullable Object> parts() {
        return Arrays.asList(
                dataSource,
                tables,
                backend,
                account,
                options,
                clock,
                random,
                ids,
                scheduler,
                executors,
                deliverOn,
                connectivity,
                balances);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof SyncConfig that && Objects.equals(path, that.path) && sameButForFile(that);
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
}
