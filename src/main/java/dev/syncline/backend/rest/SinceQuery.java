package dev.syncline.backend.rest;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * How what changed since a time is asked for.
 *
 * @param parameter the parameter
 * @param template its value, with a place for the time
 * @param overlap how far to reach back
 * @param format how the time is written
 * @param also further parameters, of such a request only
 */
record SinceQuery(String parameter, String template, Duration overlap, TimeFormat format, Map<String, String> also) {

    static final String SINCE = "{since}";

    PageAddress since(Instant time, PageAddress page) {
        PageAddress address = page.with(parameter, template.replace(SINCE, format.write(time.minus(overlap))))
                .ofChanges();
        for (Map.Entry<String, String> parameters : also.entrySet()) {
            address = address.with(parameters.getKey(), parameters.getValue());
        }
        return address;
    }
}
