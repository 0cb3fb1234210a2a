-- What was written down without having been a conflict, what a rule's decision can be taken back to, and what a rule was asked of.
ALTER TABLE syncline_conflicts ADD COLUMN note INTEGER;
ALTER TABLE syncline_conflicts ADD COLUMN undo_state INTEGER;
ALTER TABLE syncline_conflicts ADD COLUMN undo_image TEXT;
ALTER TABLE syncline_conflicts ADD COLUMN outcome_image TEXT;
ALTER TABLE syncline_conflicts ADD COLUMN asked TEXT;
CREATE INDEX syncline_conflicts_resolved ON syncline_conflicts(resolved_at);
