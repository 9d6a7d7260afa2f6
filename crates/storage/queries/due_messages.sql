SELECT
    id, dedupe, channel, recipient, subject, body, created_ms,
    state, attempts, next_attempt_ms, last_error, delivered_ms
FROM outbox
WHERE state = 'pending' AND next_attempt_ms <= $1
ORDER BY created_ms, id
LIMIT $2
