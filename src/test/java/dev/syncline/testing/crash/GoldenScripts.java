package dev.syncline.testing.crash;

import dev.syncline.SyncSchema;
import dev.syncline.config.SyncedTable;
import dev.syncline.conflict.Conflict;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.exception.ConsistencyException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The days that are interrupted at every boundary: each road that a record can take, and each thing that is done but once. */
public final class GoldenScripts {
    private static final SyncedTable NOTE =
            SyncedTable.named("note").key("id").decimal("price").build();
    private static final String NOTES = "CREATE TABLE note(id TEXT PRIMARY KEY, text TEXT, price TEXT)";
    private static final SyncedTable MEMO = SyncedTable.named("memo")
            .key("id")
            .strategy(ResolutionStrategy.MANUAL)
            .build();
    private static final String MEMOS = "CREATE TABLE memo(id TEXT PRIMARY KEY, title TEXT, body TEXT)";
    private static final List<SyncedTable> FAMILY = List.of(
            SyncedTable.named("account").key("id").decimal("balance").build(),
            SyncedTable.named("payment")
                    .key("id")
                    .references("account_id", "account")
                    .build());
    private static final String[] FAMILIES = {
        "CREATE TABLE account(id INTEGER PRIMARY KEY, name TEXT NOT NULL, balance TEXT)",
        "CREATE TABLE payment(id INTEGER PRIMARY KEY, account_id INTEGER REFERENCES account(id), text TEXT)"
    };

    private GoldenScripts() {}

    /** All of them. */
    public static List<Script> all() {
        List<Script> days = new ArrayList<>(List.of(
                create(),
                update(),
                delete(),
                serverIdsWithChildren(),
                lookUp(),
                batch(),
                conflicts(),
                fullSync(),
                sweep(),
                uniqueValues(),
                circles(),
                migration()));
        days.addAll(HostsOrders.all());
        return days;
    }

    /** What the server lost without a word goes when everything is read, parents after their children; what is edited here stays. */
    static Script sweep() {
        return Script.named(
                        "sweep",
                        List.of(
                                SyncedTable.named("folder").key("id").build(),
                                SyncedTable.named("leaf")
                                        .key("id")
                                        .references("folder_id", "folder")
                                        .build()),
                        "CREATE TABLE folder(id TEXT PRIMARY KEY, name TEXT)",
                        "CREATE TABLE leaf(id TEXT PRIMARY KEY, folder_id TEXT REFERENCES folder(id), text TEXT)")
                .portions(2, 500)
                .calm("know", stage -> {
                    stage.host(
                            "w1",
                            "INSERT INTO folder VALUES('f1', 'x'), ('f2', 'x'), ('f3', 'x')",
                            "INSERT INTO leaf VALUES('a', 'f1', 'x'), ('b', 'f1', 'x'), ('c', 'f2', 'x'),"
                                    + " ('d', 'f2', 'x'), ('e', 'f3', 'x')");
                    stage.sync();
                })
                .calm(
                        "the server forgets",
                        stage -> stage.remote("r1", server -> {
                            server.lose("leaf", "a", "b", "d");
                            server.lose("folder", "f1");
                        }))
                .step("edit", stage -> stage.host("w2", "UPDATE leaf SET text = 'mine' WHERE id = 'e'"))
                .step("read everything", Stage::fullSync)
                .step("and again", Stage::fullSync);
    }

    /** From a file that never saw the library to rows at the backend. */
    static Script create() {
        return Script.named(
                        "create", List.of(NOTE), NOTES, "INSERT INTO note VALUES('old', 'was there before', '1.50')")
                .step("open", Stage::manager)
                .step(
                        "write",
                        stage -> stage.host(
                                "w1",
                                "INSERT INTO note VALUES('a', 'first', '2.00')",
                                "INSERT INTO note VALUES('b', NULL, NULL)"))
                .step("sync", Stage::sync)
                .step("close", Stage::closeManager);
    }

    /** An edit, and one more while the first is on its way. */
    static Script update() {
        return Script.named("update", List.of(NOTE), NOTES)
                .calm("know", stage -> {
                    stage.host("w1", "INSERT INTO note VALUES('a', 'first', '2.00'), ('b', 'second', '3')");
                    stage.sync();
                })
                .step(
                        "edit",
                        stage -> stage.host("w2", "UPDATE note SET text = 'edited', price = '2.0' WHERE id = 'a'"))
                .step(
                        "send",
                        stage -> stage.syncWhileEditing(
                                "UPDATE note/a", "w3", "UPDATE note SET price = '9' WHERE id = 'a'"))
                .step("send what came meanwhile", Stage::sync)
                .calm(
                        "another edits",
                        stage -> stage.remote("r1", server -> server.put("note", "b", Map.of("text", "theirs"))))
                .step("receive", Stage::sync);
    }

