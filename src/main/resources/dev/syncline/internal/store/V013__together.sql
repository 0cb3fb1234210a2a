-- Rows that one transaction of the host's has written and that travel as one; the operation is set while a row is on its way.
CREATE TABLE syncline_together(
  unit INTEGER,
  t INTEGER,
  row_id TEXT,
  operation INTEGER,
  PRIMARY KEY(unit, t, row_id)
) WITHOUT ROWID;
