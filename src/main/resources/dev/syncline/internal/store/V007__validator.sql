-- What names the answer at this cursor, so that a repetition of it need not be told.
ALTER TABLE syncline_cursor ADD COLUMN validator TEXT;
