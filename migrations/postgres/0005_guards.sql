-- A checksum of each row: the first 64 bits of SHA-256 over its columns, made where the row is written. Rows from before have none.
-- The same columns as migrations/sqlite/0005_guards.sql.

ALTER TABLE payloads ADD COLUMN digest BIGINT;
ALTER TABLE observations ADD COLUMN digest BIGINT;
ALTER TABLE benchmark_runs ADD COLUMN digest BIGINT;
ALTER TABLE journal ADD COLUMN digest BIGINT;
ALTER TABLE documents ADD COLUMN digest BIGINT;
ALTER TABLE outbox ADD COLUMN digest BIGINT;
ALTER TABLE sample_series ADD COLUMN digest BIGINT;

-- Who writes to this database: one row, whose epoch moves with each server that takes the database. Every writing transaction
-- looks at it, so that one that does not have the database any more writes nothing. No record, and in no backup.
CREATE TABLE writer (
    only_row BIGINT NOT NULL PRIMARY KEY CHECK (only_row = 1),
    epoch BIGINT NOT NULL,
    -- Who that is, in words; the connection that holds the lock has its beginning as its name.
    who TEXT NOT NULL,
    since_ms BIGINT NOT NULL
);

INSERT INTO writer (only_row, epoch, who, since_ms) VALUES (1, 0, '', 0);
