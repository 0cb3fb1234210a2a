package dev.syncline.testing.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The server's own JSON: exact numbers in and out, and text that is not well-formed Unicode kept by escapes. */
final class ServerJson {

    private static final ObjectMapper PLAIN = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS, DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();
    private static final ObjectMapper ESCAPING =
            PLAIN.copy().configure(JsonWriteFeature.ESCAPE_NON_ASCII.mappedFeature(), true);

    private ServerJson() {}

    static ObjectNode object() {
        return PLAIN.createObjectNode();
    }

    static ObjectNode object(Map<String, ?> members) {
        return PLAIN.valueToTree(members);
    }

    /** The object in the bytes, or null if they hold anything else. */
    static @Nullable ObjectNode parse(byte[] bytes) {
        try {
            return PLAIN.readTree(bytes) instanceof ObjectNode object ? object : null;
        } catch (IOException notJson) {
            return null;
        }
    }

    static ObjectNode parse(String text) {
        ObjectNode object = parse(text.getBytes(StandardCharsets.UTF_8));
        if (object == null) {
            throw new IllegalArgumentException("not a JSON object");
        }
        return object;
    }

    static String text(JsonNode node) {
        try {
            String text = PLAIN.writeValueAsString(node);
            // A lone surrogate has no UTF-8 form; as an escape it survives.
            return StandardCharsets.UTF_8.newEncoder().canEncode(text) ? text : ESCAPING.writeValueAsString(node);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a parsed JSON value could not be written", e);
        }
    }

    static String quoted(String text) {
        return text(JsonNodeFactory.instance.textNode(text));
    }
}
