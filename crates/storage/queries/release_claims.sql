UPDATE outbox
SET claimed_by = NULL, claimed_until_ms = NULL
WHERE state = 'pending' AND claimed_by IS NOT NULL
