package dev.syncline.internal.capture;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
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
        StringWriter text = new StringWriter();
        try (JsonGenerator json = FACTORY.createGenerator(text)) {
            json.writeStartObject();
            for (int i = 0; i < image.columns().size(); i++) {
                json.writeFieldName(image.columns().get(i));
                write(json, image.columns().get(i), image.at(i));
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static void write(JsonGenerator json, String column, @Nullable Object value) throws IOException {
        if (value == null) {
            json.writeNull();
        } else if (value instanceof Long number) {
            json.writeNumber(number);
        } else if (value instanceof Double number) {
            if (number.isInfinite()) {
                json.writeStartObject();
                json.writeStringField(DOUBLE, number.toString());
                json.writeEndObject();
            } else {
                // Double.toString always has a point and reads back as the same bits, -0.0 included.
                json.writeNumber(number.toString());
            }
        } else if (value instanceof byte[] bytes) {
            json.writeStartObject();
            json.writeBinaryField(BLOB, bytes);
            json.writeEndObject();
        } else {
            String text = (String) value;
            if (SqliteValues.loneSurrogate(text)) {
                throw new CaptureException(
                        "A text for column " + column + " is not valid Unicode (a lone surrogate). It was"
                                + " not written, since it would be changed on the way; correct the text.");
            }
            json.writeString(text);
        }
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
