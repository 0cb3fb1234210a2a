package dev.syncline.simulator;

import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * What a transaction of the host's is to the backend (I11): its rows travel one by one, as the README says plainly, but none of them
 * before it is committed, and none at all if it is rolled back.
 */
final class TransactionChecks {
    private final Ledger ledger;
    private final Consumer<Violation> found;

    TransactionChecks(Ledger ledger, Consumer<Violation> found) {
        this.ledger = ledger;
        this.found = found;
    }

    /** Looks at a change before its first byte leaves. */
    void leaving(SimulatedDevice device, Outgoing change) {
        Set<String> values = new TreeSet<>();
        Ledger.collect(change.fields().toString(), values);
        values.removeIf(ledger::wasWritten);
        if (!values.isEmpty()) {
            found.accept(new Violation(
                    "I11", device.number() + " sends values that no host has committed: " + values + " in " + change));
        }
    }
}
