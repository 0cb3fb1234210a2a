package dev.syncline.backend.rest;

import java.math.BigDecimal;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Asks for the records that hold certain values. Pure. */
final class FieldSearch {

    /** An address has no room for more, and no value that names a thing is longer. */
    private static final int MAX_VALUE = 1_000;

    private final Search search;
    private final String limitParameter;
    private final Map<String, String> fixed;
    private final Set<String> taken;

    FieldSearch(Search search, Pagination pagination, Delta delta) {
        this.search = search;
        limitParameter = pagination.limitParameter();
        fixed = pagination.fixed();
        taken = new HashSet<>(fixed.keySet());
        taken.add(limitParameter);
        taken.add(pagination.positionParameter());
        if (delta.parameter() != null && !search.isJson()) {
            taken.add(delta.parameter());
        }
    }

    /** Gives the query parameters; empty if a field's name means something else in an address, or a value does not fit there. */
    Optional<Map<String, String>> query(Map<String, Object> fields, int limit) {
        if (!search.isPossible() || (search.isTerm() && fields.size() != 1)) {
            return Optional.empty();
        }
        Map<String, String> query = new LinkedHashMap<>(fixed);
        if (!limitParameter.isEmpty()) {
            query.put(limitParameter, Integer.toString(limit));
        }
        for (Map.Entry<String, Object> field : fields.entrySet()) {
            Object value = field.getValue();
            String text = value instanceof BigDecimal decimal ? decimal.toPlainString() : value.toString();
            boolean whole =
                    text.codePoints().noneMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
            String parameter = search.parameter(field.getKey());
            boolean breaksOut = search.isTerm() && text.indexOf('"') >= 0;
            if (breaksOut || taken.contains(parameter) || text.length() > MAX_VALUE || !whole) {
                return Optional.empty();
            }
            query.put(parameter, search.isJson() ? Search.object(fields) : search.value(field.getKey(), text));
        }
        return Optional.of(query);
    }
}
