SELECT channel, recipient
FROM outbox
WHERE state = 'pending' AND (next_attempt_ms <= $1 OR next_attempt_ms > $2)
GROUP BY channel, recipient
ORDER BY MIN(created_ms), channel, recipient
LIMIT $3
