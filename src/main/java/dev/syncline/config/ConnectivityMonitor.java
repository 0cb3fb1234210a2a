package dev.syncline.config;

import io.reactivex.rxjava3.core.Flowable;

/**
 * What the host knows of the network, so that a manager synchronizes when a connection comes back and keeps planned runs off a metered
 * one. A link alone proves nothing: whether the backend can be reached is found out by asking it, so that a captive portal counts as
 * no connection.
 *
 * <p>Must be safe for several threads, as several managers may use one monitor.
 */
@FunctionalInterface
public interface ConnectivityMonitor {

    /** What lies between this device and the network. */
    enum Link {
        /** There is none. */
        DOWN,

        /** There is one that costs by volume; plans that want an unmetered one wait. */
        METERED,

        /** There is one that costs nothing. */
        UNMETERED
    }

    /**
     * Follows the link. Subscribed to once by each manager, from its opening to its close.
     *
     * @return the present link at once, then each new one, on any thread; a stream that fails is logged and counts as ended, the
     *     last link it told goes on to hold
     */
    Flowable<Link> watch();

    /**
     * Gives the monitor of hosts that know nothing of the network: there always is a link without costs.
     *
     * @return the default
     */
    static ConnectivityMonitor alwaysUp() {
        return AlwaysUp.INSTANCE;
    }
}
