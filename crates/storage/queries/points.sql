SELECT id, series, time_ms, value, source, recorded_ms, origin, labels, supersedes,
    (SELECT later.recorded_ms FROM observations AS later WHERE later.supersedes = observations.id) AS superseded_ms
FROM observations
WHERE id > $1
ORDER BY id
LIMIT $2
