package dev.syncline.backend.rest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import dev.syncline.backend.RemoteRecord;
import dev.syncline.internal.http.MalformedAnswer;
import dev.syncline.internal.json.Json;
import dev.syncline.internal.json.JsonFormatException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads a page, row by row; nothing of it is given away before its last byte was read. */
final class PageReader {

    private static final int MAX_CURSOR = 8_192;
    /** Few bytes can make many values; so many take about 12 MB once they are read. */
    private static final long MOST_TOKENS = 300_000;

    private final PageParts parts;
    private final boolean keyed;
    private final boolean continued;
    private final Function<@Nullable Object, RemoteRecord> format;

    /**
     * Says what a page is.
     *
     * @param pagination where its parts are
     * @param format makes a record of an element
     */
    PageReader(Pagination pagination, Function<@Nullable Object, RemoteRecord> format) {
        parts = pagination.parts();
        keyed = pagination.isKeyed();
        continued = pagination.isContinued();
        this.format = format;
    }

    /** The page has more rows than should be in memory at once. */
    static final class OverfullException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        OverfullException() {
            super("the page has too many rows to be held in memory", null, false, false);
        }
    }

    /**
     * Reads one page and keeps its rows.
     *
     * @param body the decoded bytes; read to their end
     * @param entity whose page it is
     * @throws MalformedAnswer if it is not a page
     * @throws JsonFormatException if it is not JSON
     * @throws OverfullException if it has to be spooled
     */
    PageContent read(InputStream body, String entity) throws IOException {
        RowTally rows = RowTally.keeping();
        Found found = read(body, entity, rows, MOST_TOKENS);
        return found.with(rows.over(rows.kept()));
    }

    /**
     * Reads one page that lies in a file and keeps none of its rows.
     *
     * @param page the file, which the rows are read from again
     * @param entity whose page it is
     * @throws MalformedAnswer if it is not a page
     * @throws JsonFormatException if it is not JSON
     */
    PageContent check(Spool page, String entity) {
        RowTally rows = RowTally.counting();
        try {
            Found found = read(page.open(), entity, rows, Long.MAX_VALUE);
            return found.with(rows.over(new SpooledRows(page, this, entity, rows.count())));
        } catch (IOException e) {
            throw page.unreadable(e);
        }
    }

    private Found read(InputStream body, String entity, RowTally rows, long mostTokens) throws IOException {
        try (JsonParser parser = Json.parser(body)) {
            Json.first(parser);
            Found found = new Found(parts.itemsOf(entity), rows, mostTokens);
            if (found.items.isEmpty()) {
                require(
                        parser.currentToken() == (keyed ? JsonToken.START_OBJECT : JsonToken.START_ARRAY),
                        keyed ? "the page is not an object" : "the page is not an array");
                rows(parser, found);
            } else {
                require(parser.currentToken() == JsonToken.START_OBJECT, "the page is not an object");
                members(parser, "", found);
            }
            Json.requireEnd(parser);
            require(found.hasRows, found.items + " is missing");
            require(parts.more() == null || found.more != null, parts.more() + " is missing");
            return found;
        } catch (JsonProcessingException e) {
            throw JsonFormatException.of(e);
        }
    }

    /**
     * Goes to the rows of a page that was read before.
     *
     * @param body the decoded bytes
     * @param entity whose page it is
     * @return a parser within the array, for {@link #nextRow}; the caller closes it
     */
    JsonParser openRows(InputStream body, String entity) throws IOException {
        String items = parts.itemsOf(entity);
        JsonParser parser = Json.parser(body);
        Json.first(parser);
        require(items.isEmpty() || isAt(parser, "", items), items + " is missing");
        return parser;
    }

    private static boolean isAt(JsonParser parser, String above, String items) throws IOException {
        String name;
        while ((name = parser.nextFieldName()) != null) {
            String path = above + "/" + JsonPlace.escaped(name);
            JsonToken token = parser.nextToken();
            if (path.equals(items)) {
                return true;
            }
            boolean onTheWay = token == JsonToken.START_OBJECT && items.startsWith(path + "/");
            if (onTheWay && isAt(parser, path, items)) {
                return true;
            }
            if (!onTheWay) {
                parser.skipChildren();
            }
        }
        return false;
    }

    RemoteRecord nextRow(JsonParser parser) throws IOException {
        require(!isEnd(parser.nextToken()), "the page has fewer rows than before");
        if (keyed) {
            parser.nextToken();
        }
        return format.apply(Json.value(parser));
    }

    private static boolean isEnd(@Nullable JsonToken token) {
        return token == JsonToken.END_ARRAY || token == JsonToken.END_OBJECT;
    }

    /** The parts of a page, as far as they were met. */
    private static final class Found {
        final String items;
        final RowTally rows;
        final long mostTokens;
        boolean hasRows;

        @Nullable
        String cursor;

        @Nullable
        Boolean more;

        @Nullable
        String link;

        @Nullable
        String token;

        long total = -1;

        Found(String items, RowTally rows, long mostTokens) {
            this.items = items;
            this.rows = rows;
            this.mostTokens = mostTokens;
        }

        PageContent with(PageRows read) {
            // Where pages do not say whether one follows, a cursor says it.
            boolean onwards = more == null ? cursor != null : more;
            return new PageContent(read, cursor, onwards, total, link, token);
        }
    }

    private void members(JsonParser parser, String above, Found found) throws IOException {
        String name;
        while ((name = parser.nextFieldName()) != null) {
            String path = above + "/" + JsonPlace.escaped(name);
            JsonToken token = parser.nextToken();
            if (path.equals(found.items)) {
                require(
                        token == (keyed ? JsonToken.START_OBJECT : JsonToken.START_ARRAY),
                        path + (keyed ? " is not an object" : " is not an array"));
                rows(parser, found);
            } else if (path.equals(parts.more())) {
                require(token.isBoolean(), path + " is neither true nor false");
                found.more = parser.getBooleanValue();
            } else if (path.equals(parts.cursor())) {
                found.cursor = cursor(parser, token, path);
            } else if (path.equals(parts.link())) {
                found.link = linkIn(Json.value(parser));
            } else if (path.equals(parts.token())) {
                found.token = token == JsonToken.VALUE_NULL ? null : word(parser, token, path);
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

    private void rows(JsonParser parser, Found found) throws IOException {
        require(!found.hasRows, "the rows are there twice");
        found.hasRows = true;
        while (!isEnd(parser.nextToken())) {
            if (keyed) {
                parser.nextToken();
            }
            found.rows.meet(format.apply(Json.value(parser)));
            if (parser.currentTokenCount() > found.mostTokens) {
                throw new OverfullException();
            }
        }
    }

    /** A text, or an object whose members all go back; where pages do not say whether one follows, an empty text ends the list. */
    private @Nullable String cursor(JsonParser parser, JsonToken token, String path) throws IOException {
        if (token == JsonToken.VALUE_NULL) {
            return null;
        }
        if (token == JsonToken.START_OBJECT && continued) {
            String whole = Json.write(Json.value(parser));
            require(whole.length() <= MAX_CURSOR, path + " is overlong");
            return whole;
        }
        if (parts.more() != null) {
            return text(parser, token, path);
        }
        boolean end = token == JsonToken.VALUE_STRING && parser.getText().isEmpty();
        return end ? null : word(parser, token, path);
    }

    /** A text or whole number. */
    private static String word(JsonParser parser, JsonToken token, String path) throws IOException {
        return token == JsonToken.VALUE_NUMBER_INT ? parser.getText() : text(parser, token, path);
    }

    /** An address, an object that holds one, or the one among several whose relation is the next page. */
    private static @Nullable String linkIn(@Nullable Object value) {
        if (value instanceof String text) {
            require(
                    isSound(text),
                    "the address of the next page is empty, overlong or holds characters that it may not");
            return text;
        }
        if (value instanceof Map<?, ?> link) {
            return linkIn(link.get("href") == null ? link.get("url") : link.get("href"));
        }
        if (value instanceof List<?> links) {
            for (Object entry : links) {
                if (entry instanceof Map<?, ?> link
                        && ("next".equals(link.get("rel")) || "next".equals(link.get("relation")))) {
                    return linkIn(entry);
                }
            }
            return null;
        }
        require(value == null, "the address of the next page is no text");
        return null;
    }

    /** Fit to be stored and to stand in a request. */
    private static boolean isSound(String text) {
        return !text.isEmpty()
                && text.length() <= MAX_CURSOR
                && text.chars().noneMatch(c -> Character.isISOControl(c) || Character.isSurrogate((char) c));
    }

    /** A cursor, fit to be stored and to stand in a request. */
    private static String text(JsonParser parser, JsonToken token, String path) throws IOException {
        require(token == JsonToken.VALUE_STRING, path + " is not text");
        String cursor = parser.getText();
        require(isSound(cursor), path + " is empty, overlong or holds characters that it may not");
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
}
