package dev.syncline.internal.json;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;

/**
 * Text is not the JSON we accept. The message holds the kind of fault and the place, nothing of the text; for that reason
 * Jackson's own exception, which quotes its input, is not kept as the cause.
 */
public final class JsonFormatException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    /**
     * Describes a fault.
     *
     * @param message what is wrong and where, without anything of the text
     */
    public JsonFormatException(String message) {
        super(message);
    }

    /**
     * Translates Jackson's exception.
     *
     * @param fault what Jackson found
     * @return the same fault without the quoted input
     */
    public static JsonFormatException of(JsonProcessingException fault) {
        String kind;
        if (fault instanceof StreamConstraintsException) {
            kind = "JSON beyond a limit of size, depth or length";
        } else if (fault instanceof JsonEOFException) {
            kind = "JSON cut off in the middle";
        } else {
            kind = "malformed JSON";
        }
        return new JsonFormatException(kind + place(fault.getLocation()));
    }

    static String place(JsonLocation location) {
        return location == null ? "" : " at line " + location.getLineNr() + ", column " + location.getColumnNr();
    }
}
