package dev.syncline.internal.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads one value from a parser. Its recursion is bounded by the parser's limit of depth. */
final class JsonReader {

    private final JsonParser parser;

    JsonReader(JsonParser parser) {
        this.parser = parser;
    }

    @Nullable
    Object read() throws IOException {
        JsonToken token = parser.currentToken();
        if (token == null) {
            throw refused("no JSON value");
        }
        return switch (token) {
            case START_OBJECT -> readObject();
            case START_ARRAY -> readArray();
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT -> readInteger();
            case VALUE_NUMBER_FLOAT -> readDecimal();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            case VALUE_NULL -> null;
            default -> throw refused("no JSON value starts");
        };
    }

    private Map<String, @Nullable Object> readObject() throws IOException {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        String name;
        while ((name = parser.nextFieldName()) != null) {
            if (members.size() == Json.MAX_MEMBERS) {
                throw refused("more than " + Json.MAX_MEMBERS + " members in one object");
            }
            parser.nextToken();
            members.put(name, read());
        }
        return members;
    }

    private List<@Nullable Object> readArray() throws IOException {
        List<@Nullable Object> elements = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            elements.add(read());
        }
        return elements;
    }

    private Object readInteger() throws IOException {
        if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
            return parser.getBigIntegerValue();
        }
        return parser.getLongValue();
    }

    /**
     * Nine bytes such as {@code 1e9999999} would fill a gigabyte once written out, so an exponent may not stand for more
     * digits than could have been written.
     */
    private BigDecimal readDecimal() throws IOException {
        BigDecimal number;
        try {
            number = new BigDecimal(parser.getText());
        } catch (NumberFormatException e) {
            throw refused("number out of range");
        }
        if (!JsonValue.isBounded(number)) {
            throw refused("number out of range");
        }
        return number;
    }

    private JsonFormatException refused(String fault) {
        return new JsonFormatException(fault + JsonFormatException.place(parser.currentLocation()));
    }
}
