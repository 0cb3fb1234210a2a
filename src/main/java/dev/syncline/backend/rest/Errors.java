package dev.syncline.backend.rest;

import dev.syncline.exception.FieldFault;
import dev.syncline.internal.http.WholeAnswer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the bodies of refusals look like, and which of them mean something else than their status says. Immutable; each method returns a
 * changed copy.
 */
public final class Errors {

    private static final int MOST_FAULTS = 100;

    /** One rule: of several that fit, the first counts. */
    private record Rule(int status, @Nullable String mark, Meaning meaning) {}

    private final JsonPlace code;
    private final JsonPlace faults;
    private final List<Rule> rules;

    private Errors(JsonPlace code, JsonPlace faults, List<Rule> rules) {
        this.code = code;
        this.faults = faults;
        this.rules = rules;
    }

    /**
     * RFC 9457 problems as in the documented protocol: {@code type}, and {@code errors} with {@code field}, {@code rule} and {@code fix}.
     *
     * @return the default
     */
    public static Errors problems() {
        return new Errors(JsonPlace.of("type"), JsonPlace.of("errors"), List.of());
    }

    /**
     * Says where a code is that programs look at.
     *
     * @param place such as {@code errors.0.extensions.code}; text or a whole number
     * @return a changed copy
     */
    public Errors code(String place) {
        return new Errors(JsonPlace.of(place), faults, rules);
    }

    /**
     * Says where the faults of single fields are: an array of objects with {@code field} (or {@code name}, {@code path}, {@code param}) and
     * {@code message}, or an object with the fields' names and a text, an array of texts or an object with {@code message} and {@code code}.
     *
     * @param place such as {@code data}; empty if the answer itself is that object
     * @return a changed copy
     */
    public Errors fields(String place) {
        return new Errors(code, JsonPlace.of(place), rules);
    }

    /**
     * Says what a status means at this server, for every request.
     *
     * @param status the status, such as 417
     * @param meaning what it stands for
     * @return a changed copy
     * @throws IllegalArgumentException if the status is one of success
     */
    public Errors means(int status, Meaning meaning) {
        return with(new Rule(checked(status), null, meaning));
    }

    /**
     * Says what a status means with a certain code, or where the body holds a certain text.
     *
     * @param status the status, such as 400
     * @param mark the code, such as {@code RECORD_NOT_UNIQUE}, or the text
     * @param meaning what it stands for
     * @return a changed copy
     * @throws IllegalArgumentException if the status is one of success or the mark empty
     */
    public Errors means(int status, String mark, Meaning meaning) {
        if (mark.isEmpty()) {
            throw new IllegalArgumentException("an empty mark is in every answer");
        }
        return with(new Rule(checked(status), mark, meaning));
    }

    private Errors with(Rule rule) {
        List<Rule> more = new ArrayList<>(rules);
        more.add(rule);
        return new Errors(code, faults, List.copyOf(more));
    }

    private static int checked(int status) {
        if (status < 300 || status > 599) {
            throw new IllegalArgumentException("status " + status + " is none of a refusal, which are 300 to 599");
        }
        return status;
    }

    /** What an answer means; null if no rule speaks of it. */
    @Nullable
    Meaning meaning(WholeAnswer answer) {
        String told = code(answer);
        for (Rule rule : rules) {
            boolean fits = rule.mark() == null
                    || rule.mark().equals(told)
                    || answer.text().contains(rule.mark());
            if (rule.status() == answer.status() && fits) {
                return rule.meaning();
            }
        }
        return null;
    }

    /** The code in an answer, of an address its last part; empty if there is none. */
    String code(WholeAnswer answer) {
        Object value = code.in(answer.json());
        String text = value instanceof String || value instanceof Long ? value.toString() : "";
        return text.substring(Math.max(text.lastIndexOf(':'), text.lastIndexOf('/')) + 1);
    }

    /** The faults that an answer names. */
    List<FieldFault> faults(WholeAnswer answer) {
        List<FieldFault> found = new ArrayList<>();
        Object told = faults.in(answer.json());
        if (told instanceof List<?> list) {
            for (Object entry : list) {
                if (found.size() < MOST_FAULTS && entry instanceof Map<?, ?> fault) {
                    String field = first(fault, "field", "name", "path", "param");
                    if (!field.isEmpty()) {
                        found.add(fault(field, fault));
                    }
                }
            }
        } else if (told instanceof Map<?, ?> byField) {
            byField.forEach((field, fault) -> {
                Object one = fault instanceof List<?> several && !several.isEmpty() ? several.get(0) : fault;
                if (found.size() < MOST_FAULTS && one instanceof Map<?, ?> parts) {
                    found.add(fault(String.valueOf(field), parts));
                } else if (found.size() < MOST_FAULTS && one instanceof String message) {
                    found.add(new FieldFault(String.valueOf(field), "", message));
                }
            });
        }
        return found;
    }

    private static FieldFault fault(String field, Map<?, ?> parts) {
        return new FieldFault(
                field, first(parts, "rule", "code", "type"), first(parts, "fix", "message", "msg", "detail"));
    }

    private static String first(Map<?, ?> parts, String... names) {
        for (String name : names) {
            if (parts.get(name) instanceof String text) {
                return text;
            }
        }
        return "";
    }
}
