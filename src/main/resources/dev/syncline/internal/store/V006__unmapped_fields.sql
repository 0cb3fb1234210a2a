-- Fields of records that no column is mapped to, kept where a backend takes whole rows only, so that an update carries them back.
CREATE TABLE syncline_unmapped(t INTEGER, k, fields TEXT, PRIMARY KEY(t, k)) WITHOUT ROWID;
