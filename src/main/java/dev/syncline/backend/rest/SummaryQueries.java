package dev.syncline.backend.rest;

import dev.syncline.backend.EntitySummary;
import dev.syncline.backend.PullPage;
import dev.syncline.backend.PullRequest;
import dev.syncline.internal.http.HttpCaller;
import dev.syncline.internal.http.HttpFailures;
import dev.syncline.internal.http.MalformedAnswer;
import dev.syncline.internal.http.WholeAnswer;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/** Asks how many rows an entity has, and for their digest. Thread-safe. */
final class SummaryQueries {
    private final Summaries way;
    private final ListPages rows;
    private final HttpCaller client;
    private final RestRequests requests;
    private final Refusals refusals;
    private final HttpFailures failures;
    private final Clock clock;

    SummaryQueries(
            Summaries way,
            ListPages rows,
            HttpCaller client,
            RestRequests requests,
            Refusals refusals,
            HttpFailures failures,
            Clock clock) {
        this.way = way;
        this.rows = rows;
        this.client = client;
        this.requests = requests;
        this.refusals = refusals;
        this.failures = failures;
        this.clock = clock;
    }

    Optional<EntitySummary> of(String entity) {
        String what = "a summary of " + entity;
        if (way.areTotals()) {
            try (PullPage first = rows.page(new PullRequest(entity, null, 1), what)) {
                return first.total() < 0 ? Optional.empty() : Optional.of(new EntitySummary(first.total(), null));
            }
        }
        AddressTemplate path = way.path();
        if (path == null) {
            return Optional.empty();
        }
        Request request = requests.page(path, entity, PageAddress.start(1), Map.of(), null);
        return client.call(what, request, answer -> {
            WholeAnswer whole = WholeAnswer.read(answer, clock);
            if (whole.form() == WholeAnswer.Form.MARKUP && whole.isSuccess()) {
                throw failures.intercepted(what);
            }
            if (whole.status() != 200) {
                throw refusals.failure(what, whole);
            }
            return Optional.of(summary(whole.json()));
        });
    }

    private EntitySummary summary(@Nullable Object json) {
        Object count = way.countPlace().in(json);
        Object digest = way.digestPlace() == null ? null : way.digestPlace().in(json);
        try {
            // Some servers give a count as a text.
            return new EntitySummary(Long.parseLong(String.valueOf(count)), digest == null ? null : digest.toString());
        } catch (IllegalArgumentException unfit) {
            throw new MalformedAnswer(
                    "the count is no whole number from 0 on, or the digest not 64 hexadecimal digits");
        }
    }
}
