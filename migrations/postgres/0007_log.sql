-- The log of what is added, numbered by the database in the order of commits; versions of documents; claims on messages.
-- The same tables and columns as migrations/sqlite/0007_log.sql.

-- What was added from here on: a payload with its observations or samples, or an entry of the journal. Read below no horizon: its
-- numbers are taken and committed one transaction after the other.
CREATE TABLE log (
    number BIGINT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('payload', 'journal')),
    -- The payload's number, or the entry's id.
    subject TEXT NOT NULL
);

-- One row once something was added: the greatest number taken. Whoever writes it keeps all others waiting until it has committed.
CREATE TABLE log_head (
    only_row BIGINT NOT NULL PRIMARY KEY CHECK (only_row = 1),
    number BIGINT NOT NULL
);

-- Counts how often a document was written, so that a writer can say which one it has read.
ALTER TABLE documents ADD COLUMN version BIGINT NOT NULL DEFAULT 1;

-- Who delivers a message at present, and until when nobody else does.
ALTER TABLE outbox ADD COLUMN claimed_by TEXT;
ALTER TABLE outbox ADD COLUMN claimed_until_ms BIGINT;

-- Who does what only one process may do: one row for each kind of work. No record, in no backup, and gone after a crash, when
-- nobody does anything. Its numbers stay, so that none is ever given twice.
CREATE UNLOGGED TABLE leases (
    name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    holder TEXT NOT NULL,
    epoch BIGINT NOT NULL,
    expires TIMESTAMPTZ NOT NULL
);

CREATE SEQUENCE lease_epochs;
