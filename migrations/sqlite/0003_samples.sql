-- Payloads as a log that can be read again; series with many samples as blocks; running totals of each source.
-- The same tables and columns as migrations/postgres/0003_samples.sql.

ALTER TABLE payloads ADD COLUMN number INTEGER NOT NULL DEFAULT 0;
ALTER TABLE payloads ADD COLUMN format TEXT NOT NULL DEFAULT '';
ALTER TABLE payloads ADD COLUMN context_json TEXT NOT NULL DEFAULT '{}';
ALTER TABLE payloads ADD COLUMN state TEXT NOT NULL DEFAULT 'read'
    CHECK (state IN ('read', 'partly', 'dead', 'discarded'));
ALTER TABLE payloads ADD COLUMN reason TEXT;
ALTER TABLE payloads ADD COLUMN refused_rows INTEGER NOT NULL DEFAULT 0;
ALTER TABLE payloads ADD COLUMN kept_rows INTEGER NOT NULL DEFAULT 0;
ALTER TABLE payloads ADD COLUMN body_dropped_ms INTEGER;
-- 1 where no observation was kept with it, so that only its bytes hold its samples until these are flushed; 0 otherwise.
ALTER TABLE payloads ADD COLUMN logged INTEGER NOT NULL DEFAULT 0;

UPDATE payloads SET number = ordered.place
FROM (SELECT id, ROW_NUMBER() OVER (ORDER BY id) AS place FROM payloads) AS ordered
WHERE ordered.id = payloads.id;

UPDATE payloads SET kept_rows = counted.kept_rows
FROM (SELECT payload_id, COUNT(*) AS kept_rows FROM observations GROUP BY payload_id) AS counted
WHERE counted.payload_id = payloads.id;

CREATE UNIQUE INDEX payloads_by_number ON payloads (number);
CREATE INDEX payloads_by_source ON payloads (source, number);
-- Nearly all are read; lists of the others are asked for often.
CREATE INDEX payloads_not_read ON payloads (state, number) WHERE state <> 'read';
CREATE INDEX payloads_with_body ON payloads (received_ms) WHERE body_dropped_ms IS NULL;

-- Beside the payloads, so that a list of them does not walk over their bytes. Without a row, the body is empty.
CREATE TABLE payload_bodies (
    number INTEGER NOT NULL PRIMARY KEY REFERENCES payloads (number),
    -- 0 as it arrived, 1 packed with LZ4 behind its length.
    packing INTEGER NOT NULL CHECK (packing IN (0, 1)),
    body BLOB NOT NULL
) STRICT;

INSERT INTO payload_bodies (number, packing, body)
SELECT number, 0, body FROM payloads WHERE length(body) > 0 ORDER BY number;

ALTER TABLE payloads DROP COLUMN body;

CREATE TABLE sources (
    source TEXT NOT NULL PRIMARY KEY,
    payloads INTEGER NOT NULL,
    kept_rows INTEGER NOT NULL,
    refused_rows INTEGER NOT NULL,
    -- Payloads that are dead or partly read.
    dead INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    last_received_ms INTEGER NOT NULL
) STRICT;

INSERT INTO sources (source, payloads, kept_rows, refused_rows, dead, bytes, last_received_ms)
SELECT source, COUNT(*), SUM(kept_rows), 0, 0, SUM(byte_count), MAX(received_ms)
FROM payloads
GROUP BY source;

CREATE TABLE sample_series (
    number INTEGER NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    -- A JSON object of texts, its names in order of their bytes.
    labels TEXT NOT NULL,
    source TEXT NOT NULL,
    first_seen_ms INTEGER NOT NULL,
    UNIQUE (name, labels)
) STRICT;

CREATE TABLE sample_blocks (
    number INTEGER NOT NULL PRIMARY KEY,
    series INTEGER NOT NULL,
    first_ms INTEGER NOT NULL,
    last_ms INTEGER NOT NULL,
    sample_count INTEGER NOT NULL,
    bytes BLOB NOT NULL
) STRICT;

-- Holds the whole extent: which blocks to read is found without reading any.
CREATE INDEX sample_blocks_by_series ON sample_blocks (series, first_ms, number, last_ms, sample_count);
CREATE INDEX sample_blocks_by_end ON sample_blocks (last_ms);

CREATE TABLE rolled_blocks (
    series INTEGER NOT NULL,
    resolution INTEGER NOT NULL,
    block_ms INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    PRIMARY KEY (series, resolution, block_ms)
) STRICT;

CREATE INDEX rolled_blocks_by_time ON rolled_blocks (resolution, block_ms);

-- One row once something was flushed: every sample of the payloads up to this number stands in a block.
CREATE TABLE sample_watermark (
    only_row INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
    flushed_payload INTEGER NOT NULL
) STRICT;
