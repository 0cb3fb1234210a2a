package dev.syncline;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Holds for a class whose public and protected signatures name the JDK, our exported packages and the agreed libraries. */
final class NameOnlyVisibleTypes extends ArchCondition<JavaClass> {

    private static final Set<String> LIBRARIES = Set.of(
            "java.", "javax.sql.", "io.reactivex.rxjava3.", "org.reactivestreams.", "org.slf4j.", "org.jspecify.");

    private final Set<String> adapters;

    NameOnlyVisibleTypes(Set<String> adapters) {
        super("name only types that a host can see");
        this.adapters = adapters;
    }

    @Override
    public void check(JavaClass type, ConditionEvents events) {
        Stream<JavaType> parents = Stream.concat(type.getSuperclass().stream(), type.getInterfaces().stream());
        parents.flatMap(parent -> parent.getAllInvolvedRawTypes().stream())
                .forEach(named -> judge(type, type.getName(), named, events));
        for (JavaMember member : type.getMembers()) {
            if (seenByHosts(member)) {
                named(member).forEach(named -> judge(type, member.getFullName(), named, events));
            }
        }
    }

    private void judge(JavaClass owner, String where, JavaClass named, ConditionEvents events) {
        if (!visible(owner, named.getBaseComponentType())) {
            events.add(SimpleConditionEvent.violated(owner, where + " names " + named.getName()));
        }
    }

    private boolean visible(JavaClass owner, JavaClass named) {
        String name = named.getName();
        if (name.startsWith("dev.syncline.")) {
            return !name.startsWith("dev.syncline.internal.");
        }
        if (name.startsWith("okhttp3.")) {
            return adapters.contains(owner.getPackageName());
        }
        return named.isPrimitive() || LIBRARIES.stream().anyMatch(name::startsWith);
    }

    private static boolean seenByHosts(JavaMember member) {
        return member.getModifiers().contains(JavaModifier.PUBLIC)
                || member.getModifiers().contains(JavaModifier.PROTECTED);
    }

    private static Set<JavaClass> named(JavaMember member) {
        Set<JavaClass> named = new LinkedHashSet<>();
        if (member instanceof JavaField field) {
            named.addAll(field.getType().getAllInvolvedRawTypes());
        } else if (member instanceof JavaMethod method) {
            named.addAll(method.getAllInvolvedRawTypes());
            named.addAll(method.getExceptionTypes());
        } else if (member instanceof JavaConstructor constructor) {
            named.addAll(constructor.getParameterTypes().stream()
                    .flatMap(parameter -> parameter.getAllInvolvedRawTypes().stream())
                    .collect(Collectors.toSet()));
            named.addAll(constructor.getExceptionTypes());
        }
        return named;
    }
}
