package dev.syncline.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.syncline.config.ValueType;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One text for all spellings of one value, so that a device's value and the server's can be compared: decimals by value,
 * instants by instant, JSON by structure. Written apart from the library, which is what is to be checked.
 */
final class CanonicalValue {

    private static final String NULL = "null";
    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private CanonicalValue() {}

    /** A value as SQLite stores it. */
    static String stored(ValueType type, @Nullable Object value) {
        if (value == null) {
            return NULL;
        }
        return switch (type) {
            case DECIMAL -> number(value.toString());
            case INSTANT -> instant(value.toString());
            case BOOL -> value.toString().equals("1") ? "true" : "false";
            case JSON -> structure(value.toString());
            case BLOB, PLAIN -> plain(value);
        };
    }

    /** A value as the server serves it. */
    static String served(ValueType type, @Nullable JsonNode value) {
        if (value == null || value.isNull() || value.isMissingNode()) {
            return NULL;
        }
        return switch (type) {
            case DECIMAL -> number(value.asText());
            case INSTANT -> instant(value.asText());
            case BOOL -> Boolean.toString(value.isNumber() ? value.asInt() == 1 : value.asBoolean());
            case JSON -> structure(value);
            case BLOB -> "blob " + value.asText();
            case PLAIN -> value.isNumber() ? number(value.decimalValue().toString()) : "'" + value.asText();
        };
    }

    private static String plain(Object value) {
        if (value instanceof byte[] bytes) {
            return "blob " + Base64.getEncoder().encodeToString(bytes);
        }
        return value instanceof Number ? number(value.toString()) : "'" + value;
    }

    private static String number(String text) {
        try {
            BigDecimal number = new BigDecimal(text.strip());
            return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
        } catch (NumberFormatException noNumber) {
            return "'" + text;
        }
    }

    private static String instant(String text) {
        try {
            return text.matches("-?[0-9]+")
                    ? Instant.ofEpochMilli(Long.parseLong(text)).toString()
                    : OffsetDateTime.parse(text).toInstant().toString();
        } catch (DateTimeException notOfThatForm) {
            return "'" + text;
        }
    }

    private static String structure(String text) {
        try {
            return structure(JSON.readTree(text));
        } catch (JsonProcessingException notJson) {
            return "'" + text;
        }
    }

    private static String structure(JsonNode node) {
        if (node.isArray()) {
            List<String> parts = new ArrayList<>();
            node.forEach(part -> parts.add(structure(part)));
            return parts.toString();
        }
        if (node.isObject()) {
            TreeMap<String, String> members = new TreeMap<>();
            node.properties().forEach(member -> members.put(member.getKey(), structure(member.getValue())));
            return members.toString();
        }
        return node.isNumber() ? number(node.decimalValue().toString()) : node.toString();
    }
}
