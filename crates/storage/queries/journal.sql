SELECT id, stream, version, kind, subject, time_ms, person, body
FROM journal
WHERE id > $1
ORDER BY id
LIMIT $2
