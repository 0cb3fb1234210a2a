package dev.syncline.backend.rest;

import dev.syncline.backend.PullPage;
import dev.syncline.backend.PullRequest;
import dev.syncline.backend.SpooledRecords;
import dev.syncline.exception.ClientException;
import dev.syncline.internal.http.HttpAnswer;
import dev.syncline.internal.http.HttpCaller;
import dev.syncline.internal.http.HttpFailures;
import dev.syncline.internal.http.MalformedAnswer;
import dev.syncline.internal.http.WholeAnswer;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/** The pages of one kind of list, of an entity's rows or of their ids: asks for one and says what follows it. Thread-safe. */
final class ListPages {
    /** What a server answers when it no longer knows a cursor; a walk over everything is then due. */
    private static final int CURSOR_GONE = 410;

    private static final int LONGEST_VALIDATOR = 300;

    private static final Pattern COUNT = Pattern.compile("[0-9]{1,18}");

    private final Pagination pagination;
    private final String path;
    private final PageFeed feed;
    private final PageIntake intake;
    private final boolean conditional;
    private final HttpCaller client;
    private final RestRequests requests;
    private final HttpFailures failures;
    private final Clock clock;

    /**
     * Describes a list.
     *
     * @param pagination how it is split
     * @param path where it is, below the base address
     * @param feed what is asked for at a cursor
     * @param intake reads a page
     * @param conditional whether the ETag of a page may be asked with
     * @param client sends
     * @param requests makes requests
     * @param failures names failures
     * @param clock dates them
     */
    ListPages(
            Pagination pagination,
            String path,
            PageFeed feed,
            PageIntake intake,
            boolean conditional,
            HttpCaller client,
            RestRequests requests,
            HttpFailures failures,
            Clock clock) {
        this.pagination = pagination;
        this.path = path;
        this.feed = feed;
        this.intake = intake;
        this.conditional = conditional;
        this.client = client;
        this.requests = requests;
        this.failures = failures;
        this.clock = clock;
    }

    /** Fetches one page, whole. */
    PullPage page(PullRequest request, String what) {
        String etag = conditional ? request.validator() : null;
        return client.call(what, request(request, what, etag), answer -> {
            if (answer.status() == 304 && etag != null) {
                return PullPage.unchanged(request, answer.serverTime());
            }
            if (answer.status() != 200) {
                throw failures.refused(what, WholeAnswer.read(answer, clock));
            }
            if (answer.isMarkup()) {
                throw failures.intercepted(what);
            }
            PageContent read = intake.page(answer, request.entity());
            try {
                return placed(request, withHeaders(read, answer), answer);
            } catch (RuntimeException e) {
                if (read.rows().records() instanceof SpooledRecords spooled) {
                    spooled.close();
                }
                throw e;
            }
        });
    }

    /** The page with the cursor behind it. */
    private PullPage placed(PullRequest request, PageContent page, HttpAnswer answer) {
        PageFeed.Next next = feed.next(request.cursor(), request.limit(), page, answer.serverTime());
        return new PullPage(
                page.rows().records(),
                next.cursor(),
                next.more(),
                page.total(),
                answer.serverTime(),
                validator(answer),
                false);
    }

    /** What could not stand in a request again, or is no name but a text, is none. */
    private @Nullable String validator(HttpAnswer answer) {
        String etag = conditional ? answer.header("ETag") : null;
        return etag != null
                        && etag.length() <= LONGEST_VALIDATOR
                        && etag.chars().allMatch(c -> c >= ' ' && c < 0x7F)
                ? etag
                : null;
    }

    private Request request(PullRequest request, String what, @Nullable String etag) {
        try {
            PageAddress address = feed.address(request.cursor(), request.limit());
            Map<String, String> query = new LinkedHashMap<>(pagination.fixed());
            query.put(pagination.limitParameter(), Integer.toString(address.limit()));
            query.putAll(address.query());
            return requests.page(path, request.entity(), address, query, etag);
        } catch (PageFeed.StaleCursor | MalformedAnswer e) {
            throw new ClientException(
                    what + " was not asked for: " + e.getMessage(), CURSOR_GONE, "", clock.instant(), e);
        }
    }

    /** What a page says in its headers, and its link as a whole address that may be followed. */
    PageContent withHeaders(PageContent read, HttpAnswer answer) {
        PageContent page = read;
        String total = pagination.totalHeader() == null ? null : answer.header(pagination.totalHeader());
        if (total != null) {
            if (!COUNT.matcher(total).matches()) {
                throw new MalformedAnswer(pagination.totalHeader() + " is not a count");
            }
            page = page.withTotal(Long.parseLong(total));
        }
        if (pagination.hasLinks()) {
            String link = page.link() != null
                    ? answer.resolved(page.link())
                    : pagination.parts().link() == null ? answer.link("next") : null;
            page = page.withLink(link == null ? null : requests.followable(link));
        }
        return page;
    }
}
