CREATE TABLE IF NOT EXISTS account (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  type TEXT NOT NULL,
  account_role TEXT,
  currency_code TEXT,
  current_balance TEXT,
  opening_balance TEXT,
  opening_balance_date TEXT,
  virtual_balance TEXT,
  iban TEXT,
  account_number TEXT,
  active INTEGER NOT NULL DEFAULT 1,
  notes TEXT
);
CREATE TABLE IF NOT EXISTS category (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  notes TEXT
);
CREATE TABLE IF NOT EXISTS budget (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  amount TEXT,
  currency_code TEXT,
  period TEXT,
  start_date TEXT,
  end_date TEXT,
  active INTEGER NOT NULL DEFAULT 1,
  notes TEXT
);
CREATE TABLE IF NOT EXISTS bill (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL,
  amount_min TEXT NOT NULL,
  amount_max TEXT NOT NULL,
  currency_code TEXT,
  date TEXT NOT NULL,
  end_date TEXT,
  repeat_freq TEXT NOT NULL,
  skip INTEGER NOT NULL DEFAULT 0,
  active INTEGER NOT NULL DEFAULT 1,
  notes TEXT
);
CREATE TABLE IF NOT EXISTS piggy_bank (
  id INTEGER PRIMARY KEY,
  account_id INTEGER REFERENCES account(id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  target_amount TEXT,
  current_amount TEXT,
  start_date TEXT,
  target_date TEXT,
  notes TEXT
);
CREATE INDEX IF NOT EXISTS piggy_bank_by_account ON piggy_bank(account_id);
CREATE TABLE IF NOT EXISTS "transaction" (
  id INTEGER PRIMARY KEY,
  split_of INTEGER REFERENCES "transaction"(id) ON DELETE CASCADE,
  type TEXT NOT NULL,
  date TEXT NOT NULL,
  amount TEXT NOT NULL,
  currency_code TEXT,
  foreign_amount TEXT,
  foreign_currency_code TEXT,
  description TEXT NOT NULL,
  source_id INTEGER REFERENCES account(id) ON DELETE CASCADE,
  destination_id INTEGER REFERENCES account(id) ON DELETE CASCADE,
  category_id INTEGER REFERENCES category(id) ON DELETE SET NULL,
  budget_id INTEGER REFERENCES budget(id) ON DELETE SET NULL,
  bill_id INTEGER REFERENCES bill(id) ON DELETE SET NULL,
  reconciled INTEGER NOT NULL DEFAULT 0,
  notes TEXT,
  tags TEXT NOT NULL DEFAULT '[]'
);
CREATE INDEX IF NOT EXISTS transaction_by_split ON "transaction"(split_of);
CREATE INDEX IF NOT EXISTS transaction_by_source ON "transaction"(source_id);
CREATE INDEX IF NOT EXISTS transaction_by_destination ON "transaction"(destination_id);
CREATE INDEX IF NOT EXISTS transaction_by_category ON "transaction"(category_id);
CREATE INDEX IF NOT EXISTS transaction_by_budget ON "transaction"(budget_id);
CREATE INDEX IF NOT EXISTS transaction_by_bill ON "transaction"(bill_id);
