-- Every key that was given to an operation, and what became of it; kept a while after the operation has left the queue.
-- In the order of the queue, so that claims and answers touch neighbouring pages.
CREATE TABLE syncline_idempotency_keys(
  operation_id INTEGER,
  idempotency_key TEXT,
  entity_type TEXT,
  entity_id TEXT,
  operation TEXT,
  payload_hash TEXT,
  state TEXT,
  sends INTEGER,
  failures INTEGER DEFAULT 0,
  failure_digest TEXT,
  remote_id TEXT,
  version TEXT,
  answer_digest TEXT,
  created_at INTEGER,
  finished_at INTEGER,
  PRIMARY KEY(operation_id, idempotency_key)
) WITHOUT ROWID;
