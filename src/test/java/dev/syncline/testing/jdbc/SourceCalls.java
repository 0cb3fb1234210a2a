package dev.syncline.testing.jdbc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.sql.Connection;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The calls on the data source: connections go into the layer. */
final class SourceCalls implements InvocationHandler {
    private final CrashLayer layer;
    private final DataSource real;

    SourceCalls(CrashLayer layer, DataSource real) {
        this.layer = layer;
        this.real = real;
    }

    @Override
    public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments) throws Throwable {
        if (Passing.isIdentity(method)) {
            return Passing.identity(proxy, method, arguments, real);
        }
        layer.requireAlive();
        Object result = Passing.on(real, method, arguments);
        return result instanceof Connection raw ? layer.connection(raw) : result;
    }
}
