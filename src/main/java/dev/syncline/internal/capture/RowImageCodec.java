package dev.syncline.internal.capture;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Row images as JSON text, without loss: {@code {"id": 1, "rate": -0.0, "name": "x", "photo": {"blob": "…base64…"}}}. A number
 * with a point or exponent is a double, one without an integer; infinities stand as {@code {"double": "Infinity"}}.
 */
public final class RowImageCodec {
    // What is read here was written here; a row may be as large as SQLite lets it be.
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private static final HexFormat HEX = HexFormat.of();
    private static final String BLOB = "blob";
    private static final String DOUBLE = "double";

    private RowImageCodec() {}

    /**
     * Writes an image.
     *
     * @param image the image
     * @return JSON text
     * @throws CaptureException if a text is not valid Unicode
     */
    public static String toJson(RowImage image) {
        // By hand: what sets a generator up takes longer than writing a row, and every row that is sent passes here.
        StringBuilder json = new StringBuilder(512);
        for (int i = 0; i < image.columns().size(); i++) {
            json.append(i == 0 ? '{' : ',');
            String column = image.columns().get(i);
            quote(json, column);
            json.append(':');
            write(json, column, image.at(i));
        }
        return json.isEmpty() ? "{}" : json.append('}').toString();
    }

    private static void write(StringBuilder json, String column, @Nullable Object value) {
        if (value instanceof String text) {
            if (SqliteValues.loneSurrogate(text)) {
                throw new CaptureException(
                        "A text for column " + column + " is not valid Unicode (a lone surrogate). It was"
                                + " not written, since it would be changed on the way; correct the text.");
            }
            quote(json, text);
        } else if (value instanceof Double number && number.isInfinite()) {
            json.append("{\"" + DOUBLE + "\":\"").append(number.doubleValue()).append("\"}");
        } else if (value instanceof byte[] bytes) {
            String text = Base64.getEncoder().encodeToString(bytes);
            json.append("{\"" + BLOB + "\":\"").append(text).append("\"}");
        } else {
            // Double.toString always has a point and reads back as the same bits, -0.0 included.
            json.append(value);
        }
    }

    private static void quote(StringBuilder json, String text) {
        json.append('"');
        int copied = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ' ' || c == '"' || c == '\\') {
                json.append(text, copied, i);
                if (c < ' ') {
                    json.append("\\u00").append(HEX.toHexDigits((byte) c));
                } else {
                    json.append('\\').append(c);
                }
                copied = i + 1;
            }
        }
        json.append(copied == 0 ? text : text.substring(copied)).append('"');
    }

    /**
     * Reads an image.
     *
     * @param text what {@link #toJson} wrote
     * @return the image
     * @throws CaptureException if it is something else
     */
    public static RowImage fromJson(String text) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        try (JsonParser json = FACTORY.createParser(text)) {
            expect(json.nextToken() == JsonToken.START_OBJECT);
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String column = json.currentName();
                values.put(column, read(json, json.nextToken()));
            }
            expect(json.currentToken() == JsonToken.END_OBJECT);
            expect(json.nextToken() == null);
        } catch (IOException e) {
            throw new CaptureException(
                    "A stored row image is not the JSON it was written as. Nothing was done with it.", e);
        }
        return RowImage.of(values);
    }

    private static @Nullable Object read(JsonParser json, JsonToken token) throws IOException {
        if (token == JsonToken.VALUE_NULL) {
            return null;
        }
        if (token == JsonToken.VALUE_STRING) {
            return json.getText();
        }
        if (token == JsonToken.VALUE_NUMBER_INT) {
            return json.getLongValue();
        }
        if (token == JsonToken.VALUE_NUMBER_FLOAT) {
            return Double.valueOf(json.getText());
        }
        expect(token == JsonToken.START_OBJECT && json.nextToken() == JsonToken.FIELD_NAME);
        boolean blob = json.currentName().equals(BLOB);
        expect((blob || json.currentName().equals(DOUBLE)) && json.nextToken() == JsonToken.VALUE_STRING);
        Object value = blob ? json.getBinaryValue() : Double.valueOf(json.getText());
        expect(json.nextToken() == JsonToken.END_OBJECT);
        return value;
    }

    private static void expect(boolean holds) {
        if (!holds) {
            throw new CaptureException(
                    "A stored row image is not the JSON it was written as. Nothing was done with it.");
        }
    }
}
