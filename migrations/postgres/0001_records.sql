-- Payloads, the observations read from them, and benchmark runs.
-- The same tables and columns as migrations/sqlite/0001_records.sql. Text is ordered by its bytes (COLLATE "C"), as
-- SQLite orders it, whatever the language of the database.

CREATE TABLE payloads (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    received_ms BIGINT NOT NULL,
    source TEXT COLLATE "C" NOT NULL,
    content_type TEXT NOT NULL,
    sha256_hex TEXT NOT NULL,
    byte_count BIGINT NOT NULL,
    body BYTEA NOT NULL
);

CREATE TABLE observations (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    series TEXT COLLATE "C" NOT NULL,
    time_ms BIGINT NOT NULL,
    value DOUBLE PRECISION NOT NULL,
    value_written TEXT NOT NULL,
    unit_written TEXT NOT NULL,
    source TEXT COLLATE "C" NOT NULL,
    external_id TEXT COLLATE "C" NOT NULL,
    note TEXT,
    evidence TEXT,
    person TEXT,
    origin TEXT NOT NULL,
    payload_id TEXT COLLATE "C" NOT NULL REFERENCES payloads (id),
    payload_row BIGINT NOT NULL,
    recorded_ms BIGINT NOT NULL,
    UNIQUE (source, external_id)
);

CREATE INDEX observations_by_series_and_time ON observations (series, time_ms, id);
CREATE INDEX observations_by_time ON observations (time_ms, id);

CREATE TABLE benchmark_runs (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    started_ms BIGINT NOT NULL,
    finished_ms BIGINT,
    state TEXT NOT NULL,
    message TEXT,
    report_json TEXT
);

CREATE INDEX benchmark_runs_by_start ON benchmark_runs (started_ms, id);
