package dev.syncline.testing.jdbc;

import dev.syncline.testing.jdbc.Boundary.Call;
import dev.syncline.testing.jdbc.Boundary.Moment;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A data source whose every {@code execute…}, batch, {@code commit}, {@code rollback}, {@code setAutoCommit} and closing of a
 * connection lies between two numbered boundaries, at which a {@link Plan} strikes.
 *
 * <p>Once it has crashed, every call on anything it ever gave throws {@link SimulatedCrash}, so that no clean-up can run; the
 * real connections stay open, with their locks, until {@link #close()}. Whoever wants to go on with the file as the crash left it
 * has the plan copy it, since closing rolls back and writes the log into the file.
 *
 * <p>Thread-safe. The numbers are the same on every run as long as one thread at a time uses the source, and so are copies of
 * the file whole.
 */
public final class CrashLayer implements AutoCloseable {
    private final DataSource real;
    private final DataSource source;
    private final AtomicInteger boundaries = new AtomicInteger();
    private final AtomicInteger connections = new AtomicInteger();
    private final List<Connection> given = new CopyOnWriteArrayList<>();
    private volatile Plan plan = Plan.count();
    private volatile boolean crashed;

    private CrashLayer(DataSource real) {
        this.real = real;
        source = (DataSource) Proxy.newProxyInstance(
                CrashLayer.class.getClassLoader(), new Class<?>[] {DataSource.class}, new SourceCalls(this, real));
    }

    /** A layer around a source that makes a new connection each time. */
    public static CrashLayer over(DataSource real) {
        return new CrashLayer(real);
    }

    /** The source to be used in place of the real one. */
    public DataSource source() {
        return source;
    }

    /** Sets what happens at each boundary from now on. */
    public CrashLayer plan(Plan plan) {
        this.plan = plan;
        return this;
    }

    /** How many boundaries were passed so far. */
    public int boundaries() {
        return boundaries.get();
    }

    /** Whether it has crashed. */
    public boolean crashed() {
        return crashed;
    }

    /** Closes the real connections that are still open; afterwards the file is SQLite's to tidy up, as after any crash. */
    @Override
    public void close() throws SQLException {
        crashed = true;
        for (Connection connection : given) {
            connection.close();
        }
        given.clear();
    }

    /** Does something on each real connection that is open; none is in use meanwhile. */
    public void each(OnConnection step) throws SQLException {
        for (Connection connection : given) {
            step.on(connection);
        }
    }

    Connection connection(Connection raw) {
        given.add(raw);
        return (Connection) Proxy.newProxyInstance(
                CrashLayer.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                new ConnectionCalls(this, raw, connections.incrementAndGet()));
    }

    void forget(Connection raw) {
        given.remove(raw);
    }

    void requireAlive() {
        if (crashed) {
            throw new SimulatedCrash("at an earlier boundary");
        }
    }

    /** Runs one call between its two boundaries. */
    @Nullable
    Object between(Call call, String sql, Connection raw, int connection, RealCall work) throws Throwable {
        strike(new Boundary(boundaries.incrementAndGet(), Moment.BEFORE, call, sql, connection), raw);
        @Nullable Object result = work.run();
        strike(new Boundary(boundaries.incrementAndGet(), Moment.AFTER, call, sql, connection), raw);
        return result;
    }

    private void strike(Boundary boundary, Connection raw) throws SQLException {
        requireAlive();
        Strike strike = plan.at(boundary);
        if (strike instanceof Strike.Crash) {
            crashed = true;
            throw new SimulatedCrash("at " + boundary);
        }
        if (strike instanceof Strike.Fail failure) {
            if (failure.rollsBack()) {
                rollBack(raw);
            }
            throw failure.exception();
        }
    }

    private static void rollBack(Connection raw) throws SQLException {
        try (Statement statement = raw.createStatement()) {
            statement.execute("ROLLBACK");
        } catch (SQLException e) {
            if (!String.valueOf(e.getMessage()).contains("no transaction is active")) {
                throw e;
            }
        }
    }

    /** What is done on a connection. */
    @FunctionalInterface
    public interface OnConnection {
        /** Does it. */
        void on(Connection connection) throws SQLException;
    }

    /** The call itself. */
    interface RealCall {
        @Nullable
        Object run() throws Throwable;
    }
}
