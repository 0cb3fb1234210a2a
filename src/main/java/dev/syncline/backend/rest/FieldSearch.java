package dev.syncline.backend.rest;

import java.math.BigDecimal;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Asks for the records that hold certain values, by query parameters of the fields' names. Pure. */
final class FieldSearch {

    /** An address has no room for more, and no value that names a thing is longer. */
    private static final int MAX_VALUE = 1_000;

    private final String limitParameter;
    private final Map<String, String> fixed;
    private final Set<String> taken;

    FieldSearch(Pagination pagination, Delta delta) {
        limitParameter = pagination.limitParameter();
        fixed = pagination.fixed();
        taken = new HashSet<>(fixed.keySet());
        taken.add(limitParameter);
        taken.add(pagination.positionParameter());
        if (delta.parameter() != null) {
            taken.add(delta.parameter());
        }
    }

    /** Gives the query parameters; empty if a field's name means something else in an address, or a value does not fit there. */
    Optional<Map<String, String>> query(Map<String, Object> fields, int limit) {
        Map<String, String> query = new LinkedHashMap<>(fixed);
        query.put(limitParameter, Integer.toString(limit));
        for (Map.Entry<String, Object> field : fields.entrySet()) {
            Object value = field.getValue();
            String text = value instanceof BigDecimal decimal ? decimal.toPlainString() : value.toString();
            boolean whole =
                    text.codePoints().noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
            if (taken.contains(field.getKey()) || text.length() > MAX_VALUE || !whole) {
                return Optional.empty();
            }
            query.put(field.getKey(), text);
        }
        return Optional.of(query);
    }
}
