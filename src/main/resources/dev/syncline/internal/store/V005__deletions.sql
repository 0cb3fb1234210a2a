-- How many rows the backend has taken from each table, by the hour, so that a slow drip counts like a flood.
CREATE TABLE syncline_deletions(t INTEGER, hour INTEGER, n INTEGER, PRIMARY KEY(t, hour)) WITHOUT ROWID;
