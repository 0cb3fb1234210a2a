-- Syntax of SQLite 3.8 only: one newer object makes the whole file unreadable to an older client.
-- t is the number of the synced table in syncline_table; k the row's compact key.

-- The operations that left the journals: frozen ones on their way, and marks of refused ones.
CREATE TABLE syncline_queue(
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  t INTEGER,
  entity_type TEXT,
  entity_id TEXT,
  operation TEXT,
  payload TEXT,
  image TEXT,
  base TEXT,
  base_version TEXT,
  edited_at INTEGER,
  status TEXT,
  attempts INTEGER DEFAULT 0,
  priority INTEGER DEFAULT 5,
  error_message TEXT,
  idempotency_key TEXT,
  created_at INTEGER,
  last_attempt_at INTEGER,
  next_attempt_at INTEGER,
  completed_at INTEGER
);
CREATE UNIQUE INDEX syncline_queue_row ON syncline_queue(t, entity_id);

-- Version of each row as the backend last told it; wide values stay out, since this table decides the speed of a pull.
CREATE TABLE syncline_row_state(t INTEGER, k, v, PRIMARY KEY(t, k)) WITHOUT ROWID;

CREATE TABLE syncline_tombstone(t INTEGER, k, v, deleted_at INTEGER, PRIMARY KEY(t, k)) WITHOUT ROWID;

-- The only home of remote ids, for tables whose ids the backend assigns.
CREATE TABLE syncline_id_mapping(t INTEGER, local_id INTEGER, remote_id TEXT, PRIMARY KEY(t, local_id)) WITHOUT ROWID;
CREATE UNIQUE INDEX syncline_id_mapping_remote ON syncline_id_mapping(t, remote_id);

CREATE TABLE syncline_cursor(t INTEGER PRIMARY KEY, cursor TEXT, walking INTEGER, updated_at INTEGER);

-- Records that wait: for a parent, a free unique value, the end of a send, a row that can hold them.
CREATE TABLE syncline_holding(t INTEGER, id TEXT, record TEXT, reason TEXT, detail TEXT, held_at INTEGER, PRIMARY KEY(t, id));

CREATE TABLE syncline_conflicts(
  id TEXT PRIMARY KEY,
  operation_id TEXT,
  entity_type TEXT,
  entity_id TEXT,
  conflict_type TEXT,
  local_data TEXT,
  remote_data TEXT,
  base_data TEXT,
  conflicting_fields TEXT,
  severity TEXT,
  detected_at INTEGER,
  resolved_at INTEGER,
  resolution_strategy TEXT,
  resolved_by TEXT,
  resolved_data TEXT,
  notes TEXT,
  t INTEGER,
  remote_record TEXT
);
CREATE INDEX syncline_conflicts_open ON syncline_conflicts(t, resolved_at, entity_id);
CREATE INDEX syncline_conflicts_entity ON syncline_conflicts(entity_type, entity_id);

CREATE TABLE syncline_runs(id TEXT PRIMARY KEY, mode TEXT, started_at INTEGER, ended_at INTEGER, success INTEGER, summary TEXT);

CREATE TABLE syncline_error_log(
  id INTEGER PRIMARY KEY,
  at INTEGER,
  run_id TEXT,
  entity_type TEXT,
  entity_id TEXT,
  error TEXT,
  message TEXT
);
