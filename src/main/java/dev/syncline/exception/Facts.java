package dev.syncline.exception;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Collects the context of an exception: first what its type knows, then what the thrower added. */
final class Facts {

    private final Map<String, String> facts = new LinkedHashMap<>();

    /** Adds one fact of the type; an absent one is left out. */
    Facts with(String name, @Nullable Object value) {
        if (value != null) {
            facts.put(name, value.toString());
        }
        return this;
    }

    /** Adds what the thrower knows; it cannot displace a fact of the type. */
    Map<String, String> and(Map<String, String> added) {
        added.forEach(facts::putIfAbsent);
        return facts;
    }
}
