-- Who synchronizes the file now. The token grows with each taking, so that a holder that was put aside is known by its old one.
CREATE TABLE syncline_lease(id INTEGER PRIMARY KEY, owner TEXT, token INTEGER, expires_at INTEGER);
INSERT INTO syncline_lease(id, owner, token, expires_at) VALUES(1, NULL, 0, 0);

-- Runs that are to come. Without a period a plan is for one run; times in ms since the epoch.
CREATE TABLE syncline_schedule(
  name TEXT PRIMARY KEY,
  mode TEXT,
  period INTEGER,
  unmetered INTEGER,
  due_at INTEGER,
  planned_at INTEGER,
  failures INTEGER
);

-- What all runs since the last reset did, by entity; the totals over runs stand in syncline_metadata.
CREATE TABLE syncline_statistics(
  entity_type TEXT PRIMARY KEY,
  creates INTEGER,
  updates INTEGER,
  deletes INTEGER,
  successful INTEGER,
  failed INTEGER,
  conflicts INTEGER,
  fetched INTEGER,
  applied INTEGER,
  skipped INTEGER,
  merged INTEGER,
  calls_saved INTEGER
);
