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
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/** The pages of one kind of list, of an entity's rows or of their ids: asks for one and says what follows it. Thread-safe. */
final class ListPages {
    /** What a server answers when it no longer knows a cursor; a walk over everything is then due. */
    private static final int CURSOR_GONE = 410;

    private static final int LONGEST_VALIDATOR = 300;

    private static final int LONGEST_TOKEN = 8_192;

    /** A number alone, or behind the range of a {@code Content-Range}, where a star says that it is not known. */
    private static final Pattern COUNT = Pattern.compile("(?:.{0,60}/)?(?:([0-9]{1,18})|\\*)");

    private static final PageContent EMPTY = new PageContent(RowTally.keeping().over(List.of()), null, false, -1, null);

    private final Pagination pagination;
    private final AddressTemplate path;
    private final AddressTemplate changes;
    private final @Nullable String tokenHeader;
    private final Set<Integer> cursorRefusals;
    private final PageFeed feed;
    private final boolean deltaLinks;
    private final PageIntake intake;
    private final boolean conditional;
    private final HttpCaller client;
    private final RestRequests requests;
    private final Refusals refusals;
    private final HttpFailures failures;
    private final Clock clock;

    /**
     * Describes a list.
     *
     * @param pagination how it is split
     * @param path where it is, below the base address
     * @param changes where what changed is listed
     * @param delta how what changed is asked for
     * @param intake reads a page
     * @param conditional whether the ETag of a page may be asked with
     * @param client sends
     * @param requests makes requests
     * @param refusals says what a refusal means
     * @param failures names failures
     * @param clock dates them
     */
    ListPages(
            Pagination pagination,
            AddressTemplate path,
            AddressTemplate changes,
            Delta delta,
            PageIntake intake,
            boolean conditional,
            HttpCaller client,
            RestRequests requests,
            Refusals refusals,
            HttpFailures failures,
            Clock clock) {
        this.pagination = pagination;
        this.path = path;
        this.changes = changes;
        tokenHeader = delta.tokenHeader();
        cursorRefusals = delta.refusals();
        deltaLinks = delta.isLink();
        feed = delta.over(pagination.pager());
        this.intake = intake;
        this.conditional = conditional;
        this.client = client;
        this.requests = requests;
        this.refusals = refusals;
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
            boolean onwards = request.cursor() != null;
            if (onwards && pagination.pastTheEnd().contains(answer.status())) {
                return placed(request, EMPTY, answer);
            }
            if (!isPage(answer.status())) {
                WholeAnswer whole = WholeAnswer.read(answer, clock);
                if (onwards && cursorRefusals.contains(answer.status())) {
                    throw new ClientException(
                            what + " was refused: the server knows its cursor no more",
                            CURSOR_GONE,
                            whole.text(),
                            clock.instant(),
                            null);
                }
                throw refusals.failure(what, whole);
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
        PageFeed.Next next = feed.next(request.cursor(), pagination.limit(request.limit()), page, answer.serverTime());
        return new PullPage(
                page.rows().records(),
                next.cursor(),
                next.more(),
                page.total(),
                answer.serverTime(),
                validator(answer),
                false,
                next.whole());
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
            PageAddress address = feed.address(request.cursor(), pagination.limit(request.limit()));
            Map<String, String> query = new LinkedHashMap<>(pagination.fixed());
            if (!pagination.limitParameter().isEmpty()) {
                query.put(pagination.limitParameter(), Integer.toString(address.limit()));
            }
            query.putAll(address.query());
            return requests.page(address.changes() ? changes : path, request.entity(), address, query, etag);
        } catch (PageFeed.StaleCursor | MalformedAnswer e) {
            throw new ClientException(
                    what + " was not asked for: " + e.getMessage(), CURSOR_GONE, "", clock.instant(), e);
        }
    }

    /** Whether a status is that of a page; 206 is one only where a range of rows is what the server tells the total by. */
    boolean isPage(int status) {
        return status == 200 || (status == 206 && "Content-Range".equalsIgnoreCase(pagination.totalHeader()));
    }

    /** What a page says in its headers, and its link as a whole address that may be followed. */
    PageContent withHeaders(PageContent read, HttpAnswer answer) {
        PageContent page = read;
        String total = pagination.totalHeader() == null ? null : answer.header(pagination.totalHeader());
        if (total != null) {
            Matcher count = COUNT.matcher(total);
            if (!count.matches()) {
                throw new MalformedAnswer(pagination.totalHeader() + " is not a count");
            }
            page = count.group(1) == null ? page : page.withTotal(Long.parseLong(count.group(1)));
        }
        String token = tokenHeader == null ? page.token() : answer.header(tokenHeader);
        if (token != null) {
            boolean sound = token.length() <= LONGEST_TOKEN && token.chars().noneMatch(Character::isISOControl);
            if (!sound) {
                throw new MalformedAnswer("what the next delta is asked with is overlong or no plain text");
            }
            page = page.withToken(deltaLinks ? requests.followable(answer.resolved(token)) : token);
        }
        if (pagination.succession() == PageSuccession.LINK) {
            String link = page.link() != null
                    ? answer.resolved(page.link())
                    : pagination.parts().link() == null ? answer.link("next") : null;
            page = page.withLink(link == null ? null : requests.followable(link));
        }
        return page;
    }
}
