package dev.syncline.internal.engine;

import dev.syncline.backend.RemoteRecord;
import dev.syncline.exception.SyncException;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.store.RunRepository.Fault;
import java.util.ArrayList;
import java.util.List;

/** Asks the backend for each record that a list of all did not tell of, before anybody takes it for gone. */
final class SecondLook {
    private final ResilientBackend backend;

    SecondLook(ResilientBackend backend) {
        this.backend = backend;
    }

    /**
     * Asks for records one by one.
     *
     * @return what the backend says of each, a tombstone if it has none; a record that it did not answer for is missing
     * @throws SyncException if it would answer for none
     */
    List<RemoteRecord> at(SyncRun run, BoundTable table, List<String> ids) {
        List<RemoteRecord> told = new ArrayList<>();
        for (String id : ids) {
            try {
                told.add(backend.fetch(table.spec().entity(), id, run.cancellation())
                        .orElseGet(() -> RemoteRecord.tombstone(id, null)));
            } catch (SyncException failure) {
                if (RunFailures.endsTheRun(failure)) {
                    throw failure;
                }
                run.noteFault(new Fault(table.spec().entity(), id, failure));
            }
        }
        return told;
    }
}
