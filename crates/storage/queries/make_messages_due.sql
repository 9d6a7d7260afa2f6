UPDATE outbox SET next_attempt_ms = $1
WHERE state = 'pending' AND next_attempt_ms > $1
