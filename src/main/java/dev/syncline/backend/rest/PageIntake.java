package dev.syncline.backend.rest;

import dev.syncline.internal.http.HttpAnswer;
import dev.syncline.internal.http.MalformedAnswer;
import java.io.IOException;

/** Takes the body of a page: a small one stays in memory, a large one goes to a file and is checked there to its end. */
final class PageIntake {

    private final PageReader reader;
    private final Spools spools;
    private final long spoolAbove;

    /**
     * Sets the limit.
     *
     * @param reader reads pages
     * @param spools makes files
     * @param spoolAbove the most bytes of a body that stays in memory
     */
    PageIntake(PageReader reader, Spools spools, long spoolAbove) {
        this.reader = reader;
        this.spools = spools;
        this.spoolAbove = spoolAbove;
    }

    /** Reads a page of any size; whoever gets it closes its rows. */
    PageContent page(HttpAnswer answer, String entity) throws IOException {
        if (!answer.isLargerThan(spoolAbove)) {
            try {
                return reader.read(answer.preview(), entity);
            } catch (PageReader.OverfullException manySmallRows) {
                // Its bytes are still all there.
                return spooled(answer, entity);
            }
        }
        return spooled(answer, entity);
    }

    /** Reads the answer to a search, which names few rows. */
    PageContent findings(HttpAnswer answer, String entity) throws IOException {
        if (answer.isLargerThan(spoolAbove)) {
            throw new MalformedAnswer("the answer is larger than " + spoolAbove + " bytes");
        }
        try {
            return reader.read(answer.stream(), entity);
        } catch (PageReader.OverfullException e) {
            throw new MalformedAnswer("the answer has too many rows");
        }
    }

    private PageContent spooled(HttpAnswer answer, String entity) throws IOException {
        Spool spool = spools.take(answer.stream());
        boolean sound = false;
        try {
            PageContent page = reader.check(spool, entity);
            sound = true;
            return page;
        } finally {
            if (!sound) {
                spool.close();
            }
        }
    }
}
