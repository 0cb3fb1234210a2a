package dev.syncline.internal.engine;

import dev.syncline.backend.PullPage;
import dev.syncline.backend.RemoteRecord;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The records of pages that are applied together; one that is told twice counts with its last appearance. */
final class NewestRecords {
    private NewestRecords() {}

    static Collection<RemoteRecord> of(List<PullPage> pages) {
        int told = pages.stream().mapToInt(page -> page.records().size()).sum();
        Map<String, RemoteRecord> byId = new LinkedHashMap<>(told * 2);
        for (PullPage page : pages) {
            for (RemoteRecord record : page.records()) {
                byId.remove(record.id());
                byId.put(record.id(), record);
            }
        }
        return byId.values();
    }
}
