package dev.syncline.internal.engine;

import dev.syncline.backend.RemoteRecord;
import dev.syncline.exception.SyncException;
import dev.syncline.internal.record.BoundTable;
import dev.syncline.internal.store.RunRepository.Fault;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Asks the backend for each record that a list of all did not tell of, before anybody takes it for gone. */
final class SecondLook {
    private final RecordReads reads;

    SecondLook(ResilientBackend backend) {
        reads = new RecordReads(backend);
    }

    /**
     * Asks for records, together where the backend takes that.
     *
     * @return what the backend says of each, a tombstone if it has none; a record that it did not answer for is missing
     * @throws SyncException if it would answer for none
     */
    List<RemoteRecord> at(SyncRun run, BoundTable table, List<String> ids) {
        List<RemoteRecord> told = new ArrayList<>();
        Map<String, RemoteRecord> together = reads.together(table.spec().entity(), ids, run.cancellation());
        for (String id : ids) {
            try {
                told.add(reads.known(together, table.spec().entity(), id, run.cancellation()));
            } catch (SyncException failure) {
                if (RunFailures.endsTheRun(failure)) {
                    throw failure;
                }
                run.noteFault(new Fault(table.spec().entity(), id, failure));
            }
        }
        return told;
    }

    /** What was told of records that are there. Where nothing is removed yet, one that is gone is just left noted as not met. */
    static List<RemoteRecord> living(List<RemoteRecord> told) {
        return told.stream().filter(record -> !record.deleted()).toList();
    }

    /** Which of the records that were asked for the backend did not answer for. */
    static List<String> unanswered(List<String> asked, List<RemoteRecord> told) {
        Set<String> unanswered = new LinkedHashSet<>(asked);
        told.forEach(record -> unanswered.remove(record.id()));
        return List.copyOf(unanswered);
    }
}
