-- The log of what is added, numbered by the database in the order of commits; versions of documents; claims on messages.
-- The same tables and columns as migrations/postgres/0007_log.sql.

-- What was added from here on: a payload with its observations or samples, or an entry of the journal. Read below no horizon: its
-- numbers are taken and committed one transaction after the other.
CREATE TABLE log (
    number INTEGER NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('payload', 'journal')),
    -- The payload's number, or the entry's id.
    subject TEXT NOT NULL
) STRICT;

-- One row once something was added: the greatest number taken. Whoever writes it keeps all others waiting until it has committed.
CREATE TABLE log_head (
    only_row INTEGER NOT NULL PRIMARY KEY CHECK (only_row = 1),
    number INTEGER NOT NULL
) STRICT;

-- Counts how often a document was written, so that a writer can say which one it has read.
ALTER TABLE documents ADD COLUMN version INTEGER NOT NULL DEFAULT 1;

-- Who delivers a message at present, and until when nobody else does.
ALTER TABLE outbox ADD COLUMN claimed_by TEXT;
ALTER TABLE outbox ADD COLUMN claimed_until_ms INTEGER;
