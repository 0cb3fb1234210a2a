package dev.syncline;

import java.lang.reflect.AnnotatedArrayType;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.AnnotatedWildcardType;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One type's public and protected members as text, one a line and sorted. A question mark behind a type says that null is
 * allowed. What every record and enum has by itself, and what only repeats {@link Object}, is left out.
 */
final class ApiText {

    private ApiText() {}

    static String of(Class<?> type) {
        // Constants in the order in which they are declared, which is part of what they say; the JVM gives methods in
        // any.
        List<String> constants = new ArrayList<>();
        List<String> lines = new ArrayList<>();
        for (Field field : type.getDeclaredFields()) {
            if (seen(field) && !field.isSynthetic()) {
                if (field.isEnumConstant()) {
                    constants.add(field.getName());
                } else {
                    lines.add(modifiers(field) + field(field));
                }
            }
        }
        if (!type.isEnum()) {
            Arrays.stream(type.getDeclaredConstructors())
                    .filter(made -> seen(made) && !made.isSynthetic())
                    .forEach(made -> lines.add("new" + parameters(made)));
        }
        Arrays.stream(type.getDeclaredMethods())
                .filter(method -> seen(method) && !method.isSynthetic() && !isEveryonesOwn(type, method))
                .forEach(method -> lines.add(modifiers(method) + variables(method)
                        + name(method.getAnnotatedReturnType()) + " " + method.getName() + parameters(method)));
        Stream<String> inOrder =
                Stream.concat(constants.stream(), lines.stream().sorted());
        return heading(type) + "\n" + inOrder.map(line -> "    " + line + "\n").collect(Collectors.joining());
    }

    private static String heading(Class<?> type) {
        String kind = type.isEnum() ? "enum" : type.isRecord() ? "record" : type.isInterface() ? "interface" : "class";
        String modifiers = Modifier.toString(
                type.getModifiers() & ~(Modifier.PUBLIC | Modifier.STATIC | Modifier.INTERFACE | implied(type)));
        StringBuilder text = new StringBuilder();
        text.append(modifiers.isEmpty() ? "" : modifiers + " ").append(type.isSealed() ? "sealed " : "");
        text.append(kind).append(' ').append(type.getName());
        AnnotatedType parent = type.getAnnotatedSuperclass();
        if (kind.equals("class") && parent != null && parent.getType() != Object.class) {
            text.append(" extends ").append(name(parent));
        }
        if (type.getInterfaces().length > 0) {
            text.append(type.isInterface() ? " extends " : " implements ").append(list(type.getAnnotatedInterfaces()));
        }
        return text.toString();
    }

    private static int implied(Class<?> type) {
        return (type.isEnum() || type.isRecord() ? Modifier.FINAL : 0) | (type.isInterface() ? Modifier.ABSTRACT : 0);
    }

    private static boolean seen(Member member) {
        return Modifier.isPublic(member.getModifiers()) || Modifier.isProtected(member.getModifiers());
    }

    private static boolean isEveryonesOwn(Class<?> type, Method method) {
        boolean object = Stream.of(Object.class.getMethods())
                .anyMatch(inherited -> inherited.getName().equals(method.getName())
                        && Arrays.equals(inherited.getParameterTypes(), method.getParameterTypes()));
        return object || (type.isEnum() && Modifier.isStatic(method.getModifiers()) && isEnumsOwn(method.getName()));
    }

    private static boolean isEnumsOwn(String name) {
        return name.equals("values") || name.equals("valueOf");
    }

    private static String modifiers(Member member) {
        int shown = Modifier.PROTECTED | Modifier.STATIC | Modifier.ABSTRACT | Modifier.FINAL;
        boolean inInterface = member.getDeclaringClass().isInterface();
        String own = Modifier.toString(member.getModifiers() & shown & ~(inInterface ? Modifier.ABSTRACT : 0));
        boolean byDefault = member instanceof Method method && method.isDefault();
        return (byDefault ? "default " : "") + (own.isEmpty() ? "" : own + " ");
    }

    private static String field(Field field) {
        return name(field.getAnnotatedType()) + " " + field.getName();
    }

    private static String parameters(Executable executable) {
        String thrown = executable.getExceptionTypes().length == 0
                ? ""
                : " throws " + list(executable.getAnnotatedExceptionTypes());
        return "(" + list(executable.getAnnotatedParameterTypes()) + ")" + thrown;
    }

    private static String variables(Method method) {
        TypeVariable<?>[] variables = method.getTypeParameters();
        return variables.length == 0
                ? ""
                : Arrays.stream(variables)
                        .map(variable -> variable.getName() + " extends " + list(variable.getAnnotatedBounds()))
                        .collect(Collectors.joining(", ", "<", "> "));
    }

    private static String list(AnnotatedType[] types) {
        return Arrays.stream(types).map(ApiText::name).collect(Collectors.joining(", "));
    }

    private static String name(AnnotatedType type) {
        String mark = type.isAnnotationPresent(Nullable.class) ? "?" : "";
        if (type instanceof AnnotatedArrayType array) {
            return name(array.getAnnotatedGenericComponentType()) + "[]" + mark;
        }
        if (type instanceof AnnotatedParameterizedType parameterized) {
            Type raw = ((ParameterizedType) parameterized.getType()).getRawType();
            return raw.getTypeName() + "<" + list(parameterized.getAnnotatedActualTypeArguments()) + ">" + mark;
        }
        if (type instanceof AnnotatedWildcardType wildcard) {
            AnnotatedType[] lower = wildcard.getAnnotatedLowerBounds();
            return lower.length > 0
                    ? "? super " + list(lower)
                    : "? extends " + list(wildcard.getAnnotatedUpperBounds());
        }
        return type.getType().getTypeName() + mark;
    }
}
