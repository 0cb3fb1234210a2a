package dev.syncline.backend.rest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;

/**
 * An address below the base address with places for an entity's name and an id, such as {@code items/{entity}/{id}} or
 * {@code {entity}?id=eq.{id}}. What is filled in stays within its segment or parameter, whatever it holds; text that could not is
 * refused, since {@code DELETE /notes/} has wiped a collection before. Immutable.
 */
final class AddressTemplate {

    static final String ENTITY = "{entity}";
    static final String ID = "{id}";

    /** Plain characters, and besides them the few that servers use around an id. */
    private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9._~$@:()'-]+");

    private final String text;
    private final List<String> segments;
    private final Map<String, String> query;

    private AddressTemplate(String text, List<String> segments, Map<String, String> query) {
        this.text = text;
        this.segments = segments;
        this.query = query;
    }

    /**
     * Reads a template.
     *
     * @param text segments, then perhaps a query
     * @param needed the places that it must have; others it must not have
     * @throws IllegalArgumentException if it is none
     */
    static AddressTemplate of(String text, String... needed) {
        int question = text.indexOf('?');
        String path = question < 0 ? text : text.substring(0, question);
        List<String> segments = path.isEmpty() ? List.of() : List.of(path.split("/", -1));
        Map<String, String> query = new LinkedHashMap<>();
        boolean sound = true;
        for (String segment : segments) {
            String fixed = segment.replace(ENTITY, "e").replace(ID, "i");
            sound &= SEGMENT.matcher(fixed).matches() && !fixed.equals(".") && !fixed.equals("..");
        }
        if (question >= 0) {
            for (String parameter : text.substring(question + 1).split("&", -1)) {
                int equals = parameter.indexOf('=');
                sound &= equals > 0;
                if (equals > 0) {
                    query.put(parameter.substring(0, equals), parameter.substring(equals + 1));
                }
            }
        }
        List<String> places = List.of(needed);
        for (String place : List.of(ENTITY, ID)) {
            sound &= text.contains(place) == places.contains(place);
        }
        if (!sound) {
            throw new IllegalArgumentException("path " + text + " is not one or more plain segments"
                    + (places.isEmpty() ? "" : " with " + String.join(" and ", places) + " in it")
                    + ", and then perhaps a query of name=value");
        }
        return new AddressTemplate(text, segments, query);
    }

    /** Fills in what it has places for. */
    HttpUrl.Builder at(HttpUrl base, String entity, String id) {
        HttpUrl.Builder url = base.newBuilder();
        for (String segment : segments) {
            url.addPathSegment(filled(segment, entity, id));
        }
        query.forEach((name, value) -> url.addQueryParameter(name, filled(value, entity, id)));
        return url;
    }

    /** The parameters that it has by itself. */
    List<String> parameters() {
        return new ArrayList<>(query.keySet());
    }

    private static String filled(String part, String entity, String id) {
        boolean both = part.contains(ENTITY) && !isSegment(entity);
        if (both || (part.contains(ID) && !isSegment(id))) {
            throw new IllegalArgumentException("an entity or id that is empty, '.', '..', overlong or no whole text"
                    + " cannot be part of an address; nothing was sent");
        }
        // One after the other would look for places in what was filled in.
        int at = part.indexOf(ID);
        return at < 0
                ? part.replace(ENTITY, entity)
                : part.substring(0, at).replace(ENTITY, entity)
                        + id
                        + part.substring(at + ID.length()).replace(ENTITY, entity);
    }

    /** Whether the text can be one segment of an address. Half a character has no form there, and would silently become another id. */
    static boolean isSegment(String text) {
        return !text.isEmpty()
                && text.length() <= RowFormat.MAX_ID
                && !text.equals(".")
                && !text.equals("..")
                && text.codePoints().noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }

    @Override
    public String toString() {
        return text;
    }
}
