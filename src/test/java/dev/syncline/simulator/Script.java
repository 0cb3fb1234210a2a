package dev.syncline.simulator;

import java.util.List;

/**
 * One transaction of a host: plain SQL, decided by the seed alone and not by what the tables hold.
 *
 * @param statements what it runs; one that a constraint refuses is passed over, as a host does that shows the user a message
 * @param rollback whether the host thinks better of it at the end
 */
record Script(List<String> statements, boolean rollback) {

    static Script of(String... statements) {
        return new Script(List.of(statements), false);
    }
}
