package dev.syncline.contract;

import dev.syncline.backend.Capabilities;
import dev.syncline.backend.ChangeKind;
import dev.syncline.backend.Findings;
import dev.syncline.backend.OutgoingChange;
import dev.syncline.backend.PullPage;
import dev.syncline.backend.PullRequest;
import dev.syncline.backend.PushReceipt;
import dev.syncline.backend.PushResult;
import dev.syncline.backend.RemoteBackend;
import dev.syncline.backend.RemoteRecord;
import dev.syncline.backend.rest.RestBackend;
import dev.syncline.exception.ClientException;
import dev.syncline.exception.SyncException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Tells what a live server does beside what its description claims. It makes records of its own in one collection, and deletes them.
 *
 * <p>As a command it checks a server that speaks the documented protocol: {@code ServerConformance https://host/v1 note title}. For another
 * description call {@link #check} with the backend that it makes.
 */
public final class ServerConformance {

    /** What was found of one claim. */
    public enum Verdict {
        /** The server does what is claimed. */
        HOLDS,
        /** It is claimed, and the server does something else: data can be lost or doubled. */
        BROKEN,
        /** It is not claimed, and yet the server seems to do it: it may be worth claiming. */
        UNCLAIMED,
        /** It is not claimed, and rightly so. */
        ABSENT
    }

    /**
     * One line of the report.
     *
     * @param claim what the engine would rely on
     * @param verdict whether it may
     * @param seen what the server did
     */
    public record Finding(String claim, Verdict verdict, String seen) {}

    /** Tries one claim; gives what is wrong, or null. */
    private interface Trial {
        @Nullable
        String fault();
    }

    private final RemoteBackend backend;
    private final Capabilities claims;
    private final String entity;
    private final String field;
    private final boolean clientIds;
    private final String run;
    private final List<Finding> findings = new ArrayList<>();
    private final Set<String> made = new TreeSet<>();
    private int count;

    private ServerConformance(RemoteBackend backend, String entity, String field, boolean clientIds, String run) {
        this.backend = backend;
        claims = backend.capabilities();
        this.entity = entity;
        this.field = field;
        this.clientIds = clientIds;
        this.run = run;
    }

    /**
     * Checks a server.
     *
     * @param backend its description
     * @param entity a collection that records may be made in
     * @param field a field of text in it
     * @param clientIds whether ids are chosen by the client
     * @param run letters and digits that no earlier check used, for ids and keys
     * @return what was found, in the order of the checks
     */
    public static List<Finding> check(
            RemoteBackend backend, String entity, String field, boolean clientIds, String run) {
        ServerConformance conformance = new ServerConformance(backend, entity, field, clientIds, run);
        try {
            conformance.run();
        } finally {
            conformance.tidy();
        }
        return conformance.findings;
    }

    /** Writes a report for people. */
    public static String report(List<Finding> findings) {
        StringBuilder text = new StringBuilder();
        for (Finding finding : findings) {
            text.append(String.format("%-10s %s%n", finding.verdict(), finding.claim()));
            if (!finding.seen().isEmpty()) {
                text.append(String.format("           %s%n", finding.seen()));
            }
        }
        return text.toString();
    }

    /** Checks a server of the documented protocol; ends with 1 if a claim is broken. */
    public static void main(String[] arguments) {
        if (arguments.length != 3) {
            System.err.println("usage: ServerConformance BASE_ADDRESS ENTITY TEXT_FIELD");
            System.exit(2);
        }
        try (RestBackend backend = RestBackend.at(arguments[0]).build()) {
            List<Finding> found =
                    check(backend, arguments[1], arguments[2], true, Long.toString(System.nanoTime(), 36));
            System.out.print(report(found));
            System.exit(found.stream().anyMatch(finding -> finding.verdict() == Verdict.BROKEN) ? 1 : 0);
        }
    }

    private void run() {
        must("it can be reached and takes the credentials", () -> {
            backend.probe();
            return null;
        });
        List<String> ids = new ArrayList<>();
        must("creates are accepted, and read back as they were written", () -> {
            for (int i = 0; i < 7; i++) {
                ids.add(create("n" + i));
            }
            return holds(ids.get(0), "n0") ? null : "the record that was made reads otherwise";
        });
        if (ids.size() < 7) {
            return;
        }
        must("a walk tells every record once, whatever the page size", () -> {
            for (int limit : new int[] {2, 3, 1_000}) {
                List<String> told = new ArrayList<>();
                walk(limit, told, () -> {});
                if (!new TreeSet<>(told).containsAll(ids)) {
                    return "pages of " + limit + " left records out";
                }
            }
            return null;
        });
        claimed("pages stay where they are while records go", claims.stablePaging(), () -> {
            String gone = create("gone");
            List<String> told = new ArrayList<>();
            walk(2, told, () -> delete(gone, version(gone)));
            return new TreeSet<>(told).containsAll(ids) ? null : "a record that was there all the time was on no page";
        });
        must(
                "an unknown id is no record",
                () -> backend.fetch(entity, "never-" + run).isPresent() ? "there is one" : null);
        must("an update never creates", () -> {
            String id = clientIds ? "never-" + run : "999999999";
            push(ChangeKind.UPDATE, id, Map.of(field, "x"), null, key());
            return backend.fetch(entity, id).filter(record -> !record.deleted()).isPresent() ? "it did" : null;
        });
        writes(ids);
        reads(ids);
    }

    private void writes(List<String> ids) {
        String id = ids.get(1);
        claimed("a write on a version that has moved on is refused", claims.conditionalWrites(), () -> {
            String base = version(id);
            push(ChangeKind.UPDATE, id, Map.of(field, "first"), base, key());
            boolean overwritten =
                    push(ChangeKind.UPDATE, id, Map.of(field, "second"), base, key()) instanceof PushResult.Accepted;
            return overwritten ? "it was applied, and the change before it is lost" : null;
        });
        claimed("so is a delete", claims.conditionalWrites(), () -> {
            String doomed = create("doomed");
            String base = version(doomed);
            push(ChangeKind.UPDATE, doomed, Map.of(field, "alive"), base, key());
            push(ChangeKind.DELETE, doomed, Map.of(), base, key());
            return holds(doomed, "alive") ? null : "it was deleted, with a change that nobody had seen";
        });
        claimed("a repeated create under one key makes one record", claims.idempotencyKeys(), () -> {
            String key = key();
            String name = clientIds ? "twice-" + run : null;
            PushResult one = push(ChangeKind.CREATE, name, Map.of(field, "twice"), null, key);
            PushResult two = push(ChangeKind.CREATE, name, Map.of(field, "twice"), null, key);
            note(one);
            note(two);
            boolean same = one instanceof PushResult.Accepted first
                    && two instanceof PushResult.Accepted second
                    && first.id().equals(second.id());
            return same ? null : "the repetition was answered otherwise than the first";
        });
        must("a repeated delete is done", () -> {
            String doomed = create("doomed twice");
            String base = version(doomed);
            delete(doomed, base);
            return delete(doomed, base) instanceof PushResult.Accepted ? null : "it is refused";
        });
        if (claims.batch() > 1) {
            must("a batch tells what became of each change", () -> {
                List<OutgoingChange> two = List.of(
                        new OutgoingChange(
                                entity, ChangeKind.UPDATE, ids.get(5), Map.of(field, "b"), version(ids.get(5)), key()),
                        new OutgoingChange(
                                entity, ChangeKind.UPDATE, ids.get(6), Map.of(field, "b"), version(ids.get(6)), key()));
                List<PushReceipt> receipts = backend.pushBatch(two);
                return receipts.size() == 2 ? null : receipts.size() + " of 2 outcomes were told";
            });
        }
    }

    private void reads(List<String> ids) {
        claimed("a delta tells what was made, changed and deleted since", claims.delta(), () -> {
            String cursor = walk(1_000, new ArrayList<>(), () -> {});
            if (cursor == null) {
                return "the last page of a walk has no cursor";
            }
            String doomed = ids.get(2);
            push(ChangeKind.UPDATE, ids.get(3), Map.of(field, "news"), version(ids.get(3)), key());
            String fresh = create("fresh");
            delete(doomed, version(doomed));
            Map<String, Boolean> told = new LinkedHashMap<>();
            follow(cursor, told);
            if (!told.containsKey(fresh) || !told.containsKey(ids.get(3))) {
                return "something new was not told";
            }
            boolean tombstone = Boolean.TRUE.equals(told.get(doomed));
            return tombstone || !claims.tombstones() ? null : "a deletion was not told";
        });
        if (claims.delta()) {
            must("a cursor that it never gave is refused with 410", () -> {
                try {
                    backend.fetchPage(new PullRequest(entity, "cursor-of-nobody", 10));
                    return "it is answered, so a database that was made anew would look as if nothing changed";
                } catch (ClientException refused) {
                    return refused.status() == 410 ? null : "it is refused with " + refused.status();
                }
            });
        }
        claimed("a record is found by a field right after it was written", claims.search(), () -> {
            create("sought " + run);
            Findings found = backend.find(entity, Map.of(field, "sought " + run), 10);
            return found.records().size() == 1 ? null : found.records().size() + " records were found";
        });
        if (claims.idList()) {
            must("the list of ids names what is there", () -> {
                Set<String> listed = new TreeSet<>();
                PullPage page = backend.fetchIds(new PullRequest(entity, null, 1_000));
                page.records().forEach(record -> listed.add(record.id()));
                return listed.contains(ids.get(4)) ? null : "a record is not in it";
            });
        }
    }

    private void must(String claim, Trial trial) {
        String fault = fault(trial);
        findings.add(new Finding(claim, fault == null ? Verdict.HOLDS : Verdict.BROKEN, fault == null ? "" : fault));
    }

    private void claimed(String claim, boolean isClaimed, Trial trial) {
        if (isClaimed) {
            must(claim, trial);
            return;
        }
        String fault = fault(trial);
        findings.add(new Finding(
                claim, fault == null ? Verdict.UNCLAIMED : Verdict.ABSENT, fault == null ? "it seems to hold" : fault));
    }

    private static @Nullable String fault(Trial trial) {
        try {
            return trial.fault();
        } catch (SyncException | IllegalArgumentException e) {
            return e.getClass().getSimpleName() + ": " + e.getMessage();
        }
    }

    private String key() {
        return "conformance-" + run + "-" + count++;
    }

    private String create(String text) {
        String id = clientIds ? "conformance-" + run + "-" + count++ : null;
        PushResult result = push(ChangeKind.CREATE, id, Map.of(field, text), null, key());
        note(result);
        if (result instanceof PushResult.Accepted accepted) {
            return accepted.id();
        }
        throw new IllegalArgumentException("a create was not accepted: " + result);
    }

    private void note(PushResult result) {
        if (result instanceof PushResult.Accepted accepted) {
            made.add(accepted.id());
        }
    }

    private PushResult delete(String id, @Nullable String base) {
        return push(ChangeKind.DELETE, id, Map.of(), base, key());
    }

    private PushResult push(
            ChangeKind kind,
            @Nullable String id,
            Map<String, @Nullable Object> fields,
            @Nullable String base,
            String key) {
        return backend.push(new OutgoingChange(entity, kind, id, fields, base, key));
    }

    private @Nullable String version(String id) {
        return backend.fetch(entity, id).map(RemoteRecord::version).orElse(null);
    }

    private boolean holds(String id, String text) {
        Optional<RemoteRecord> there = backend.fetch(entity, id).filter(record -> !record.deleted());
        return there.isPresent() && Objects.equals(there.get().fields().get(field), text);
    }

    /** Reads everything, and does something after the first page; gives the cursor behind it. */
    private @Nullable String walk(int limit, List<String> told, Runnable afterTheFirst) {
        String cursor = null;
        boolean first = true;
        boolean more = true;
        while (more) {
            try (PullPage page = backend.fetchPage(new PullRequest(entity, cursor, limit))) {
                page.records().stream().filter(record -> !record.deleted()).forEach(record -> told.add(record.id()));
                cursor = page.next();
                more = page.more();
            }
            if (first) {
                afterTheFirst.run();
            }
            first = false;
        }
        return cursor;
    }

    private void follow(String from, Map<String, Boolean> told) {
        String cursor = from;
        boolean more = true;
        while (more) {
            try (PullPage page = backend.fetchPage(new PullRequest(entity, cursor, 100))) {
                page.records().forEach(record -> told.put(record.id(), record.deleted()));
                cursor = page.next();
                more = page.more();
            }
        }
    }

    private void tidy() {
        for (String id : made) {
            String fault = fault(() -> {
                boolean there = backend.fetch(entity, id)
                        .filter(record -> !record.deleted())
                        .isPresent();
                return !there || delete(id, version(id)) instanceof PushResult.Accepted ? null : "it is refused";
            });
            if (fault != null) {
                findings.add(new Finding("what the check made is removed", Verdict.BROKEN, fault));
            }
        }
    }
}
