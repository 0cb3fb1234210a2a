-- Walks over whole tables: when the last one ended, and how far the one under way is.
CREATE TABLE syncline_walk(t INTEGER PRIMARY KEY, phase TEXT, started_at INTEGER, ended_at INTEGER);

-- Rows that were known when the walk began and that it has not met since. Rows that come later are never in it.
CREATE TABLE syncline_unmet(t INTEGER, k, PRIMARY KEY(t, k)) WITHOUT ROWID;

-- What was read from end to end before walks were kept was read then.
INSERT INTO syncline_walk(t, phase, started_at, ended_at)
  SELECT t, 'done', updated_at, updated_at FROM syncline_cursor WHERE walking = 0;
