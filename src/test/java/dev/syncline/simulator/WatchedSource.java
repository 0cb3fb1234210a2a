package dev.syncline.simulator;

import java.io.PrintWriter;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The engine's way to a device's file. Each statement that it executes is a boundary, before and behind which the world may look in,
 * write with another connection, or kill the process: then the connections are closed as they stand, what was not committed is gone,
 * and every later call fails.
 */
final class WatchedSource implements DataSource {

    /** What stands at the boundaries. */
    interface Watch {

        /** Gives the statement that is run in the place of one; for planted bugs. */
        String instead(String sql);

        /** Called before and behind each executed statement. */
        void boundary(String sql, boolean before);
    }

    private final Opener opener;
    private final Watch watch;
    private final List<Connection> open = new ArrayList<>();
    private boolean crashed;

    /** Opens a connection to the file. */
    interface Opener {
        Connection open() throws SQLException;
    }

    WatchedSource(Opener opener, Watch watch) {
        this.opener = opener;
        this.watch = watch;
    }

    boolean hasCrashed() {
        return crashed;
    }

    /** Kills the process that uses this source. */
    void crash() {
        crashed = true;
        for (Connection connection : open) {
            try {
                connection.close();
            } catch (SQLException e) {
                throw new IllegalStateException("a connection of the killed process could not be closed", e);
            }
        }
        open.clear();
    }

    @Override
    public Connection getConnection() throws SQLException {
        alive();
        Connection connection = opener.open();
        open.add(connection);
        return wrap(Connection.class, connection, null);
    }

    private void alive() throws SQLException {
        if (crashed) {
            throw new SQLException("the process was killed");
        }
    }

    private <T> T wrap(Class<T> type, Object target, @Nullable String sql) {
        InvocationHandler handler = (proxy, method, arguments) -> call(proxy, target, sql, method, arguments);
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private @Nullable Object call(
            Object proxy, Object target, @Nullable String sql, Method method, Object @Nullable [] arguments)
            throws Throwable {
        String name = method.getName();
        switch (name) {
            case "equals":
                return proxy == arguments[0];
            case "hashCode":
                return System.identityHashCode(proxy);
            case "toString":
                return "watched " + target;
            case "isClosed":
                return crashed || (boolean) invoke(target, method, arguments);
            case "close":
                return crashed ? null : invoke(target, method, arguments);
            default:
                alive();
        }
        if (name.equals("prepareStatement")) {
            arguments[0] = watch.instead((String) arguments[0]);
            return wrap(PreparedStatement.class, invoke(target, method, arguments), (String) arguments[0]);
        }
        if (name.equals("createStatement")) {
            return wrap(Statement.class, invoke(target, method, arguments), null);
        }
        if (!name.startsWith("execute")) {
            return invoke(target, method, arguments);
        }
        boolean direct = arguments != null && arguments.length > 0;
        if (direct) {
            arguments[0] = watch.instead((String) arguments[0]);
        }
        String executed = direct ? (String) arguments[0] : String.valueOf(sql);
        watch.boundary(executed, true);
        alive();
        Object result = invoke(target, method, arguments);
        watch.boundary(executed, false);
        return result;
    }

    private static @Nullable Object invoke(Object target, Method method, Object @Nullable [] arguments)
            throws Throwable {
        try {
            return method.invoke(target, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        return getConnection();
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(PrintWriter out) throws SQLException {
        throw new SQLFeatureNotSupportedException();
    }

    @Override
    public void setLoginTimeout(int seconds) throws SQLException {
        throw new SQLFeatureNotSupportedException();
    }

    @Override
    public int getLoginTimeout() {
        return 0;
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        throw new SQLException("nothing is wrapped for others");
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }
}
