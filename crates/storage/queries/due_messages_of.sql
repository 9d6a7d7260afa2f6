SELECT
    id, dedupe, channel, recipient, subject, body, created_ms,
    state, attempts, next_attempt_ms, last_error, delivered_ms
FROM outbox
WHERE state = 'pending' AND channel = $1 AND recipient = $2 AND (next_attempt_ms <= $3 OR next_attempt_ms > $4)
ORDER BY created_ms, id
LIMIT $5