    /** Deleted here, deleted there, and deleted here while it was on its way. */
    static Script delete() {
        return Script.named("delete", List.of(NOTE), NOTES)
                .calm("know", stage -> {
                    stage.host(
                            "w1",
                            "INSERT INTO note VALUES('a', 'x', '1'), ('b', 'x', '2'), ('c', 'x', '3'), ('d', 'x', '4')");
                    stage.sync();
                })
                .calm("another deletes", stage -> stage.remote("r1", server -> server.delete("note", "b")))
                .step(
                        "delete",
                        stage -> stage.host(
                                "w2", "DELETE FROM note WHERE id = 'a'", "UPDATE note SET text = 'y' WHERE id = 'c'"))
                .step("send", stage -> stage.syncWhileEditing("UPDATE note/c", "w3", "DELETE FROM note WHERE id = 'c'"))
                .step("send the rest", Stage::sync)
                .step("come and go", stage -> {
                    stage.host("w4", "INSERT INTO note VALUES('e', 'short', NULL)", "DELETE FROM note WHERE id = 'e'");
                    stage.sync();
                });
    }

    /** Parents and children whose numbers the backend gives, and a number that it gave to another. */
    static Script serverIdsWithChildren() {
        return Script.named("server-ids", FAMILY, FAMILIES)
                .server(server -> {
                    server.assigns("account").assigns("payment").references("payment", "account_id", "account");
                    server.put("account", "1", Map.of("name", "theirs", "balance", "7"));
                    server.put("payment", "2", Map.of("account_id", 1L, "text", "theirs"));
                })
                .step("open", Stage::manager)
                .step(
                        "write",
                        stage -> stage.host(
                                "w1",
                                "INSERT INTO account VALUES(1, 'mine', '1')",
                                "INSERT INTO payment VALUES(1, 1, 'first'), (2, 1, 'second')"))
                .step("sync", Stage::sync)
                .step(
                        "move a child",
                        stage -> stage.host(
                                "w2",
                                "INSERT INTO account(name, balance) VALUES('new', '0')",
                                "UPDATE payment SET account_id = (SELECT id FROM account WHERE name = 'new') WHERE text = 'second'"))
                .step("sync again", Stage::sync)
                .step(
                        "delete the parent",
                        stage -> stage.host(
                                "w3",
                                "DELETE FROM payment WHERE text = 'first'",
                                "DELETE FROM account WHERE name = 'mine'"))
                .step("sync at last", Stage::sync);
    }

    /** Where the backend keeps no keys, a create whose answer was lost is looked up by what names the thing on both sides. */
    static Script lookUp() {
        List<SyncedTable> tables = List.of(
                SyncedTable.named("account").key("id").naturalKey("name").build(),
                SyncedTable.named("payment")
                        .key("id")
                        .naturalKey("text")
                        .references("account_id", "account")
                        .build());
        return Script.named("look-up", tables, FAMILIES)
                .server(server -> {
                    server.keepsNoKeys().assigns("account").assigns("payment");
                    server.references("payment", "account_id", "account");
                    server.put("account", "1", Map.of("name", "theirs", "balance", "7"));
                })
                .calm("open", Stage::manager)
                .step(
                        "write",
                        stage -> stage.host(
                                "w1",
                                "INSERT INTO account VALUES(1, 'mine', '1')",
                                "INSERT INTO payment VALUES(1, 1, 'first'), (2, 1, 'second')"))
                .step("sync", Stage::sync)
                .step(
                        "edit",
                        stage -> stage.host(
                                "w2",
                                "UPDATE account SET balance = '2' WHERE name = 'mine'",
                                "DELETE FROM payment WHERE text = 'second'",
                                "INSERT INTO payment(account_id, text) SELECT id, 'third' FROM account WHERE name = 'theirs'"))
                .step("sync again", Stage::sync);
    }

    /** More changes than one request takes. */
    static Script batch() {
        return Script.named("batch", List.of(NOTE), NOTES)
                .server(server -> server.batch(5))
                .portions(1000, 7)
                .calm("open", Stage::manager)
                .calm(
                        "write",
                        stage -> stage.host(
                                "w1",
                                "WITH RECURSIVE n(i) AS (VALUES(10) UNION ALL SELECT i + 1 FROM n WHERE i < 25)"
                                        + " INSERT INTO note SELECT 'n' || i, 'text ' || i, i FROM n"))
                .step("send", Stage::sync)
                .calm(
                        "edit",
                        stage -> stage.host(
                                "w2",
                                "UPDATE note SET price = price + 1 WHERE id < 'n20'",
                                "DELETE FROM note WHERE id >= 'n20'"))
                .step("send again", Stage::sync);
    }

