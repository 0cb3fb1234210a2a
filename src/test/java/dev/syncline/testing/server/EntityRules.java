package dev.syncline.testing.server;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** What one entity demands; an entity nobody declared takes ids from the client and demands nothing. */
public final class EntityRules {

    /** What happens to a parent's delete while live children name it. */
    public enum ParentDelete {
        /** 409 with the field in {@code errors}. */
        REFUSE,
        /** The children are deleted too, in the same transaction. */
        CASCADE,
        /** The reference is left dangling. */
        ALLOW
    }

    /** A reference of this entity to another one. */
    record Reference(String parent, ParentDelete onDelete) {}

    private static final Pattern FIELD = Pattern.compile("[A-Za-z0-9_]{1,64}");

    private final Map<String, Reference> references = new LinkedHashMap<>();
    private final Set<String> unique = new LinkedHashSet<>();
    private final Set<String> required = new LinkedHashSet<>();
    private boolean serverIds;

    EntityRules() {}

    /** The server assigns whole numbers as ids; a create that brings one is refused with 422. */
    public EntityRules serverIds() {
        serverIds = true;
        return this;
    }

    /** A value of the field must be the id of a live row of {@code parent}, else 422; deletes as {@code onDelete} says. */
    public EntityRules references(String field, String parent, ParentDelete onDelete) {
        references.put(checked(field), new Reference(parent, onDelete));
        return this;
    }

    /** No two live rows may have the same value in the field, else 422. */
    public EntityRules unique(String field) {
        unique.add(checked(field));
        return this;
    }

    /** The field must be there and not null, else 422. */
    public EntityRules required(String field) {
        required.add(checked(field));
        return this;
    }

    boolean assignsIds() {
        return serverIds;
    }

    Map<String, Reference> references() {
        return references;
    }

    Set<String> unique() {
        return unique;
    }

    Set<String> required() {
        return required;
    }

    private static String checked(String field) {
        if (!FIELD.matcher(field).matches()) {
            throw new IllegalArgumentException("field " + field + " can carry no rule: letters, digits and _ only");
        }
        return field;
    }
}
