package dev.syncline.simulator;

import dev.syncline.config.SyncedTable;
import dev.syncline.config.SyncedTableBuilder;
import dev.syncline.conflict.ConflictSeverity;
import dev.syncline.conflict.ResolutionStrategy;
import dev.syncline.testing.server.EntityRules.ParentDelete;
import dev.syncline.testing.server.ServerOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** What a seed decides about the tables: who assigns ids, what a parent's delete does, how conflicts are settled. */
final class WorldShape {
    private final boolean numericCategories;
    private final ParentDelete onServer;
    private final List<SyncedTable> tables = new ArrayList<>();
    private final String[] schema;
    private final boolean batches;

    WorldShape(RandomGenerator random) {
        numericCategories = random.nextBoolean();
        onServer = random.nextBoolean() ? ParentDelete.REFUSE : ParentDelete.CASCADE;
        batches = random.nextInt(3) > 0;
        String onHost = random.nextBoolean() ? " ON DELETE CASCADE" : "";
        String required = random.nextBoolean() ? " NOT NULL" : "";
        String automatic = random.nextBoolean() ? " AUTOINCREMENT" : "";
        String categoryKey = numericCategories ? "INTEGER" : "TEXT";
        schema = new String[] {
            "CREATE TABLE account(id INTEGER PRIMARY KEY" + automatic
                    + ", m TEXT NOT NULL, name TEXT, balance TEXT, active INTEGER, tags TEXT)",
            "CREATE TABLE payment(id INTEGER PRIMARY KEY, account_id INTEGER" + required + " REFERENCES account(id)"
                    + onHost + ", m TEXT NOT NULL, amount TEXT, note TEXT)",
            "CREATE TABLE memo(id TEXT PRIMARY KEY, m TEXT NOT NULL, title TEXT, body TEXT)",
            "CREATE TABLE link(account_id INTEGER REFERENCES account(id)" + onHost
                    + ", memo_id TEXT REFERENCES memo(id)" + onHost
                    + ", m TEXT NOT NULL, label TEXT, weight INTEGER, PRIMARY KEY(account_id, memo_id)) WITHOUT ROWID",
            "CREATE TABLE category(id " + categoryKey + " PRIMARY KEY, parent_id " + categoryKey
                    + " REFERENCES category(id), m TEXT NOT NULL, label TEXT)",
            "CREATE TABLE ticket(id INTEGER PRIMARY KEY, code TEXT UNIQUE, m TEXT NOT NULL, title TEXT)"
        };
        add(
                random,
                SyncedTable.named("account").decimal("balance").bool("active").json("tags"),
                "name",
                "balance");
        add(
                random,
                SyncedTable.named("payment").references("account_id", "account").decimal("amount"),
                "note");
        add(random, SyncedTable.named("memo"), "title");
        tables.add(SyncedTable.named("link")
                .key("account_id", "memo_id")
                .references("account_id", "account")
                .references("memo_id", "memo")
                .strategy(strategy(random))
                .build());
        add(random, SyncedTable.named("category").references("parent_id", "category"), "label");
        add(random, SyncedTable.named("ticket"), "title");
    }

    private void add(RandomGenerator random, SyncedTableBuilder table, String... grave) {
        table.key("id").strategy(strategy(random));
        if (random.nextInt(3) == 0) {
            table.severity(ConflictSeverity.HIGH, grave);
        }
        if (random.nextInt(2) == 0) {
            table.autoResolve(ConflictSeverity.values());
        }
        if (random.nextInt(4) == 0) {
            table.strategy(strategy(random), grave[0]);
        }
        tables.add(table.build());
    }

    private static ResolutionStrategy strategy(RandomGenerator random) {
        ResolutionStrategy[] all = ResolutionStrategy.values();
        return all[random.nextInt(all.length)];
    }

    ServerOptions rules(ServerOptions server) {
        server.batch(batches)
                .entity("account", rules -> rules.serverIds())
                .entity("payment", rules -> rules.serverIds().references("account_id", "account", onServer))
                .entity(
                        "link",
                        rules -> rules.references("account_id", "account", onServer)
                                .references("memo_id", "memo", onServer))
                .entity("category", rules -> {
                    if (numericCategories) {
                        rules.serverIds();
                    }
                    rules.references("parent_id", "category", onServer);
                })
                .entity("ticket", rules -> rules.serverIds().unique("code"));
        return server;
    }

    boolean numericCategories() {
        return numericCategories;
    }

    boolean batches() {
        return batches;
    }

    List<SyncedTable> tables() {
        return tables;
    }

    String[] schema() {
        return schema;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("server " + onServer + ", batches " + batches + "\n");
        for (String statement : schema) {
            text.append("  ").append(statement).append('\n');
        }
        for (SyncedTable table : tables) {
            text.append("  ").append(table.name()).append(": ").append(table.strategy());
            text.append(' ')
                    .append(table.columnStrategies())
                    .append(" auto ")
                    .append(table.autoResolve())
                    .append('\n');
        }
        return text.toString();
    }
}