    /** What collides: merged, parked and decided, and a deletion against an edit. */
    static Script conflicts() {
        return Script.named("conflicts", List.of(MEMO), MEMOS)
                .calm("know", stage -> {
                    stage.host(
                            "w1",
                            "INSERT INTO memo VALUES('a', 't', 'b'), ('b', 't', 'b'), ('c', 't', 'b'), ('d', 't', 'b')");
                    stage.sync();
                })
                .calm(
                        "others",
                        stage -> stage.remote("r1", server -> {
                            server.put("memo", "a", Map.of("title", "theirs"));
                            server.put("memo", "b", Map.of("title", "theirs"));
                            server.delete("memo", "c");
                            server.put("memo", "d", Map.of("title", "theirs"));
                        }))
                .step(
                        "edit",
                        stage -> stage.host(
                                "w2",
                                "UPDATE memo SET title = 'mine' WHERE id IN ('a', 'c')",
                                "UPDATE memo SET body = 'mine' WHERE id = 'b'",
                                "DELETE FROM memo WHERE id = 'd'"))
                .step("meet", Stage::sync)
                .step("decide", stage -> decide(stage, "a", ResolutionStrategy.LOCAL_WINS))
                .step("decide another", stage -> decide(stage, "c", ResolutionStrategy.REMOTE_WINS))
                .step("send", Stage::sync)
                .calm(
                        "others again",
                        stage -> stage.remote("r2", server -> server.put("memo", "b", Map.of("body", "theirs"))))
                .calm("edit again", stage -> stage.host("w3", "UPDATE memo SET body = 'mine again' WHERE id = 'b'"))
                .step("meet again", Stage::sync)
                .apart(
                        "memo b: here {body=mine again, title=theirs}, there {body=theirs, title=theirs}",
                        "memo d: here null, there {body=b, title=theirs}");
    }

    private static void decide(Stage stage, String row, ResolutionStrategy strategy) {
        for (Conflict conflict : stage.manager().conflicts().open()) {
            if (row.equals(conflict.entityId())) {
                stage.manager().conflicts().resolve(conflict.id(), strategy);
            }
        }
    }

    /**
     * Many pages from the start, so many that the triggers are taken off for them, rows that were here before, and children that
     * come before their parents.
     */
    static Script fullSync() {
        List<SyncedTable> tables = List.of(
                NOTE,
                MEMO,
                SyncedTable.named("person")
                        .key("id")
                        .references("boss", "person")
                        .build());
        return Script.named(
                        "full-sync",
                        tables,
                        NOTES,
                        MEMOS,
                        "CREATE TABLE person(id TEXT PRIMARY KEY, boss TEXT REFERENCES person(id))",
                        "INSERT INTO memo VALUES('same', 't', 'b'), ('differs', 'mine', 'b'), ('only here', 't', 'b')")
                .server(server -> {
                    for (int i = 1; i <= 2100; i++) {
                        server.put("note", "n" + i, Map.of("text", "note " + i, "price", Integer.toString(i)));
                    }
                    server.put("memo", "same", Map.of("title", "t", "body", "b"));
                    server.put("memo", "differs", Map.of("title", "theirs", "body", "b"));
                    server.put("memo", "only there", Map.of("title", "theirs"));
                    server.put("person", "p1", Map.of("boss", "p9"));
                    for (int i = 2; i <= 9; i++) {
                        server.put("person", "p" + i, i == 9 ? Map.of() : Map.of("boss", "p" + (i - 1)));
                    }
                })
                .step("open", Stage::manager)
                .step("pull", Stage::sync)
                .calm(
                        "others",
                        stage -> stage.remote("r1", server -> {
                            server.delete("note", "n7");
                            server.put("note", "n8", Map.of("text", "newer"));
                            server.delete("person", "p8");
                        }))
                .step("pull what changed", Stage::sync)
                .apart("memo differs: here {body=b, title=mine}, there {body=b, title=theirs}");
    }

