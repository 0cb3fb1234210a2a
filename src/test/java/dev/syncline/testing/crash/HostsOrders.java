package dev.syncline.testing.crash;

import dev.syncline.config.SyncedTable;
import dev.syncline.exception.ConsistencyException;
import dev.syncline.exception.FieldFault;
import dev.syncline.exception.ValidationException;
import dev.syncline.progress.UnsentChange;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Days on which the host says what is to be done: give a change up, let rows go, try a record again. */
final class HostsOrders {
    private static final SyncedTable NOTE = SyncedTable.named("note").key("id").build();
    private static final String NOTES = "CREATE TABLE note(id TEXT PRIMARY KEY, text TEXT)";
    /** More than go unasked, and more than the share of them that may. */
    private static final int MANY = 60;

    private HostsOrders() {}

    static List<Script> all() {
        return List.of(discard(), deletionsAllowed(), replay(), validated());
    }

    /** An edit, a new row and a deletion are given up; another edit goes out. */
    static Script discard() {
        return Script.named("discard", List.of(NOTE), NOTES)
                .calm("know", stage -> {
                    stage.host("w1", "INSERT INTO note VALUES('a', 'x'), ('b', 'x'), ('c', 'x')");
                    stage.sync();
                    // What is sent is on the disk before, and with it the answer to what was sent earlier. A change
                    // whose
                    // answer is not known cannot be given up.
                    stage.host("w1b", "INSERT INTO note VALUES('d', 'x')");
                    stage.sync();
                })
                .step(
                        "edit",
                        stage -> stage.host(
                                "w2",
                                "UPDATE note SET text = 'mine' WHERE id IN ('a', 'c')",
                                "INSERT INTO note VALUES('new', 'x')",
                                "DELETE FROM note WHERE id = 'b'"))
                .step("give up", stage -> {
                    for (UnsentChange change : stage.manager().operations()) {
                        if (!Set.of("c", "d").contains(change.rowId())) {
                            stage.manager().discard(change.id());
                        }
                    }
                })
                .step("send", Stage::sync);
    }

    /** The server deletes most of a table, and the host lets the rows go when it is asked. */
    static Script deletionsAllowed() {
        return Script.named("deletions-allowed", List.of(NOTE), NOTES)
                .server(server -> {
                    for (int i = 0; i <= MANY; i++) {
                        server.put("note", "n" + i, Map.of("text", "x"));
                    }
                })
                .calm("know", stage -> {
                    // What is sent is on the disk before, and with it what was read.
                    stage.sync();
                    stage.host("w1", "INSERT INTO note VALUES('mine', 'x')");
                    stage.sync();
                })
                .calm(
                        "others",
                        stage -> stage.remote("r1", server -> {
                            for (int i = 0; i < MANY; i++) {
                                server.delete("note", "n" + i);
                            }
                        }))
                .step("hold", Stage::sync)
                .step("allow", stage -> stage.manager().allowDeletions("note"))
                .step("let go", Stage::sync)
                .tells(ConsistencyException.class);
    }

    /** A record that ends the whole transaction is put aside, and stored once the host has mended its table and asks for it. */
    static Script replay() {
        return Script.named(
                        "replay",
                        List.of(NOTE),
                        NOTES,
                        "CREATE TRIGGER strict BEFORE INSERT ON note WHEN NEW.id = 'q'"
                                + " BEGIN SELECT RAISE(ROLLBACK, 'the host says no'); END")
                .server(server -> {
                    server.put("note", "p", Map.of("text", "x"));
                    server.put("note", "q", Map.of("text", "x"));
                    server.put("note", "r", Map.of("text", "x"));
                })
                .step("put aside", Stage::sync)
                .step("mend", stage -> stage.host("w1", "DROP TRIGGER strict"))
                .step("ask for it", stage -> stage.manager().replayQuarantine())
                .step("store", Stage::sync)
                .tells(ConsistencyException.class);
    }

    /** A row that breaks a rule of the host's never leaves, whenever the process dies: what was frozen before it was looked at is looked at again. */
    static Script validated() {
        SyncedTable watched = SyncedTable.named("note")
                .key("id")
                .validator(row -> "bad".equals(row.get("text"))
                        ? List.of(new FieldFault("text", "no bad texts", "write another"))
                        : List.of())
                .build();
        return Script.named("validated", List.of(watched), NOTES)
                .step(
                        "write",
                        stage -> stage.host("w1", "INSERT INTO note VALUES('a', 'good'), ('b', 'bad'), ('c', 'good')"))
                .step("send", Stage::sync)
                .step("spoil", stage -> stage.host("w2", "UPDATE note SET text = 'bad' WHERE id = 'a'"))
                .step("send again", Stage::sync)
                // Had any of the bad ones left, the server would know one more version, or a row that is gone.
                .calm("mend", stage -> {
                    stage.host(
                            "w3", "UPDATE note SET text = 'mended' WHERE id = 'a'", "DELETE FROM note WHERE id = 'b'");
                    stage.sync();
                })
                .tells(ValidationException.class);
    }
}
