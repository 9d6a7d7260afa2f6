-- Payloads as a log that can be read again; series with many samples as blocks; running totals of each source.
-- The same tables and columns as migrations/sqlite/0003_samples.sql; PostgreSQL's own is that blocks are parted by month.

ALTER TABLE payloads
    ADD COLUMN number BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN format TEXT COLLATE "C" NOT NULL DEFAULT '',
    ADD COLUMN context_json TEXT NOT NULL DEFAULT '{}',
    ADD COLUMN state TEXT COLLATE "C" NOT NULL DEFAULT 'read'
        CHECK (state IN ('read', 'partly', 'dead', 'discarded')),
    ADD COLUMN reason TEXT,
    ADD COLUMN refused_rows BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN kept_rows BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN body_dropped_ms BIGINT,
    -- 1 where no observation was kept with it, so that only its bytes hold its samples until these are flushed; 0 otherwise.
    ADD COLUMN logged BIGINT NOT NULL DEFAULT 0;

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
    number BIGINT NOT NULL PRIMARY KEY REFERENCES payloads (number),
    -- 0 as it arrived, 1 packed with LZ4 behind its length.
    packing BIGINT NOT NULL CHECK (packing IN (0, 1)),
    body BYTEA NOT NULL
);

-- It is packed already; packing it again would only take time.
ALTER TABLE payload_bodies ALTER COLUMN body SET STORAGE EXTERNAL;

INSERT INTO payload_bodies (number, packing, body)
SELECT number, 0, body FROM payloads WHERE length(body) > 0 ORDER BY number;

ALTER TABLE payloads DROP COLUMN body;

CREATE TABLE sources (
    source TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    payloads BIGINT NOT NULL,
    kept_rows BIGINT NOT NULL,
    refused_rows BIGINT NOT NULL,
    -- Payloads that are dead or partly read.
    dead BIGINT NOT NULL,
    bytes BIGINT NOT NULL,
    last_received_ms BIGINT NOT NULL
);

INSERT INTO sources (source, payloads, kept_rows, refused_rows, dead, bytes, last_received_ms)
SELECT source, COUNT(*), SUM(kept_rows), 0, 0, SUM(byte_count), MAX(received_ms)
FROM payloads
GROUP BY source;

CREATE TABLE sample_series (
    number BIGINT NOT NULL PRIMARY KEY,
    name TEXT COLLATE "C" NOT NULL,
    -- A JSON object of texts, its names in order of their bytes.
    labels TEXT COLLATE "C" NOT NULL,
    source TEXT COLLATE "C" NOT NULL,
    first_seen_ms BIGINT NOT NULL
);

-- Of 128 bits of a hash each, because an index holds no more than about 2,700 bytes of a key, and labels may be longer.
CREATE UNIQUE INDEX sample_series_by_name ON sample_series (
    hashtextextended(name, 0), hashtextextended(name, 1), hashtextextended(labels, 0), hashtextextended(labels, 1)
);

-- Months of UTC, made before the first block of a month is written and dropped when all of their blocks are too old.
CREATE TABLE sample_blocks (
    number BIGINT NOT NULL,
    series BIGINT NOT NULL,
    first_ms BIGINT NOT NULL,
    last_ms BIGINT NOT NULL,
    sample_count BIGINT NOT NULL,
    bytes BYTEA NOT NULL
) PARTITION BY RANGE (first_ms);

ALTER TABLE sample_blocks ALTER COLUMN bytes SET STORAGE EXTERNAL;

-- Holds the whole extent: which blocks to read is found without reading any.
CREATE UNIQUE INDEX sample_blocks_by_series ON sample_blocks (series, first_ms, number) INCLUDE (last_ms, sample_count);
CREATE INDEX sample_blocks_by_end ON sample_blocks (last_ms);
CREATE INDEX sample_blocks_by_number ON sample_blocks (number);

CREATE TABLE rolled_blocks (
    series BIGINT NOT NULL,
    resolution BIGINT NOT NULL,
    block_ms BIGINT NOT NULL,
    bytes BYTEA NOT NULL,
    PRIMARY KEY (series, resolution, block_ms)
);

ALTER TABLE rolled_blocks ALTER COLUMN bytes SET STORAGE EXTERNAL;

CREATE INDEX rolled_blocks_by_time ON rolled_blocks (resolution, block_ms);

-- One row once something was flushed: every sample of the payloads up to this number stands in a block.
CREATE TABLE sample_watermark (
    only_row BIGINT NOT NULL PRIMARY KEY CHECK (only_row = 1),
    flushed_payload BIGINT NOT NULL
);
