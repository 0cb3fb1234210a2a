package dev.syncline.internal.engine;

import dev.syncline.backend.RemoteRecord;
import dev.syncline.exception.SyncException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads records as they stand now, those of one entity together in as few calls as the backend allows. What such a call leaves out is asked
 * for by itself, since an incomplete list must never be taken for a deletion.
 */
final class RecordReads {
    private static final Logger log = LoggerFactory.getLogger(RecordReads.class);

    private final ResilientBackend backend;

    RecordReads(ResilientBackend backend) {
        this.backend = backend;
    }

    /**
     * Reads one record.
     *
     * @return the record; a tombstone if the backend has none
     */
    RemoteRecord one(String entity, String id, Cancellation cancellation) {
        return backend.fetch(entity, id, cancellation).orElseGet(() -> RemoteRecord.tombstone(id, null));
    }

    /**
     * Reads what can be read together.
     *
     * @param ids the records; one is never worth a call for several
     * @return what was told of them, by id; records that are not in it have to be asked for by themselves
     * @throws SyncException if nothing more can be had of the backend in this run
     */
    Map<String, RemoteRecord> together(String entity, Collection<String> ids, Cancellation cancellation) {
        Map<String, RemoteRecord> told = new HashMap<>();
        int most = backend.capabilities().bulkRead();
        List<String> wanted = ids.stream().distinct().toList();
        if (most == 1 || wanted.size() == 1) {
            return told;
        }
        for (int from = 0; from < wanted.size(); from += most) {
            List<String> some = wanted.subList(from, Math.min(wanted.size(), from + most));
            for (RemoteRecord record : some(entity, some, cancellation)) {
                if (some.contains(record.id())) {
                    told.put(record.id(), record);
                }
            }
        }
        return told;
    }

    private List<RemoteRecord> some(String entity, List<String> ids, Cancellation cancellation) {
        try {
            return backend.fetchAll(entity, ids, cancellation);
        } catch (SyncException failure) {
            if (RunFailures.endsTheRun(failure)) {
                throw failure;
            }
            log.warn(
                    "{} records of {} could not be read together and are read one by one", ids.size(), entity, failure);
            return List.of();
        }
    }

    /** What is known of a record already, or else what the backend says of it now. */
    RemoteRecord known(Map<String, RemoteRecord> told, String entity, String id, Cancellation cancellation) {
        return Optional.ofNullable(told.get(id)).orElseGet(() -> one(entity, id, cancellation));
    }
}
