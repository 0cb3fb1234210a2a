package dev.syncline.testing;

import dev.syncline.backend.PullPage;
import dev.syncline.backend.PullRequest;
import dev.syncline.backend.RemoteBackend;
import java.time.Clock;

/** A backend whose answers tell the time by a clock of the test's, which the JDK's own HTTP server cannot be made to do. */
public final class TimeTellingBackend extends ForwardingBackend {
    private final Clock clock;

    public TimeTellingBackend(RemoteBackend backend, Clock clock) {
        super(backend);
        this.clock = clock;
    }

    @Override
    public PullPage fetchPage(PullRequest request) {
        PullPage page = backend.fetchPage(request);
        return new PullPage(page.records(), page.next(), page.more(), page.total(), clock.instant());
    }
}
