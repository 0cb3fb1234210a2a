package dev.syncline.internal.engine;

import dev.syncline.progress.SyncEvent;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Events that one subscriber has not taken yet. Of progress that nothing came between only the newest is kept, and of a subscriber that
 * takes nothing for long the oldest events are given up, so that it costs no more memory than {@link #MOST} of them. Used by one thread at
 * a time.
 */
final class EventBacklog {
    /** How far behind a subscriber may be. */
    static final int MOST = 10_000;

    private static final Logger log = LoggerFactory.getLogger(EventBacklog.class);

    private final Deque<SyncEvent> events = new ArrayDeque<>();
    private boolean gaveUp;

    /** Takes one more event. */
    EventBacklog with(SyncEvent event) {
        if (event instanceof SyncEvent.Progress && events.peekLast() instanceof SyncEvent.Progress) {
            events.removeLast();
        }
        if (events.size() == MOST) {
            events.removeFirst();
            if (!gaveUp) {
                gaveUp = true;
                log.warn(
                        "A subscriber of watchEvents() is more than {} events behind and loses the oldest; let it return"
                                + " sooner. conflicts() has all that it missed",
                        MOST);
            }
        }
        events.addLast(event);
        return this;
    }

    /** What is to be told now, in order. */
    Collection<SyncEvent> events() {
        return Collections.unmodifiableCollection(events);
    }
}
