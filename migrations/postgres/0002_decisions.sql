-- Labels of observations; the journal of decisions; small states that change; messages on their way out.
-- The same tables and columns as migrations/sqlite/0002_decisions.sql.

-- A JSON object of texts, its names in order of their bytes.
ALTER TABLE observations ADD COLUMN labels TEXT NOT NULL DEFAULT '{}';

CREATE TABLE journal (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    stream TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT COLLATE "C" NOT NULL,
    time_ms BIGINT NOT NULL,
    person TEXT,
    body TEXT NOT NULL,
    UNIQUE (stream, version)
);

CREATE INDEX journal_by_subject ON journal (stream, subject, version);

CREATE TABLE documents (
    name TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    body TEXT NOT NULL,
    changed_ms BIGINT NOT NULL
);

CREATE TABLE outbox (
    id TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    dedupe TEXT COLLATE "C" NOT NULL UNIQUE,
    channel TEXT NOT NULL,
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'delivered', 'failed')),
    attempts BIGINT NOT NULL,
    next_attempt_ms BIGINT NOT NULL,
    last_error TEXT,
    delivered_ms BIGINT
);

CREATE INDEX outbox_by_creation ON outbox (created_ms, id);
-- What is delivered stays and grows; what is due is looked for often.
CREATE INDEX outbox_pending ON outbox (created_ms, id) WHERE state = 'pending';
