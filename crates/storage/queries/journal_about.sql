SELECT id, stream, version, kind, subject, time_ms, person, body
FROM journal
WHERE stream = $1 AND version <= $2 AND subject = $4
ORDER BY version DESC
LIMIT $3
