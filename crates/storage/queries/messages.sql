SELECT
    id, dedupe, channel, recipient, subject, body, created_ms,
    state, attempts, next_attempt_ms, last_error, delivered_ms
FROM outbox
ORDER BY created_ms DESC, id DESC
LIMIT $1
