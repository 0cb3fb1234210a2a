package dev.syncline.internal.json;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A place inside JSON values, or several where it leads through a list: {@code $.items[*].account_id}. Only members by name and all
 * elements of a list; what a value has no such place for is passed over. Immutable.
 */
public final class JsonPath {
    private static final Pattern STEP = Pattern.compile("\\.([^.\\[\\]'\\s]+)|\\['([^']+)'\\]|(\\[\\*\\])");

    /** Names of members; an empty text stands for all elements, since no step names a member so. */
    private final List<String> steps;

    private JsonPath(List<String> steps) {
        this.steps = List.copyOf(steps);
    }

    /**
     * Reads a path.
     *
     * @param text {@code $}, then one step or more: {@code .name}, {@code ['any name']} or {@code [*]}
     * @return the path
     * @throws IllegalArgumentException if it is written otherwise
     */
    public static JsonPath parse(String text) {
        List<String> steps = new ArrayList<>();
        Matcher step = STEP.matcher(text);
        int at = 1;
        while (text.startsWith("$") && step.find(at) && step.start() == at) {
            steps.add(step.group(3) != null ? "" : step.group(1) != null ? step.group(1) : step.group(2));
            at = step.end();
            if (at == text.length()) {
                return new JsonPath(steps);
            }
        }
        throw new IllegalArgumentException(
                "'" + text + "' is no path that leads to ids inside JSON; write $ and then steps of the form .name,"
                        + " ['any name'] or [*] for all elements of a list, such as $.items[*].account_id");
    }

    /**
     * Gives what a value holds there.
     *
     * @param json a value as {@link Json#parse(String)} gives it
     * @return each value once, in the order in which they come; nulls left out
     */
    public Set<Object> in(@Nullable Object json) {
        Set<Object> found = new LinkedHashSet<>();
        collect(json, 0, found);
        return found;
    }

    private void collect(@Nullable Object json, int depth, Set<Object> found) {
        if (json == null) {
            return;
        }
        if (depth == steps.size()) {
            found.add(json);
            return;
        }
        String step = steps.get(depth);
        if (step.isEmpty() && json instanceof List<?> elements) {
            elements.forEach(element -> collect(element, depth + 1, found));
        } else if (!step.isEmpty() && json instanceof Map<?, ?> members) {
            collect(members.get(step), depth + 1, found);
        }
    }

    /**
     * Puts other values there.
     *
     * @param json a value as {@link Json#parse(String)} gives it
     * @param by what takes the place of which value; others stay
     * @return the value with them, otherwise the same
     */
    public @Nullable Object replace(@Nullable Object json, Map<Object, Object> by) {
        return replace(json, 0, by);
    }

    private @Nullable Object replace(@Nullable Object json, int depth, Map<Object, Object> by) {
        if (json == null) {
            return null;
        }
        if (depth == steps.size()) {
            return by.getOrDefault(json, json);
        }
        String step = steps.get(depth);
        if (step.isEmpty() && json instanceof List<?> elements) {
            List<@Nullable Object> copy = new ArrayList<>(elements.size());
            elements.forEach(element -> copy.add(replace(element, depth + 1, by)));
            return Collections.unmodifiableList(copy);
        }
        if (!step.isEmpty() && json instanceof Map<?, ?> members && members.containsKey(step)) {
            Map<@Nullable Object, @Nullable Object> copy = new LinkedHashMap<>(members);
            copy.put(step, replace(members.get(step), depth + 1, by));
            return Collections.unmodifiableMap(copy);
        }
        return json;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof JsonPath that && steps.equals(that.steps);
    }

    @Override
    public int hashCode() {
        return steps.hashCode();
    }
}
