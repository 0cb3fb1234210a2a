package dev.syncline.demo;

import java.util.List;

/** The tables of the {@link BankApp}. Branches and categories are numbered by SQLite, so two offline devices number alike. */
final class BankSchema {

    static final List<String> STATEMENTS = List.of(
            """
            CREATE TABLE IF NOT EXISTS branch(
              id INTEGER PRIMARY KEY,
              name TEXT NOT NULL,
              city TEXT NOT NULL)""",
            """
            CREATE TABLE IF NOT EXISTS category(
              id INTEGER PRIMARY KEY,
              name TEXT NOT NULL)""",
            """
            CREATE TABLE IF NOT EXISTS account(
              id TEXT PRIMARY KEY,
              branch_id INTEGER NOT NULL REFERENCES branch(id),
              holder TEXT NOT NULL,
              phone TEXT,
              balance TEXT NOT NULL,
              credit_limit TEXT NOT NULL,
              opened_at TEXT NOT NULL)""",
            """
            CREATE TABLE IF NOT EXISTS payment(
              id TEXT PRIMARY KEY,
              account_id TEXT NOT NULL REFERENCES account(id) ON DELETE CASCADE,
              category_id INTEGER NOT NULL REFERENCES category(id),
              amount TEXT NOT NULL,
              due_at TEXT NOT NULL,
              tags TEXT NOT NULL,
              note TEXT,
              paid INTEGER NOT NULL)""",
            "CREATE INDEX IF NOT EXISTS payment_account ON payment(account_id)",
            "CREATE TABLE IF NOT EXISTS app_done(work TEXT PRIMARY KEY)");

    private BankSchema() {}
}
