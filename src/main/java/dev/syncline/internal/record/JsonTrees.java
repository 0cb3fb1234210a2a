package dev.syncline.internal.record;

import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Compares JSON values by structure: numbers by value, lists in order, objects by name. */
final class JsonTrees {

    private JsonTrees() {}

    static boolean same(@Nullable Object a, @Nullable Object b) {
        if (a instanceof Number && b instanceof Number) {
            BigDecimal x = Decimals.of(a);
            BigDecimal y = Decimals.of(b);
            return x != null && y != null && x.compareTo(y) == 0;
        }
        if (a instanceof List<?> x && b instanceof List<?> y) {
            return sameElements(x, y);
        }
        if (a instanceof Map<?, ?> x && b instanceof Map<?, ?> y) {
            return sameMembers(x, y);
        }
        return a == null ? b == null : a.equals(b);
    }

    private static boolean sameElements(List<?> a, List<?> b) {
        if (a.size() != b.size()) {
            return false;
        }
        for (int i = 0; i < a.size(); i++) {
            if (!same(a.get(i), b.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean sameMembers(Map<?, ?> a, Map<?, ?> b) {
        return a.keySet().equals(b.keySet())
                && a.entrySet().stream().allMatch(member -> same(member.getValue(), b.get(member.getKey())));
    }
}
