package dev.syncline.backend.rest;

import com.fasterxml.jackson.core.JsonParser;
import dev.syncline.backend.RemoteRecord;
import dev.syncline.backend.SpooledRecords;
import dev.syncline.internal.http.MalformedAnswer;
import dev.syncline.internal.json.JsonFormatException;
import java.io.IOException;
import java.util.AbstractCollection;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** The rows of a page in a file; the page was checked before, so that nothing but the file itself can fail here. */
final class SpooledRows extends AbstractCollection<RemoteRecord> implements SpooledRecords {

    private final Spool spool;
    private final PageReader pages;
    private final String entity;
    private final int size;

    SpooledRows(Spool spool, PageReader pages, String entity, int size) {
        this.spool = spool;
        this.pages = pages;
        this.entity = entity;
        this.size = size;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public Iterator<RemoteRecord> iterator() {
        try {
            return new Rows(pages.openRows(spool.open(), entity));
        } catch (IOException | JsonFormatException | MalformedAnswer e) {
            throw spool.unreadable(e);
        }
    }

    @Override
    public void close() {
        spool.close();
    }

    private final class Rows implements Iterator<RemoteRecord> {

        private final JsonParser parser;
        private int given;

        Rows(JsonParser parser) {
            this.parser = parser;
        }

        @Override
        public boolean hasNext() {
            return given < size;
        }

        @Override
        public RemoteRecord next() {
            if (!hasNext()) {
                throw new NoSuchElementException("the page has " + size + " rows, and all were given");
            }
            try {
                RemoteRecord row = pages.nextRow(parser);
                given++;
                if (given == size) {
                    parser.close();
                }
                return row;
            } catch (IOException | JsonFormatException | MalformedAnswer e) {
                throw spool.unreadable(e);
            }
        }
    }
}
