package dev.syncline.simulator;

/** What can become of one request. The first is what a calmed draw gives. */
enum Trouble {
    /** Nothing. */
    NONE,
    /** No connection. */
    REFUSED,
    /** The connection breaks before the server has seen the request. */
    LOST,
    /** The connection breaks when the server has served the request. */
    ANSWER_LOST,
    /** Half open: nothing comes, and the server has seen nothing. */
    SILENCE,
    /** Half open: nothing comes, though the server has served the request. */
    SILENCE_AFTER,
    /** The device gives up, and only later the request reaches the server, behind others that were sent after it. */
    LATE,
    /** Something on the way sends the request twice. */
    TWICE,
    /** The answer breaks off in the middle of its body. */
    CUT_SHORT,
    /** The server or what stands before it has no time; it has seen nothing. */
    UNAVAILABLE,
    /** As before, with a wait that is asked for. */
    PAUSED,
    /** What stands before the server gives up on it, though it served the request. */
    BAD_GATEWAY,
    /** A login page of a network in between, with status 200. */
    PORTAL,
    /** The credentials are refused. */
    UNAUTHORIZED,
    /** A page as it was some time ago, out of a cache. */
    STALE,
    /** The entries of a batch's answer in another order, one of them left out. */
    SHUFFLED,
    /** The server has forgotten the place that a page is to go on from. */
    EXPIRED,
    /** The process is killed before the request leaves. */
    KILLED,
    /** The process is killed while the answer is on its way. */
    KILLED_AFTER
}
