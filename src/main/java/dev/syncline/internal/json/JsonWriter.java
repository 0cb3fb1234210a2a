package dev.syncline.internal.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SerializedString;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Writes one value to a generator. */
final class JsonWriter {

    private static final int ASCII = 0x7F;
    private static final int UNLIMITED = 0;

    private final JsonGenerator generator;
    private final boolean sorted;

    JsonWriter(JsonGenerator generator, boolean sorted) {
        this.generator = generator;
        this.sorted = sorted;
    }

    void write(@Nullable Object value) throws IOException {
        if (value instanceof WrittenObject written && !sorted) {
            // In the form in which the generator copies it whole, instead of character by character.
            generator.writeRawValue(new SerializedString(written.text()));
        } else if (value instanceof Map<?, ?> members) {
            writeObject(members);
        } else if (value instanceof List<?> elements) {
            writeArray(elements);
        } else {
            writeScalar(JsonValue.scalar(value));
        }
    }

    private void writeScalar(@Nullable Object value) throws IOException {
        if (value instanceof String text) {
            escapeIfBroken(text);
            generator.writeString(text);
        } else if (sorted && value instanceof Number number) {
            // In decimal text 1, 1.0 and 10E-1 are one; its exponent keeps 1E+1000000 short.
            generator.writeNumber(
                    new BigDecimal(number.toString()).stripTrailingZeros().toString());
        } else if (value instanceof Long number) {
            generator.writeNumber(number);
        } else if (value instanceof BigDecimal number) {
            generator.writeNumber(number);
        } else if (value instanceof BigInteger number) {
            generator.writeNumber(number);
        } else if (value instanceof Boolean truth) {
            generator.writeBoolean(truth);
        } else {
            generator.writeNull();
        }
    }

    private void writeObject(Map<?, ?> members) throws IOException {
        generator.writeStartObject();
        for (Map.Entry<?, ?> member : (sorted ? byName(members) : members).entrySet()) {
            generator.writeFieldName(JsonValue.name(member.getKey()));
            write(member.getValue());
        }
        generator.writeEndObject();
    }

    private static Map<String, @Nullable Object> byName(Map<?, ?> members) {
        Map<String, @Nullable Object> byName = new TreeMap<>();
        members.forEach((name, value) -> byName.put(JsonValue.name(name), value));
        return byName;
    }

    private void writeArray(List<?> elements) throws IOException {
        generator.writeStartArray();
        for (Object element : elements) {
            write(element);
        }
        generator.writeEndArray();
    }

    /** A lone surrogate has no form in UTF-8 and would become a question mark on its way to disk. */
    private void escapeIfBroken(String text) {
        generator.setHighestNonEscapedChar(JsonValue.isWellFormed(text) ? UNLIMITED : ASCII);
    }
}
