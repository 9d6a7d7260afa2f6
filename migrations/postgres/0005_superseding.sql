-- An observation may take the place of another one, which counts no more from then on and stays where it is. Values of a report name it,
-- so that parts of the report that come later find what they supersede.
-- The same columns as migrations/sqlite/0005_superseding.sql.

ALTER TABLE observations ADD COLUMN report TEXT COLLATE "C";
ALTER TABLE observations ADD COLUMN supersedes TEXT COLLATE "C";

CREATE INDEX observations_by_report ON observations (report, id) WHERE report IS NOT NULL;
CREATE UNIQUE INDEX observations_by_superseded ON observations (supersedes) WHERE supersedes IS NOT NULL;
