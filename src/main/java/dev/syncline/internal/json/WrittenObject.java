package dev.syncline.internal.json;

import java.util.AbstractMap;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An object that was written before: its members by name, and the text they stand in. It is written again as that text, and
 * read only if somebody asks for a member. Unmodifiable and safe for any thread.
 */
public final class WrittenObject extends AbstractMap<String, @Nullable Object> {
    private static final String EMPTY = "{}";

    private final String text;
    private volatile @Nullable Map<String, @Nullable Object> members;

    /**
     * Takes over a text.
     *
     * @param text what {@link Json#write} gave for a map
     */
    public WrittenObject(String text) {
        this.text = text;
    }

    /**
     * Gives the text.
     *
     * @return one JSON object
     */
    String text() {
        return text;
    }

    /**
     * Gives an object with these members in front of those of this one, which is still not read: parsing it only to write it again would
     * cost more than sending it.
     *
     * @param first the members that come first; one of this object's that bears such a name gives way
     * @return an object of both
     */
    public Map<String, @Nullable Object> behind(Map<String, @Nullable Object> first) {
        if (first.isEmpty()) {
            return this;
        }
        if (first.keySet().stream().anyMatch(this::mayHold)) {
            Map<String, @Nullable Object> both = new LinkedHashMap<>(first);
            members().forEach((name, value) -> {
                if (!first.containsKey(name)) {
                    both.put(name, value);
                }
            });
            return both;
        }
        String front = Json.write(first);
        return text.length() == EMPTY.length()
                ? first
                : new WrittenObject(front.substring(0, front.length() - 1) + ',' + text.substring(1));
    }

    /** Whether the text holds the name at all, as a member's or otherwise, in the way in which names are written. */
    private boolean mayHold(String name) {
        return text.contains(Json.write(name));
    }

    @SuppressWarnings("unchecked") // Json gives no other maps
    private Map<String, @Nullable Object> members() {
        Map<String, @Nullable Object> read = members;
        if (read == null) {
            if (!(Json.parse(text) instanceof Map<?, ?> object)) {
                throw new JsonFormatException("the text of an object holds something else");
            }
            read = Collections.unmodifiableMap((Map<String, @Nullable Object>) object);
            members = read;
        }
        return read;
    }

    @Override
    public @Nullable Object get(@Nullable Object name) {
        return members().get(name);
    }

    @Override
    public boolean containsKey(@Nullable Object name) {
        return members().containsKey(name);
    }

    @Override
    public Set<Map.Entry<String, @Nullable Object>> entrySet() {
        return members().entrySet();
    }
}
