package dev.syncline.backend.rest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.syncline.backend.RemoteRecord;
import dev.syncline.internal.json.Json;
import dev.syncline.internal.json.JsonFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a page off the wire, row by row; nothing of it is given away before its last byte was read. */
final class PageReader {

    private static final int MAX_CURSOR = 8_192;
    private static final int MOST_ROWS = 20_000;

    private final Pagination names;
    private final RowFormat format;

    PageReader(Pagination names, RowFormat format) {
        this.names = names;
        this.format = format;
    }

    /**
     * Reads one page.
     *
     * @param body the decoded bytes; read to their end
     * @param limit how many rows were asked for; a server that ignores it may send more, within reason
     * @throws MalformedAnswer if it is not a page
     * @throws JsonFormatException if it is not JSON
     */
    PageContent read(InputStream body, int limit) throws IOException {
        try (JsonParser parser = Json.parser(body)) {
            Json.first(parser);
            require(parser.currentToken() == JsonToken.START_OBJECT, "the page is not an object");
            PageContent page = page(parser, Math.max(limit, MOST_ROWS));
            Json.requireEnd(parser);
            return page;
        } catch (JsonProcessingException e) {
            throw JsonFormatException.of(e);
        }
    }

    private PageContent page(JsonParser parser, int mostRows) throws IOException {
        List<RemoteRecord> rows = null;
        String cursor = null;
        Boolean more = null;
        long total = -1;
        String name;
        while ((name = parser.nextFieldName()) != null) {
            JsonToken token = parser.nextToken();
            if (name.equals(names.itemsField())) {
                require(token == JsonToken.START_ARRAY, names.itemsField() + " is not an array");
                rows = rows(parser, mostRows);
            } else if (name.equals(names.moreField())) {
                require(token.isBoolean(), names.moreField() + " is neither true nor false");
                more = parser.getBooleanValue();
            } else if (name.equals(names.cursorField())) {
                cursor = token == JsonToken.VALUE_NULL ? null : cursor(parser, token);
            } else if (name.equals(names.totalField())) {
                total = token == JsonToken.VALUE_NULL ? -1 : total(parser, token);
            } else {
                parser.skipChildren();
            }
        }
        // At the end of the text nextFieldName gives null as well.
        require(parser.currentToken() == JsonToken.END_OBJECT, "the page is cut off");
        require(rows != null && more != null, names.itemsField() + " or " + names.moreField() + " is missing");
        return new PageContent(checked(rows), cursor, Boolean.TRUE.equals(more), total);
    }

    private List<RemoteRecord> rows(JsonParser parser, int most) throws IOException {
        List<RemoteRecord> rows = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            require(rows.size() < most, "the page has more than " + most + " rows");
            rows.add(format.record(Json.value(parser)));
        }
        return rows;
    }

    private String cursor(JsonParser parser, JsonToken token) throws IOException {
        require(token == JsonToken.VALUE_STRING, names.cursorField() + " is not text");
        String cursor = parser.getText();
        require(
                !cursor.isEmpty()
                        && cursor.length() <= MAX_CURSOR
                        && cursor.chars().noneMatch(c -> Character.isISOControl(c) || Character.isSurrogate((char) c)),
                names.cursorField() + " is empty, overlong or holds characters that no cursor may");
        return cursor;
    }

    private long total(JsonParser parser, JsonToken token) throws IOException {
        require(
                token == JsonToken.VALUE_NUMBER_INT
                        && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER
                        && parser.getLongValue() >= 0,
                names.totalField() + " is not a count");
        return parser.getLongValue();
    }

    private static void require(boolean held, String otherwise) {
        if (!held) {
            throw new MalformedAnswer(otherwise);
        }
    }

    private static List<RemoteRecord> checked(@Nullable List<RemoteRecord> rows) {
        return rows == null ? List.of() : rows;
    }
}
