-- Payloads, the observations read from them, and benchmark runs.
-- The same tables and columns as migrations/postgres/0001_records.sql; SQLite's own are STRICT, which makes it refuse
-- values of another type, and WITHOUT ROWID, which keeps rows in the order of their ids.

CREATE TABLE payloads (
    id TEXT NOT NULL PRIMARY KEY,
    received_ms INTEGER NOT NULL,
    source TEXT NOT NULL,
    content_type TEXT NOT NULL,
    sha256_hex TEXT NOT NULL,
    byte_count INTEGER NOT NULL,
    body BLOB NOT NULL
) STRICT;

CREATE TABLE observations (
    id TEXT NOT NULL PRIMARY KEY,
    series TEXT NOT NULL,
    time_ms INTEGER NOT NULL,
    -- Not REAL: in such a column SQLite keeps whole numbers as integers, and -0.0 comes back as 0.0.
    value ANY NOT NULL CHECK (typeof(value) = 'real'),
    value_written TEXT NOT NULL,
    unit_written TEXT NOT NULL,
    source TEXT NOT NULL,
    external_id TEXT NOT NULL,
    note TEXT,
    evidence TEXT,
    person TEXT,
    origin TEXT NOT NULL,
    payload_id TEXT NOT NULL REFERENCES payloads (id),
    payload_row INTEGER NOT NULL,
    recorded_ms INTEGER NOT NULL,
    UNIQUE (source, external_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX observations_by_series_and_time ON observations (series, time_ms, id);
CREATE INDEX observations_by_time ON observations (time_ms, id);

CREATE TABLE benchmark_runs (
    id TEXT NOT NULL PRIMARY KEY,
    started_ms INTEGER NOT NULL,
    finished_ms INTEGER,
    state TEXT NOT NULL,
    message TEXT,
    report_json TEXT
) STRICT;

CREATE INDEX benchmark_runs_by_start ON benchmark_runs (started_ms, id);
