package dev.syncline.simulator;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A data source whose connections run other statements than they are given; with it bugs are planted. */
final class AlteredSource {
    private final UnaryOperator<String> change;

    private AlteredSource(UnaryOperator<String> change) {
        this.change = change;
    }

    /** Opens a connection. */
    interface Opener {
        Connection open() throws SQLException;
    }

    /** A source of connections, with every text that is prepared or executed on them changed. */
    static DataSource of(Opener opener, UnaryOperator<String> change) {
        AlteredSource altered = new AlteredSource(change);
        InvocationHandler handler =
                (proxy, method, arguments) -> method.getName().equals("getConnection")
                        ? altered.wrap(Connection.class, opener.open())
                        : own(proxy, method, arguments);
        return (DataSource) Proxy.newProxyInstance(
                AlteredSource.class.getClassLoader(), new Class<?>[] {DataSource.class}, handler);
    }

    /** What a configuration asks of the objects in it; all else is nobody's business here. */
    private static Object own(Object proxy, Method method, Object[] arguments) {
        return switch (method.getName()) {
            case "equals" -> proxy == arguments[0];
            case "hashCode" -> System.identityHashCode(proxy);
            case "toString" -> "altered source";
            default -> throw new UnsupportedOperationException(method.getName());
        };
    }

    private <T> T wrap(Class<T> type, Object target) {
        InvocationHandler handler = (proxy, method, arguments) -> call(proxy, target, method, arguments);
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private @Nullable Object call(Object proxy, Object target, Method method, Object @Nullable [] arguments)
            throws Throwable {
        if (method.getName().equals("equals")) {
            return proxy == arguments[0];
        }
        if (arguments != null && arguments.length > 0 && arguments[0] instanceof String sql) {
            arguments[0] = change.apply(sql);
        }
        try {
            Object result = method.invoke(target, arguments);
            return method.getName().equals("createStatement") ? wrap(Statement.class, result) : result;
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
