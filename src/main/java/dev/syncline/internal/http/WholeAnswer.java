package dev.syncline.internal.http;

import dev.syncline.internal.json.Json;
import dev.syncline.internal.json.JsonFormatException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An answer read to its end.
 *
 * @param status the HTTP status
 * @param form what the body was
 * @param json the body's value if it was JSON
 * @param text the beginning of the body, for the {@code body()} of an exception
 * @param etag the ETag as it came, if there was one
 * @param location where the answer says that what it made is, as a whole address; null if it does not say
 * @param retryAfter the wait that the server asked for, if it did
 * @param quota what it said about its rate limit
 */
public record WholeAnswer(
        int status,
        Form form,
        @Nullable Object json,
        String text,
        @Nullable String etag,
        @Nullable String location,
        @Nullable Duration retryAfter,
        Quota quota) {

    /** What a body can be. */
    public enum Form {
        /** There was none. */
        EMPTY,
        /** One JSON value. */
        JSON,
        /** A page for people. */
        MARKUP,
        /** Anything else. */
        OTHER
    }

    private static final int EXCERPT = 32 * 1024;

    /**
     * Reads an answer to its end.
     *
     * @param answer the answer, of which nothing was read
     * @param clock tells the time where the answer does not
     * @return what it says
     * @throws IOException if it breaks off
     */
    public static WholeAnswer read(HttpAnswer answer, Clock clock) throws IOException {
        boolean markup = answer.isMarkup();
        byte[] bytes = answer.bytes();
        Form form = bytes.length == 0 ? Form.EMPTY : markup ? Form.MARKUP : Form.OTHER;
        Object json = null;
        if (form == Form.OTHER) {
            try {
                json = Json.parse(bytes);
                form = Form.JSON;
            } catch (JsonFormatException notJson) {
                // What to make of it depends on the status, which the reader of this knows.
                form = Form.OTHER;
            }
        }
        Instant serverTime = answer.serverTime();
        Instant now = serverTime == null ? clock.instant() : serverTime;
        return new WholeAnswer(
                answer.status(),
                form,
                json,
                new String(bytes, 0, Math.min(bytes.length, EXCERPT), StandardCharsets.UTF_8),
                answer.header("ETag"),
                answer.header("Location") == null ? null : answer.resolved(answer.header("Location")),
                RetryAfter.parse(answer.retryAfter(), now),
                Quota.of(answer, now));
    }

    /**
     * Makes one of an entry of a batch's answer.
     *
     * @param status the entry's status
     * @param body its body; null if it has none
     * @return as if it had come by itself
     */
    public static WholeAnswer inBatch(int status, @Nullable Object body) {
        // The text is for the exception of a refusal; most entries are none.
        boolean accepted = status == 200 || status == 201 || status == 204;
        String text = body == null || accepted ? "" : Json.write(body);
        Form form = body == null ? Form.EMPTY : Form.JSON;
        return new WholeAnswer(
                status,
                form,
                body,
                text.substring(0, Math.min(text.length(), EXCERPT)),
                null,
                null,
                null,
                Quota.UNTOLD);
    }

    /**
     * Tells whether the status is one of success.
     *
     * @return true from 200 to 299
     */
    public boolean isSuccess() {
        return status >= 200 && status < 300;
    }
}
