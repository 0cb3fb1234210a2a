package dev.syncline.backend.rest;

import dev.syncline.backend.OutgoingChange;
import dev.syncline.backend.PushReceipt;
import dev.syncline.backend.PushResult;
import dev.syncline.exception.SyncException;
import dev.syncline.internal.http.HttpFailures;
import dev.syncline.internal.http.WholeAnswer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Matches the entries of a batch's answer with the changes that were sent, by key. */
final class BatchAnswers {

    static final String NAME = "a batch";
    /** Says nothing of the change itself. */
    private static final int FAILED_DEPENDENCY = 424;

    private final PushAnswers answers;
    private final HttpFailures failures;

    BatchAnswers(PushAnswers answers, HttpFailures failures) {
        this.answers = answers;
        this.failures = failures;
    }

    /**
     * Gives a receipt for each change whose outcome was told once and legibly. Anything else in the answer is passed over:
     * a change without a receipt counts as of unknown outcome, which is the safe side.
     *
     * @throws SyncException if the batch as a whole was not served
     */
    List<PushReceipt> receipts(List<OutgoingChange> changes, WholeAnswer answer) {
        if (answer.isSuccess() && answer.form() == WholeAnswer.Form.MARKUP) {
            throw failures.intercepted(NAME);
        }
        if (answer.status() != 200 && answer.status() != 207) {
            throw failures.refused(NAME, answer);
        }
        if (!(answer.json() instanceof Map<?, ?> body) || !(body.get("results") instanceof List<?> results)) {
            throw failures.malformed(NAME, answer.status(), "results is missing or no array");
        }
        Map<String, OutgoingChange> sent = new HashMap<>();
        changes.forEach(change -> sent.put(change.key(), change));
        Map<String, Map<?, ?>> told = new HashMap<>();
        Set<String> toldTwice = new HashSet<>();
        for (Object entry : results) {
            if (entry instanceof Map<?, ?> result
                    && result.get("key") instanceof String key
                    && sent.containsKey(key)
                    && told.put(key, result) != null) {
                toldTwice.add(key);
            }
        }
        List<PushReceipt> receipts = new ArrayList<>(changes.size());
        for (OutgoingChange change : changes) {
            Map<?, ?> result = toldTwice.contains(change.key()) ? null : told.get(change.key());
            PushReceipt receipt = result == null ? null : receipt(change, result);
            if (receipt != null) {
                receipts.add(receipt);
            }
        }
        return receipts;
    }

    private @Nullable PushReceipt receipt(OutgoingChange change, Map<?, ?> result) {
        if (!(result.get("status") instanceof Long status) || status < 100 || status > 599) {
            return null;
        }
        if (status == FAILED_DEPENDENCY) {
            return new PushReceipt(
                    change.key(),
                    new PushResult.Unserved(failures.client(
                            "another change of the batch was refused, so this one did not take effect",
                            WholeAnswer.inBatch(FAILED_DEPENDENCY, result.get("body")))));
        }
        try {
            WholeAnswer answer = WholeAnswer.inBatch(status.intValue(), result.get("body"));
            return new PushReceipt(change.key(), answers.outcome(change, answer));
        } catch (SyncException unserved) {
            return new PushReceipt(change.key(), new PushResult.Unserved(unserved));
        }
    }
}
