UPDATE payloads
SET body_dropped_ms = $2
WHERE number IN (
    SELECT number
    FROM payloads
    WHERE received_ms < $1
      AND body_dropped_ms IS NULL
      AND state IN ('read', 'discarded')
      AND (logged = 0 OR number <= (SELECT COALESCE(MAX(flushed_payload), 0) FROM sample_watermark))
    ORDER BY received_ms
    LIMIT $3
)
RETURNING number
