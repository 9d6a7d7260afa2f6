SELECT id, series, time_ms, value, source, recorded_ms, origin, labels
FROM observations
WHERE id > $1
ORDER BY id
LIMIT $2
