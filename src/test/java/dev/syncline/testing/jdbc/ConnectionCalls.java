package dev.syncline.testing.jdbc;

import dev.syncline.testing.jdbc.Boundary.Call;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** The calls on one connection: statements go into the layer, {@code unwrap} gives the real one. */
final class ConnectionCalls implements InvocationHandler {
    private final CrashLayer layer;
    private final Connection real;
    private final int number;

    ConnectionCalls(CrashLayer layer, Connection real, int number) {
        this.layer = layer;
        this.real = real;
        this.number = number;
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        if (Passing.isIdentity(method)) {
            return Passing.identity(proxy, method, arguments, real);
        }
        layer.requireAlive();
        return switch (method.getName()) {
            case "commit" -> between(Call.COMMIT, method, arguments);
            case "rollback" -> between(Call.ROLLBACK, method, arguments);
            case "setAutoCommit" -> between(Call.AUTO_COMMIT, method, arguments);
            case "close" -> {
                Object nothing = between(Call.CLOSE, method, arguments);
                layer.forget(real);
                yield nothing;
            }
            case "createStatement", "prepareStatement", "prepareCall" -> {
                Statement statement = (Statement) Passing.on(real, method, arguments);
                String sql = arguments != null && arguments[0] instanceof String text ? text : "";
                yield wrapped((Connection) proxy, statement, sql);
            }
            default -> Passing.on(real, method, arguments);
        };
    }

    @Nullable
    Object between(Call call, Method method, Object @Nullable [] arguments) throws Throwable {
        return layer.between(call, "", real, number, () -> Passing.on(real, method, arguments));
    }

    private Statement wrapped(Connection proxy, Statement statement, String sql) {
        Class<?> type = statement instanceof PreparedStatement ? PreparedStatement.class : Statement.class;
        StatementCalls calls = new StatementCalls(layer, proxy, real, number, statement, sql);
        return (Statement) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {type}, calls);
    }
}
