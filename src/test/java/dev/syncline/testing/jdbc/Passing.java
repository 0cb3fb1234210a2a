package dev.syncline.testing.jdbc;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/** Passes a call on to the real object, and throws what that throws. */
final class Passing {

    private Passing() {}

    static @Nullable Object on(Object real, Method method, Object @Nullable [] arguments) throws Throwable {
        try {
            return method.invoke(real, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** Whether the call asks what the object is, which a dead process may do as well. */
    static boolean isIdentity(Method method) {
        return method.getDeclaringClass().equals(Object.class);
    }

    static Object identity(Object proxy, Method method, Object @Nullable [] arguments, Object real) {
        return switch (method.getName()) {
            case "equals" -> arguments != null && proxy == arguments[0];
            case "hashCode" -> System.identityHashCode(proxy);
            default -> "layer over " + real;
        };
    }
}
