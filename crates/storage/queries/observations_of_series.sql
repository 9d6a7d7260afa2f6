SELECT
    id, series, time_ms, value, value_written, unit_written, source, external_id,
    note, evidence, person, origin, payload_id, payload_row, recorded_ms, labels, report, supersedes,
    (SELECT later.recorded_ms FROM observations AS later WHERE later.supersedes = observations.id) AS superseded_ms
FROM observations
WHERE time_ms BETWEEN $1 AND $2
  AND (time_ms, id) < ($3, $4)
  AND series IN ($6)
ORDER BY time_ms DESC, id DESC
LIMIT $5
