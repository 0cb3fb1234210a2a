package dev.syncline.internal.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes JSON exactly, and sets up Jackson in one place.
 *
 * <p>A JSON value is null, {@link Boolean}, {@link Long}, {@link java.math.BigInteger} beyond 64 bits, {@link
 * java.math.BigDecimal} for a number written with a fraction or an exponent (its scale is kept), {@link String}, {@link
 * java.util.List} or {@link java.util.Map} of such. Binary floating point never occurs.
 *
 * <p>What other parsers let pass is refused: bytes that are not UTF-8, a byte order mark, UTF-16, a name twice in one object,
 * text after the value, NaN and infinities, and everything beyond the limits below. Thread-safe.
 */
public final class Json {

    /** Deepest nesting; also bounds the recursion over a value that was read. */
    public static final int MAX_DEPTH = 500;

    /** Most digits of a number, and the longest row of zeros that its exponent may stand for. */
    public static final int MAX_DIGITS = 1_000;

    /** Longest text, in characters. */
    public static final int MAX_STRING = 16 * 1024 * 1024;

    /** Longest name of a member, in bytes. */
    public static final int MAX_NAME = 2_000;

    /** Most members of one object in a value that is read whole. */
    public static final int MAX_MEMBERS = 10_000;

    /** Longest document, in bytes; larger answers have pages. */
    public static final long MAX_DOCUMENT = 512L * 1024 * 1024;

    /** Most tokens of one document. */
    public static final long MAX_TOKENS = 100_000_000;

