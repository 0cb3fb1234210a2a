package dev.syncline.internal.record;

import dev.syncline.internal.json.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Three versions of a JSON list that is meant as a set, its elements told apart by structure and value. Pure. */
final class ElementSets {
    private final Map<String, @Nullable Object> base;
    private final Map<String, @Nullable Object> local;
    private final Map<String, @Nullable Object> remote;

    ElementSets(List<?> base, List<?> local, List<?> remote) {
        this.base = byForm(base);
        this.local = byForm(local);
        this.remote = byForm(remote);
    }

    /** What neither side removed, in the order of the base, then what either side added, in an order of its own. */
    List<@Nullable Object> merged() {
        List<@Nullable Object> merged = new ArrayList<>();
        base.forEach((form, element) -> {
            if (local.containsKey(form) && remote.containsKey(form)) {
                merged.add(element);
            }
        });
        Map<String, @Nullable Object> added = new TreeMap<>();
        addNew(added, local);
        addNew(added, remote);
        merged.addAll(added.values());
        return merged;
    }

    private void addNew(Map<String, @Nullable Object> added, Map<String, @Nullable Object> side) {
        side.forEach((form, element) -> {
            if (base.containsKey(form)) {
                return;
            }
            // 1 and 1.0 are one element; which way it is written must not depend on whose it is.
            boolean first = !added.containsKey(form);
            if (first || Json.write(element).compareTo(Json.write(added.get(form))) < 0) {
                added.put(form, element);
            }
        });
    }

    private static Map<String, @Nullable Object> byForm(List<?> elements) {
        Map<String, @Nullable Object> byForm = new LinkedHashMap<>();
        for (Object element : elements) {
            byForm.putIfAbsent(form(element), element);
        }
        return byForm;
    }

    /** A text that two values share exactly if they are the same by structure. */
    private static String form(@Nullable Object value) {
        if (value instanceof Number) {
            BigDecimal number = Decimals.of(value);
            return number == null
                    ? value.toString()
                    : number.stripTrailingZeros().toString();
        }
        if (value instanceof List<?> list) {
            StringBuilder text = new StringBuilder("[");
            list.forEach(element -> text.append(form(element)).append(','));
            return text.append(']').toString();
        }
        if (value instanceof Map<?, ?> members) {
            Map<String, String> sorted = new TreeMap<>();
            members.forEach((name, member) -> sorted.put(Json.write(name), form(member)));
            return sorted.toString();
        }
        return Json.write(value);
    }
}
