-- Labels of observations; the journal of decisions; small states that change; messages on their way out.
-- The same tables and columns as migrations/postgres/0002_decisions.sql.

-- A JSON object of texts, its names in order of their bytes.
ALTER TABLE observations ADD COLUMN labels TEXT NOT NULL DEFAULT '{}';

CREATE TABLE journal (
    id TEXT NOT NULL PRIMARY KEY,
    stream TEXT NOT NULL,
    version INTEGER NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    time_ms INTEGER NOT NULL,
    person TEXT,
    body TEXT NOT NULL,
    UNIQUE (stream, version)
) STRICT;

CREATE INDEX journal_by_subject ON journal (stream, subject, version);

CREATE TABLE documents (
    name TEXT NOT NULL PRIMARY KEY,
    body TEXT NOT NULL,
    changed_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE outbox (
    id TEXT NOT NULL PRIMARY KEY,
    dedupe TEXT NOT NULL UNIQUE,
    channel TEXT NOT NULL,
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'delivered', 'failed')),
    attempts INTEGER NOT NULL,
    next_attempt_ms INTEGER NOT NULL,
    last_error TEXT,
    delivered_ms INTEGER
) STRICT;

CREATE INDEX outbox_by_creation ON outbox (created_ms, id);
-- What is delivered stays and grows; what is due is looked for often.
CREATE INDEX outbox_pending ON outbox (created_ms, id) WHERE state = 'pending';
