SELECT channel, recipient
FROM outbox
WHERE state = 'pending' AND (next_attempt_ms <= $1 OR next_attempt_ms > $2)
  AND (claimed_until_ms IS NULL OR claimed_until_ms <= $1 OR claimed_until_ms > $2)
GROUP BY channel, recipient
ORDER BY MIN(created_ms), channel, recipient
LIMIT $3