    /** Unique values that are let go of, taken again and swapped, here and there. */
    static Script uniqueValues() {
        SyncedTable tag = SyncedTable.named("tag").key("id").build();
        return Script.named("unique", List.of(tag), "CREATE TABLE tag(id TEXT PRIMARY KEY, name TEXT UNIQUE)")
                .calm("know", stage -> {
                    stage.host(
                            "w1",
                            "INSERT INTO tag VALUES('a', 'red'), ('b', 'green'), ('c', 'blue'), ('d', 'white'),"
                                    + " ('x', 'black'), ('y', 'grey')");
                    stage.sync();
                })
                .calm(
                        "others pass them on",
                        stage -> stage.remote("r1", server -> {
                            server.put("tag", "a", Map.of("name", "green"));
                            server.put("tag", "b", Map.of("name", "blue"));
                            server.delete("tag", "c");
                            server.put("tag", "e", Map.of("name", "red"));
                            server.put("tag", "x", Map.of("name", "grey"));
                            server.put("tag", "y", Map.of("name", "black"));
                        }))
                .step("replace", stage -> stage.host("w2", "INSERT OR REPLACE INTO tag VALUES('f', 'white')"))
                .step("sync", Stage::sync)
                .tells(ConsistencyException.class);
    }

    /** Rows that refer to each other and can only be made, and deleted, in parts: here and there. */
    static Script circles() {
        SyncedTable person = SyncedTable.named("person")
                .key("id")
                .references("spouse_id", "person")
                .build();
        return Script.named(
                        "circles",
                        List.of(person),
                        "CREATE TABLE person(id INTEGER PRIMARY KEY, spouse_id INTEGER REFERENCES person(id), name TEXT)")
                .server(server -> {
                    server.assigns("person");
                    server.put("person", "1", Map.of("name", "theirs"));
                    server.put("person", "2", Map.of("name", "theirs", "spouse_id", 1L));
                    server.put("person", "1", Map.of("name", "theirs", "spouse_id", 2L));
                    server.put("person", "3", Map.of("name", "theirs", "spouse_id", 3L));
                    server.references("person", "spouse_id", "person");
                })
                .calm("open", Stage::manager)
                .calm(
                        "write",
                        stage -> stage.host(
                                "w1",
                                "INSERT INTO person VALUES(1, NULL, 'Ada'), (2, 1, 'Bob'), (3, 3, 'Narcissus')",
                                "UPDATE person SET spouse_id = 2 WHERE id = 1"))
                .step("sync", Stage::sync)
                .calm(
                        "delete",
                        stage -> stage.host("w2", "DELETE FROM person WHERE name IN ('Ada', 'Bob', 'Narcissus')"))
                .step("send", Stage::sync)
                .calm(
                        "others delete",
                        stage -> stage.remote("r1", server -> {
                            server.put("person", "1", Map.of("spouse_id", 3L));
                            server.delete("person", "2");
                            server.delete("person", "3");
                            server.delete("person", "1");
                        }))
                .step("receive", Stage::sync);
    }

    /** The application is updated while a change is on its way: a column more, one less, one with another name. */
    static Script migration() {
        List<SyncedTable> after = List.of(SyncedTable.named("note")
                .key("id")
                .decimal("price")
                .column("title")
                .as("text")
                .build());
        return Script.named("migration", List.of(NOTE), NOTES, "PRAGMA user_version = 1")
                .calm("know", stage -> {
                    stage.host("w1", "INSERT INTO note VALUES('a', 'first', '2.00'), ('b', 'second', '3')");
                    stage.sync();
                })
                .calm("edit", stage -> {
                    stage.host(
                            "w2",
                            "UPDATE note SET text = 'edited' WHERE id = 'a'",
                            "INSERT INTO note VALUES('c', 'new', '1')");
                    stage.closeManager();
                })
                .update("update", after, stage -> {
                    migrate(stage);
                    stage.manager();
                })
                .step("edit anew", stage -> stage.host("w3", "UPDATE note SET pages = 4 WHERE id = 'b'"))
                .step("sync", Stage::sync)
                // A default that a migration gives is no edit of the user's.
                .apart("note a: here {pages=3, price=2, text=edited}, there {price=2, text=edited}");
    }

    private static void migrate(Stage stage) throws SQLException {
        try (Connection connection = stage.connect();
                Statement look = connection.createStatement()) {
            try (ResultSet version = look.executeQuery("PRAGMA user_version")) {
                if (version.getInt(1) == 2) {
                    return;
                }
            }
            SyncSchema.migrate(connection, migrating -> {
                try (Statement statement = migrating.createStatement()) {
                    statement.execute("ALTER TABLE note ADD COLUMN pages INTEGER DEFAULT 3");
                    statement.execute("ALTER TABLE note RENAME COLUMN text TO title");
                    statement.execute("PRAGMA user_version = 2");
                }
            });
        }
    }
}
