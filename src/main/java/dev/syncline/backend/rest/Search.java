package dev.syncline.backend.rest;

import dev.syncline.internal.json.Json;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a list is narrowed to the records that hold certain values, so that a create whose answer was lost can be looked for by its
 * {@code externalId} or {@code naturalKey}. The list must show what was written just before. Immutable.
 */
public final class Search {

    static final String FIELD = "{field}";
    static final String VALUE = "{value}";

    private final @Nullable String parameter;
    private final String value;
    private final boolean json;
    private final @Nullable AddressTemplate path;

    private Search(@Nullable String parameter, String value, boolean json, @Nullable AddressTemplate path) {
        this.parameter = parameter;
        this.value = value;
        this.json = json;
        this.path = path;
    }

    /**
     * Lists cannot be narrowed.
     *
     * @return the default
     */
    public static Search none() {
        return new Search(null, "", false, null);
    }

    /**
     * By a query parameter of the field's name: {@code GET /account?number=4711}.
     *
     * @return this search
     */
    public static Search byField() {
        return by(FIELD, VALUE);
    }

    /**
     * By a query parameter for each field, such as <code>filter[{field}][_eq]</code> with <code>{value}</code>, or <code>{field}</code> with
     * <code>eq.{value}</code>.
     *
     * @param parameter its name, with a place for the field's name
     * @param value its value, with a place for the field's value
     * @return this search
     * @throws IllegalArgumentException if one of the places is missing
     */
    public static Search by(String parameter, String value) {
        if (!parameter.contains(FIELD) || !value.contains(VALUE)) {
            throw new IllegalArgumentException("a search by " + parameter + "=" + value + " needs {field} and {value}");
        }
        return new Search(parameter, value, false, null);
    }

    /**
     * By one parameter that holds a JSON object of all fields: {@code where={"number":"4711"}}.
     *
     * @param parameter its name, such as {@code where}
     * @return this search
     * @throws IllegalArgumentException if the name is empty
     */
    public static Search byJson(String parameter) {
        if (parameter.isEmpty()) {
            throw new IllegalArgumentException("the parameter of a search has no name");
        }
        return new Search(parameter, VALUE, true, null);
    }

    /**
     * By one parameter that holds a text for people, made of a term for one field, such as <code>query=external_id_is:"4711"</code>. What names
     * several fields is not searched for.
     *
     * @param parameter its name, such as {@code query}
     * @param term with a place for the field's name and one for its value, such as <code>{field}_is:"{value}"</code>; a value that holds a quotation
     *     mark is not searched for
     * @return this search
     * @throws IllegalArgumentException if the name is empty or one of the places is missing
     */
    public static Search byTerm(String parameter, String term) {
        if (parameter.isEmpty() || !term.contains(FIELD) || !term.contains(VALUE)) {
            throw new IllegalArgumentException("a search by " + parameter + "=" + term + " needs {field} and {value}");
        }
        return new Search(parameter, term, false, null);
    }

    /**
     * Says where lists are searched, if that is not the collection.
     *
     * @param place below the base address, such as <code>search/{entity}</code>
     * @return a changed copy
     * @throws IllegalArgumentException if the path is not plain segments with the entity in it
     */
    public Search at(String place) {
        return new Search(parameter, value, json, AddressTemplate.of(place, AddressTemplate.ENTITY));
    }

    /** Where lists are searched; null if that is the collection. */
    @Nullable
    AddressTemplate path() {
        return path;
    }

    /** Whether one parameter of a fixed name holds the field's name in its value. */
    boolean isTerm() {
        return value.contains(FIELD);
    }

    /** The value of the parameter for a field. */
    String value(String field, String text) {
        return value.replace(FIELD, field).replace(VALUE, text);
    }

    boolean isPossible() {
        return parameter != null;
    }

    boolean isJson() {
        return json;
    }

    /** The parameter for a field; of a search by JSON the one for all. */
    String parameter(String field) {
        return parameter == null ? field : parameter.replace(FIELD, field);
    }

    /** The fields as a JSON search has them. */
    static String object(Map<String, Object> fields) {
        return Json.write(fields);
    }
}
