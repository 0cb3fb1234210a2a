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

    private final PageParts parts;
    private final RowFormat format;

    PageReader(PageParts parts, RowFormat format) {
        this.parts = parts;
        this.format = format;
    }

    /**
     * Reads one page.
     *
     * @param body the decoded bytes; read to their end
     * @param entity whose page it is
     * @param limit how many rows were asked for; a server that ignores it may send more, within reason
     * @throws MalformedAnswer if it is not a page
     * @throws JsonFormatException if it is not JSON
     */
    PageContent read(InputStream body, String entity, int limit) throws IOException {
        try (JsonParser parser = Json.parser(body)) {
            Json.first(parser);
            Found found = new Found(parts.items().replace("{entity}", entity), Math.max(limit, MOST_ROWS));
            if (found.items.isEmpty()) {
                require(parser.currentToken() == JsonToken.START_ARRAY, "the page is not an array");
                found.rows = rows(parser, found.mostRows);
            } else {
                require(parser.currentToken() == JsonToken.START_OBJECT, "the page is not an object");
                members(parser, "", found);
            }
            Json.requireEnd(parser);
            require(found.rows != null, found.items + " is missing");
            require(parts.more() == null || found.more != null, parts.more() + " is missing");
            return new PageContent(
                    checked(found.rows), found.cursor, Boolean.TRUE.equals(found.more), found.total, found.link);
        } catch (JsonProcessingException e) {
            throw JsonFormatException.of(e);
        }
    }

    /** The parts of a page, as far as they were met. */
    private static final class Found {
        final String items;
        final int mostRows;

        @Nullable
        List<RemoteRecord> rows;

        @Nullable
        String cursor;

        @Nullable
        Boolean more;

        @Nullable
        String link;

        long total = -1;

        Found(String items, int mostRows) {
            this.items = items;
            this.mostRows = mostRows;
        }
    }

    private void members(JsonParser parser, String above, Found found) throws IOException {
        String name;
        while ((name = parser.nextFieldName()) != null) {
            String path = above.isEmpty() ? name : above + "." + name;
            JsonToken token = parser.nextToken();
            if (path.equals(found.items)) {
                require(token == JsonToken.START_ARRAY, path + " is not an array");
                found.rows = rows(parser, found.mostRows);
            } else if (path.equals(parts.more())) {
                require(token.isBoolean(), path + " is neither true nor false");
                found.more = parser.getBooleanValue();
            } else if (path.equals(parts.cursor())) {
                found.cursor = token == JsonToken.VALUE_NULL ? null : text(parser, token, path);
            } else if (path.equals(parts.link())) {
                found.link = token == JsonToken.VALUE_NULL ? null : text(parser, token, path);
            } else if (path.equals(parts.total())) {
                found.total = token == JsonToken.VALUE_NULL ? -1 : total(parser, token);
            } else if (token == JsonToken.START_OBJECT && parts.isOnTheWay(path, found.items)) {
                members(parser, path, found);
            } else {
                parser.skipChildren();
            }
        }
        // At the end of the text nextFieldName gives null as well.
        require(parser.currentToken() == JsonToken.END_OBJECT, "the page is cut off");
    }

    private List<RemoteRecord> rows(JsonParser parser, int most) throws IOException {
        List<RemoteRecord> rows = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            require(rows.size() < most, "the page has more than " + most + " rows");
            rows.add(format.record(Json.value(parser)));
        }
        return rows;
    }

    /** A cursor or address, fit to be stored and to stand in a request. */
    private static String text(JsonParser parser, JsonToken token, String path) throws IOException {
        require(token == JsonToken.VALUE_STRING, path + " is not text");
        String cursor = parser.getText();
        require(
                !cursor.isEmpty()
                        && cursor.length() <= MAX_CURSOR
                        && cursor.chars().noneMatch(c -> Character.isISOControl(c) || Character.isSurrogate((char) c)),
                path + " is empty, overlong or holds characters that it may not");
        return cursor;
    }

    private long total(JsonParser parser, JsonToken token) throws IOException {
        require(
                token == JsonToken.VALUE_NUMBER_INT
                        && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER
                        && parser.getLongValue() >= 0,
                parts.total() + " is not a count");
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