    private static final String UNWRITABLE = "text in memory could not be written";

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxNumberLength(MAX_DIGITS)
                    .maxStringLength(MAX_STRING)
                    .maxNameLength(MAX_NAME)
                    .maxDocumentLength(MAX_DOCUMENT)
                    .maxTokenCount(MAX_TOKENS)
                    .build())
            .streamWriteConstraints(
                    StreamWriteConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            // Names come from the backend: interned ones would stay for the life of the process.
            .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
            .disable(JsonFactory.Feature.CHARSET_DETECTION)
            .build();

    private Json() {}

    /**
     * Gives the factory with all limits set. Its parsers do not check the encoding of bytes; {@link #parser} does.
     *
     * @return the one shared factory
     */
    public static JsonFactory factory() {
        return FACTORY;
    }

    /**
     * Opens a reader over a stream that checks the encoding as it goes.
     *
     * @param bytes the text; closed with the parser
     * @return a parser before its first token
     * @throws IOException if the stream fails
     * @throws JsonFormatException while reading, if the bytes are not UTF-8
     */
    public static JsonParser parser(InputStream bytes) throws IOException {
        return FACTORY.createParser(new StrictUtf8Stream(bytes));
    }

    /**
     * Opens a reader over bytes whose encoding is checked here.
     *
     * @param bytes the text
     * @return a parser before its first token
     * @throws JsonFormatException if the bytes are not UTF-8
     */
    public static JsonParser parser(byte[] bytes) {
        Utf8Check check = new Utf8Check();
        check.accept(bytes, 0, bytes.length);
        check.end();
        try {
            return FACTORY.createParser(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException("bytes in memory could not be read", e);
        }
    }

    /**
     * Reads one value.
     *
     * @param text the text, nothing but the value
     * @return the value; null for {@code null}
     * @throws JsonFormatException if the text is anything else than one value within the limits
     */
    public static @Nullable Object parse(String text) {
        return parse(encode(text));
    }

    /**
     * Reads one value.
     *
     * @param text the text in UTF-8, nothing but the value
     * @return the value; null for {@code null}
     * @throws JsonFormatException if the text is anything else than one value within the limits
     */
    public static @Nullable Object parse(byte[] text) {
        try (JsonParser parser = parser(text)) {
            first(parser);
            Object value = value(parser);
            requireEnd(parser);
            return value;
        } catch (IOException e) {
            throw new UncheckedIOException("bytes in memory could not be read", e);
        }
    }

    /**
     * Moves a new parser to its first token.
     *
     * @param parser a parser before its first token
     * @throws IOException if the stream fails; Jackson's own exceptions are translated
     * @throws JsonFormatException if no JSON starts there
     */
    public static void first(JsonParser parser) throws IOException {
        try {
            parser.nextToken();
        } catch (JsonProcessingException e) {
            throw JsonFormatException.of(e);
        }
    }

    /**
     * Reads the value that starts at the parser's current token, and leaves the parser at its last token.
     *
     * @param parser a parser on the first token of a value
     * @return the value; null for {@code null}
     * @throws IOException if the stream fails; Jackson's own exceptions are translated
     * @throws JsonFormatException if there is no well-formed value within the limits
     */
    public static @Nullable Object value(JsonParser parser) throws IOException {
        try {
            return new JsonReader(parser).read();
        } catch (JsonProcessingException e) {
            throw JsonFormatException.of(e);
        }
    }

    /**
     * Makes sure that nothing follows the value that was read.
     *
     * @param parser a parser on the last token of the outermost value
     * @throws IOException if the stream fails; Jackson's own exceptions are translated
     * @throws JsonFormatException if anything but blanks follows
     */
    public static void requireEnd(JsonParser parser) throws IOException {
        try {
            if (parser.nextToken() != null) {
                throw new JsonFormatException(
                        "something follows the JSON value" + JsonFormatException.place(parser.currentLocation()));
            }
        } catch (JsonProcessingException e) {
            throw JsonFormatException.of(e);
        }
    }

    /**
     * Writes a value. The text is a function of the value: members in the order of their map, numbers exactly, no blanks. A
     * lone surrogate is escaped, so that the text survives an encoding to UTF-8.
     *
     * @param value a JSON value
     * @return the text
     * @throws IllegalArgumentException if the value holds something that is no JSON value, or is nested too deeply
     */
    public static String write(@Nullable Object value) {
        return write(value, false);
    }

    /**
     * Writes a value with the members of every object sorted by name and every number in one form, so that equal content gives
     * equal text.
     *
     * @param value a JSON value
     * @return the text
     * @throws IllegalArgumentException if the value holds something that is no JSON value, or is nested too deeply
     */
    public static String canonical(@Nullable Object value) {
        return write(value, true);
    }

    /**
     * Writes a value as {@link #write(Object)} does, in UTF-8.
     *
     * @param value a JSON value
     * @return the bytes
     * @throws IllegalArgumentException if the value holds something that is no JSON value, or is nested too deeply
     */
    public static byte[] writeBytes(@Nullable Object value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            write(FACTORY.createGenerator(bytes), value, false);
        } catch (IOException e) {
            throw new UncheckedIOException(UNWRITABLE, e);
        }
        return bytes.toByteArray();
    }

    private static String write(@Nullable Object value, boolean sorted) {
        StringWriter text = new StringWriter();
        try {
            write(FACTORY.createGenerator(text), value, sorted);
        } catch (IOException e) {
            throw new UncheckedIOException(UNWRITABLE, e);
        }
        return text.toString();
    }

    private static void write(JsonGenerator open, @Nullable Object value, boolean sorted) throws IOException {
        try (JsonGenerator generator = open) {
            new JsonWriter(generator, sorted).write(value);
        } catch (StreamConstraintsException e) {
            throw new IllegalArgumentException("a value is nested deeper than " + MAX_DEPTH, e);
        }
    }

    /** Bytes are fed even for text in memory: for characters, Jackson does not hold its limit of names. */
    private static byte[] encode(String text) {
        try {
            ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            byte[] encoded = new byte[bytes.remaining()];
            bytes.get(encoded);
            return encoded;
        } catch (CharacterCodingException e) {
            throw new JsonFormatException("text holds half a character outside any escape");
        }
    }
}
