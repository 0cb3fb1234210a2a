package dev.syncline.internal.engine;

import dev.syncline.progress.BackendComparison;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** Orders to compare the tables with the backend, each carried out by the next run that gets so far. Safe for any thread. */
final class Comparisons {
    private final Queue<Order> asked = new ConcurrentLinkedQueue<>();

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

    /** What could not be carried out is left to the run after. */
    void giveBack(List<Order> orders) {
        orders.stream().filter(order -> order.result() == null).forEach(asked::add);
    }

    /** Nobody waits for it any more. */
    void withdraw(Order order) {
        asked.remove(order);
    }

    /** One order, and what came of it. */
    static final class Order {
        private volatile @Nullable BackendComparison result;

        void done(BackendComparison comparison) {
            result = comparison;
        }

        /** Null if the run did not get so far. */
        @Nullable
        BackendComparison result() {
            return result;
        }
    }
}
