package dev.syncline.backend.rest;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A place within a JSON value. Written with dots, {@code meta.total}, or as a JSON Pointer (RFC 6901), {@code /meta/@odata.count}, which
 * names may have dots in; empty for the value itself.
 *
 * @param names the names on the way; in an array the number of an element
 */
record JsonPlace(List<String> names) {

    static JsonPlace of(String text) {
        if (text.isEmpty()) {
            return new JsonPlace(List.of());
        }
        boolean pointer = text.startsWith("/");
        List<String> names = List.of((pointer ? text.substring(1) : text).split(pointer ? "/" : "\\.", -1)).stream()
                .map(name -> pointer ? name.replace("~1", "/").replace("~0", "~") : name)
                .toList();
        if (names.contains("")) {
            throw new IllegalArgumentException("the place " + text + " has an empty name in it");
        }
        return new JsonPlace(names);
    }

    /** The same as a JSON Pointer, which is what a reader on its way through a text compares. */
    static String pointer(String text) {
        StringBuilder pointer = new StringBuilder();
        for (String name : of(text).names()) {
            pointer.append('/').append(escaped(name));
        }
        return pointer.toString();
    }

    static String escaped(String name) {
        return name.indexOf('~') < 0 && name.indexOf('/') < 0
                ? name
                : name.replace("~", "~0").replace("/", "~1");
    }

    boolean isRoot() {
        return names.isEmpty();
    }

    /** What is there; null if nothing is. */
    @Nullable
    Object in(@Nullable Object value) {
        Object at = value;
        for (String name : names) {
            if (at instanceof Map<?, ?> members) {
                at = members.get(name);
            } else if (at instanceof List<?> elements && name.matches("[0-9]{1,6}")) {
                int index = Integer.parseInt(name);
                at = index < elements.size() ? elements.get(index) : null;
            } else {
                return null;
            }
        }
        return at;
    }

    @Override
    public String toString() {
        return String.join(".", names);
    }
}
