package dev.syncline.backend.couchdb;

import dev.syncline.exception.SyncException;
import dev.syncline.internal.http.HttpFailures;
import dev.syncline.internal.http.WholeAnswer;
import java.util.List;
import java.util.Map;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a database from another one of its name. One that was dropped and made anew answers "no changes" to an old sequence, or
 * only the last ones, and nothing in its answers shows it. So a document that only this database has bears its mark: {@code
 * _local/syncline}, which is never replicated and goes with the database. Who may not write it is left with the sequence, which
 * in a new database begins anew.
 */
final class DatabaseMark {

    private static final Logger log = LoggerFactory.getLogger(DatabaseMark.class);

    private final CouchRequests requests;
    private final HttpFailures failures;
    private final Sender sender;

    DatabaseMark(CouchRequests requests, HttpFailures failures, Sender sender) {
        this.requests = requests;
        this.failures = failures;
        this.sender = sender;
    }

    /**
     * Gives the mark of an entity's database, which is made if there is none.
     *
     * @return the mark; empty if it may not be written
     * @throws SyncException if there is no such database, or no answer
     */
    String of(String entity, String what) {
        String known = read(entity, what);
        if (known != null) {
            return known;
        }
        WholeAnswer made = sender.send(what, requests.database(entity, fresh(what)));
        if (made.status() == 401 || made.status() == 403) {
            log.info(
                    "Database of {} cannot be marked; that it is dropped and made anew shows in its sequence only",
                    entity);
            return "";
        }
        if (!made.isSuccess() && made.status() != 409) {
            throw failures.refused(what, made);
        }
        // Not what was written but what is there: another device may have been first.
        String written = read(entity, what);
        if (written == null) {
            throw failures.malformed(what, made.status(), "a document that it accepted is not there");
        }
        return written;
    }

    /** Whether a database that bears no mark has not come as far as the cursor: then it is a new one. */
    boolean isBehind(String entity, String since, String what) {
        WholeAnswer answer = sender.send(what, requests.about(entity));
        if (answer.status() != 200) {
            throw failures.refused(what, answer);
        }
        long reached = answer.json() instanceof Map<?, ?> about ? count(String.valueOf(about.get("update_seq"))) : -1;
        long read = count(since);
        return reached >= 0 && read >= 0 && reached < read;
    }

    private @Nullable String read(String entity, String what) {
        WholeAnswer answer = sender.send(what, requests.mark(entity));
        if (answer.status() == 404 && answer.form() == WholeAnswer.Form.JSON) {
            if (answer.json() instanceof Map<?, ?> error
                    && error.get("reason") instanceof String reason
                    && (reason.equals("no_db_file") || reason.startsWith("Database does not exist"))) {
                throw failures.client(
                        what + " found no such database; create it, or name another with database(entity, name)",
                        answer);
            }
            return null;
        }
        if (answer.status() != 200) {
            throw failures.refused(what, answer);
        }
        if (answer.json() instanceof Map<?, ?> document
                && document.get("database") instanceof String mark
                && !mark.isEmpty()) {
            return mark;
        }
        throw failures.malformed(what, answer.status(), "_local/syncline holds no mark");
    }

    private String fresh(String what) {
        WholeAnswer answer = sender.send(what, requests.uuid());
        if (answer.status() == 200
                && answer.json() instanceof Map<?, ?> body
                && body.get("uuids") instanceof List<?> uuids
                && !uuids.isEmpty()
                && uuids.get(0) instanceof String uuid
                && !uuid.isEmpty()) {
            return uuid;
        }
        throw answer.isSuccess()
                ? failures.malformed(what, answer.status(), "uuids is missing or empty")
                : failures.refused(what, answer);
    }

    /** The number that a sequence is or, in a cluster, begins with; −1 if there is none. */
    private static long count(String sequence) {
        int digits = 0;
        while (digits < sequence.length() && digits < 18 && Character.isDigit(sequence.charAt(digits))) {
            digits++;
        }
        return digits == 0 ? -1 : Long.parseLong(sequence.substring(0, digits));
    }

    /** Sends a request and reads its answer. */
    interface Sender {
        WholeAnswer send(String what, Request request);
    }
}
