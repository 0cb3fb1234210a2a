package dev.syncline.internal.http;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads {@code Link} headers (RFC 8288 section 3). Pure. */
final class LinkHeader {

    /** A target, then its parameters up to a comma that is in no quotes. */
    private static final Pattern LINK = Pattern.compile(
            "\\s*<([^>]*)>((?:\\s*;\\s*[^\\s=;,\"]+\\s*(?:=\\s*(?:\"(?:[^\"\\\\]|\\\\.)*+\"|[^\\s;,\"]*))?)*+)\\s*(?:,|$)");

    private static final Pattern PARAMETER =
            Pattern.compile(";\\s*([^\\s=;,\"]+)\\s*(?:=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*+)\"|([^\\s;,\"]*)))?");

    private LinkHeader() {}

    /**
     * Finds the target of a relation; of several the first.
     *
     * @param values the header's values
     * @param relation the relation, in lower case
     * @return the target as it stands there, or null if there is none
     */
    static @Nullable String target(List<String> values, String relation) {
        for (String value : values) {
            Matcher link = LINK.matcher(value);
            // Only as far as it can be understood: what follows a fault may mean anything.
            while (link.lookingAt()) {
                if (hasRelation(link.group(2), relation)) {
                    return link.group(1).trim();
                }
                link.region(link.end(), value.length());
            }
        }
        return null;
    }

    /** The first {@code rel} counts, and may name several relations. */
    private static boolean hasRelation(String parameters, String relation) {
        Matcher parameter = PARAMETER.matcher(parameters);
        while (parameter.find()) {
            if (parameter.group(1).equalsIgnoreCase("rel")) {
                String value = parameter.group(2) != null ? parameter.group(2) : parameter.group(3);
                return value != null
                        && List.of(value.toLowerCase(Locale.ROOT).trim().split("\\s+"))
                                .contains(relation);
            }
        }
        return false;
    }
}
