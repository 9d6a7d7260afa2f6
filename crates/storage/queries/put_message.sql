INSERT INTO outbox (
    id, dedupe, channel, recipient, subject, body, created_ms,
    state, attempts, next_attempt_ms, last_error, delivered_ms, digest
)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
ON CONFLICT (id) DO UPDATE SET
    state = excluded.state,
    attempts = excluded.attempts,
    next_attempt_ms = excluded.next_attempt_ms,
    last_error = excluded.last_error,
    delivered_ms = excluded.delivered_ms,
    digest = excluded.digest,
    claimed_by = NULL,
    claimed_until_ms = NULL
