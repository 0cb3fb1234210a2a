package dev.syncline.internal.engine;

import dev.syncline.progress.UnsentChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Orders to give up what is unsent when a reload is shown. An order holds for one run: were it kept, a later run would give up what was
 * recorded since, and nobody would be there to be told. Safe for any thread.
 */
final class Discards {
    private final Queue<Order> asked = new ConcurrentLinkedQueue<>();

    /** Gives an order to the next full run that begins. */
    Order ask() {
        Order order = new Order();
        asked.add(order);
        return order;
    }

    /** Takes what was ordered, for the run that begins. */
    List<Order> take() {
        List<Order> taken = new ArrayList<>();
        for (Order order = asked.poll(); order != null; order = asked.poll()) {
            taken.add(order);
        }
        return taken;
    }

    /** One order, and what came of it. */
    static final class Order {
        private volatile List<UnsentChange> discarded = List.of();
        private volatile boolean done;

        /** It was carried out, and that is stored. */
        void done(List<UnsentChange> changes) {
            discarded = List.copyOf(changes);
            done = true;
        }

        boolean isDone() {
            return done;
        }

        List<UnsentChange> discarded() {
            return discarded;
        }
    }
}
