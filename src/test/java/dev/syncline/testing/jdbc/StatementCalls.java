package dev.syncline.testing.jdbc;

import dev.syncline.testing.jdbc.Boundary.Call;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** The calls on one statement. */
final class StatementCalls implements InvocationHandler {
    private final CrashLayer layer;
    private final Connection proxyOfConnection;
    private final Connection connection;
    private final int number;
    private final Statement real;
    private String sql;

    StatementCalls(
            CrashLayer layer,
            Connection proxyOfConnection,
            Connection connection,
            int number,
            Statement real,
            String sql) {
        this.layer = layer;
        this.proxyOfConnection = proxyOfConnection;
        this.connection = connection;
        this.number = number;
        this.real = real;
        this.sql = sql;
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        if (Passing.isIdentity(method)) {
            return Passing.identity(proxy, method, arguments, real);
        }
        layer.requireAlive();
        if (arguments != null && arguments[0] instanceof String text && (isExecute(method) || isAddBatch(method))) {
            sql = text;
        }
        if (method.getName().equals("getConnection")) {
            return proxyOfConnection;
        }
        Object result = isExecute(method)
                ? layer.between(
                        method.getName().endsWith("Batch") ? Call.BATCH : Call.EXECUTE,
                        sql,
                        connection,
                        number,
                        () -> Passing.on(real, method, arguments))
                : Passing.on(real, method, arguments);
        return result instanceof ResultSet rows ? wrapped((Statement) proxy, rows) : result;
    }

    private static boolean isExecute(Method method) {
        return method.getName().startsWith("execute");
    }

    private static boolean isAddBatch(Method method) {
        return method.getName().equals("addBatch");
    }

    /** Rows are no boundary, for nothing is written between them; a dead process reads none all the same. */
    private ResultSet wrapped(Statement proxy, ResultSet rows) {
        return (ResultSet) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ResultSet.class}, (itself, method, arguments) -> {
                    if (Passing.isIdentity(method)) {
                        return Passing.identity(itself, method, arguments, rows);
                    }
                    layer.requireAlive();
                    return method.getName().equals("getStatement") ? proxy : Passing.on(rows, method, arguments);
                });
    }
}
