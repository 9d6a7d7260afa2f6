-- What KPIs are computed of: the points of observations in segments, so that a start need not read them all. All of it is made of the
-- observations and can be made anew; copies of a store leave it out.
-- The same tables and columns as migrations/postgres/0006_points.sql.

CREATE TABLE point_series (
    number INTEGER NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    -- Who brought it first; empty where no observation did.
    source TEXT NOT NULL,
    -- 1 where it has samples too, so that it is put together from rows and blocks at each start and has no segments.
    has_samples INTEGER NOT NULL
) STRICT;

CREATE TABLE point_label_sets (
    number INTEGER NOT NULL PRIMARY KEY,
    -- A JSON object of texts, its names in order of their bytes.
    labels TEXT NOT NULL,
    source TEXT NOT NULL
) STRICT;

CREATE TABLE point_segments (
    number INTEGER NOT NULL PRIMARY KEY,
    series INTEGER NOT NULL,
    summary BLOB NOT NULL
) STRICT;

-- Beside the segments, so that reading what they are in sum does not walk over their bytes.
CREATE TABLE point_segment_bytes (
    number INTEGER NOT NULL PRIMARY KEY,
    -- 0 as they are, 1 packed with LZ4 behind their length.
    packing INTEGER NOT NULL CHECK (packing IN (0, 1)),
    bytes BLOB NOT NULL
) STRICT;

-- One row once something was settled: every observation up to this id stands in a segment, unless its series has samples.
CREATE TABLE point_watermark (
    only_row INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
    version INTEGER NOT NULL,
    observation_id TEXT NOT NULL,
    -- A bit for each origin that a point has.
    origins INTEGER NOT NULL
) STRICT;
