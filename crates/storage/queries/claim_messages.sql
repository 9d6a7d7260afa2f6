UPDATE outbox
SET claimed_by = $6, claimed_until_ms = $7
WHERE id IN (
    SELECT id
    FROM outbox
    WHERE state = 'pending' AND channel = $1 AND recipient = $2
      AND (next_attempt_ms <= $3 OR next_attempt_ms > $4)
      AND (claimed_until_ms IS NULL OR claimed_until_ms <= $3 OR claimed_until_ms > $4)
    ORDER BY created_ms, id
    LIMIT $5
    -- rows that others lock
)
RETURNING
    id, dedupe, channel, recipient, subject, body, created_ms,
    state, attempts, next_attempt_ms, last_error, delivered_ms
