-- Records that wait and that the walk under way has not been told of since it began.
ALTER TABLE syncline_holding ADD COLUMN unmet INTEGER DEFAULT 0;

-- When a table was last read to its end, where not every run reads it, and when the ids of all its records were last listed.
CREATE TABLE syncline_reading(t INTEGER PRIMARY KEY, read_at INTEGER, ids_at INTEGER);

-- Walks whose records are kept back until all of them are there; reload is 1 where they replace even what seems to be the same.
CREATE TABLE syncline_staging(t INTEGER PRIMARY KEY, reload INTEGER, begun_at INTEGER);

-- What is kept back: the newest of each id, in the order in which it came.
CREATE TABLE syncline_staged(n INTEGER PRIMARY KEY, t INTEGER, id TEXT, record TEXT);
CREATE UNIQUE INDEX syncline_staged_id ON syncline_staged(t, id);
