package dev.syncline.bench;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The least work that brings rows across: no capture, no state per row, no retry, no progress. It is written to be fast, so
 * that a ratio to it says what a library costs.
 */
final class Floor implements Contender {

    private static final int BATCH = 500;

    private final FloorStore store;
    private final FloorHttp http;

    Floor(FloorStore store, FloorHttp http) {
        this.store = store;
        this.http = http;
    }

    @Override
    public void pull() throws Exception {
        Optional<FloorStore.Cursor> from = store.cursor();
        store.endRead();
        int gather = from.isEmpty() ? store.commitRows() : 1;
        try (FloorPages pages = new FloorPages(http, from.orElse(null))) {
            int gathered = 0;
            for (Optional<FloorHttp.Page> page = pages.next(); page.isPresent(); page = pages.next()) {
                for (String[] row : page.get().rows()) {
                    store.put(row);
                }
                gathered += page.get().rows().size();
                if (gathered >= gather || !page.get().more()) {
                    store.commit(page.get().next());
                    gathered = 0;
                }
            }
        }
    }

    @Override
    public void perform(Scenario scenario) throws Exception {
        switch (scenario) {
            case FULL_PULL, DELTA -> pull();
            case NOTHING -> expectNothing();
            case PUSH_1000, PUSH_10000 -> pushTogether();
            case PUSH_SINGLY -> pushSingly();
            case CONFLICTS -> settle();
        }
    }

    private void expectNothing() throws SQLException, IOException {
        FloorStore.Cursor from = store.cursor().orElseThrow();
        store.endRead();
        if (http.page(from.place(), from.etag()).isPresent()) {
            throw new IllegalStateException("something has changed on the server");
        }
    }

    private void pushTogether() throws SQLException, IOException {
        long done = 0;
        for (List<FloorStore.LocalRow> rows = unsent(done); !rows.isEmpty(); rows = unsent(done)) {
            http.createTogether(rows);
            done = rows.get(rows.size() - 1).outbox();
            store.sent(done);
        }
    }

    private void pushSingly() throws Exception {
        ExecutorService requests = Executors.newFixedThreadPool(FloorHttp.IN_FLIGHT);
        try {
            long done = 0;
            for (List<FloorStore.LocalRow> rows = unsent(done); !rows.isEmpty(); rows = unsent(done)) {
                List<Future<?>> answers = new ArrayList<>();
                for (FloorStore.LocalRow row : rows) {
                    answers.add(requests.submit(() -> {
                        http.create(row);
                        return row;
                    }));
                }
                await(answers);
                done = rows.get(rows.size() - 1).outbox();
                store.sent(done);
            }
        } finally {
            requests.shutdownNow();
        }
    }

    private List<FloorStore.LocalRow> unsent(long after) throws SQLException {
        List<FloorStore.LocalRow> rows = store.unsent(after, BATCH);
        store.endRead();
        return rows;
    }

    private static void await(List<Future<?>> answers) throws InterruptedException, ExecutionException {
        for (Future<?> answer : answers) {
            answer.get();
        }
    }

    /** Compares what the server tells with what is here; where both changed, the server's side is written. */
    private void settle() throws Exception {
        try (FloorPages pages = new FloorPages(http, store.cursor().orElse(null))) {
            for (Optional<FloorHttp.Page> page = pages.next(); page.isPresent(); page = pages.next()) {
                for (String[] row : page.get().rows()) {
                    Optional<FloorStore.LocalRow> here = store.find(row[0]);
                    if (here.isEmpty() || !Arrays.equals(here.get().values(), row)) {
                        store.put(row);
                    }
                    if (here.isPresent() && here.get().outbox() > 0) {
                        store.settled(here.get().outbox());
                    }
                }
                store.commit(page.get().next());
            }
        }
    }

    @Override
    public void edited(Connection connection, String id) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO outbox(id) VALUES (?)")) {
            insert.setString(1, id);
            insert.executeUpdate();
        }
    }

    @Override
    public long pending() throws SQLException {
        long pending = store.pending();
        store.endRead();
        return pending;
    }

    @Override
    public void close() throws SQLException {
        store.close();
    }
}
