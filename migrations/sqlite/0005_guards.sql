-- A checksum of each row: the first 64 bits of SHA-256 over its columns, made where the row is written. Rows from before have none.
-- The same columns as migrations/postgres/0005_guards.sql.

ALTER TABLE payloads ADD COLUMN digest INTEGER;
ALTER TABLE observations ADD COLUMN digest INTEGER;
ALTER TABLE benchmark_runs ADD COLUMN digest INTEGER;
ALTER TABLE journal ADD COLUMN digest INTEGER;
ALTER TABLE documents ADD COLUMN digest INTEGER;
ALTER TABLE outbox ADD COLUMN digest INTEGER;
ALTER TABLE sample_series ADD COLUMN digest INTEGER;
